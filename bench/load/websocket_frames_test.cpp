#include "websocket_frames.hpp"

#include <gtest/gtest.h>

#include <array>
#include <bit>

using namespace weft::bench;

namespace {

/// What a server would send: the same frame without the mask.
Bytes as_from_server(std::size_t size) {
    const Bytes payload(size, 'x');
    Bytes frame;
    append_frame(frame, Opcode::binary, payload, 0);
    const std::size_t head = size < 126 ? 2 : size <= 0xffff ? 4 : 10;
    frame[1] &= 0x7f;
    frame.erase(frame.begin() + static_cast<std::ptrdiff_t>(head),
                frame.begin() + static_cast<std::ptrdiff_t>(head) + 4);
    return frame;
}

}  // namespace

TEST(LoadFrames, EveryFormOfTheLengthComesBack) {
    for (const std::size_t size : {0, 1, 125, 126, 127, 65535, 65536, 70000}) {
        const auto bytes = as_from_server(size);
        BytesView rest(bytes);
        Frame frame;
        std::size_t missing = 0;
        ASSERT_EQ(take_frame(rest, frame, missing), FrameStatus::complete) << size;
        EXPECT_EQ(frame.payload.size(), size);
        EXPECT_TRUE(frame.final);
        EXPECT_TRUE(rest.empty());
    }
}

TEST(LoadFrames, AnEarlyEndIsIncompleteAndTakesNothing) {
    const auto bytes = as_from_server(200);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        auto rest = BytesView(bytes).first(size);
        Frame frame;
        std::size_t missing = 0;
        ASSERT_EQ(take_frame(rest, frame, missing), FrameStatus::incomplete) << size;
        EXPECT_EQ(rest.size(), size);
        EXPECT_LE(missing, bytes.size() - size);
        EXPECT_GE(missing, 1U);
    }
}

TEST(LoadFrames, AClientsFrameIsMaskedWithItsKey) {
    const Bytes payload{1, 2, 3, 4, 5};
    Bytes frame;
    append_frame(frame, Opcode::binary, payload, 0x12345678);
    const auto key = std::bit_cast<std::array<std::uint8_t, 4>>(std::uint32_t{0x12345678});
    ASSERT_EQ(frame.size(), 2 + key.size() + payload.size());
    for (std::size_t at = 0; at < payload.size(); ++at) {
        EXPECT_EQ(frame[6 + at] ^ key[at % 4], payload[at]);
    }
}

TEST(LoadFrames, AMaskedFrameFromTheServerIsBroken) {
    Bytes frame;
    append_frame(frame, Opcode::binary, Bytes{1, 2, 3}, 0x12345678);
    BytesView rest(frame);
    Frame taken;
    std::size_t missing = 0;
    EXPECT_EQ(take_frame(rest, taken, missing), FrameStatus::broken);
}

TEST(LoadFrames, AnUpgradeIsAcceptedOnlyWithTheRightAnswerToOurNonce) {
    EXPECT_TRUE(accepts_upgrade(
        "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    EXPECT_FALSE(accepts_upgrade("HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: AAAA"));
    EXPECT_FALSE(accepts_upgrade("HTTP/1.1 403 Forbidden"));
}
