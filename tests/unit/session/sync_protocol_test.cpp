// The framing, byte for byte as y-protocols writes it.
#include "kernel/session/sync_protocol.hpp"

#include "tests/support/hex.hpp"
#include "tests/support/yjs_vectors.hpp"

#include <gtest/gtest.h>

namespace weft {
namespace {

using Kind = SyncMessage::Kind;

Bytes message(const std::string& name) {
    for (const auto& vector : yjs_vectors("messages")) {
        if (vector.at("name") == name) {
            return from_hex(vector.at("hex").get<std::string>());
        }
    }
    ADD_FAILURE() << "no vector named " << name;
    return {};
}

Bytes encode(const SyncMessage& decoded) {
    switch (decoded.kind) {
    case Kind::step1: return encode_step1(decoded.payload);
    case Kind::step2: return encode_step2(decoded.payload);
    case Kind::update: return encode_update(decoded.payload);
    case Kind::presence_query: return encode_presence_query();
    default: return {};
    }
}

struct Named {
    const char* name;
    Kind kind;
};

class SyncProtocolVectors : public testing::TestWithParam<Named> {};

TEST_P(SyncProtocolVectors, DecodesAndEncodesWhatThePackagesWrite) {
    const Bytes frame = message(GetParam().name);
    const auto decoded = decode_sync_message(frame);
    ASSERT_TRUE(decoded.ok());
    EXPECT_EQ(decoded->kind, GetParam().kind);
    EXPECT_EQ(encode(*decoded), frame);
}

INSTANTIATE_TEST_SUITE_P(Messages, SyncProtocolVectors,
                         testing::Values(Named{"sync step 1, empty document", Kind::step1},
                                         Named{"sync step 1", Kind::step1},
                                         Named{"sync step 2, empty document", Kind::step2},
                                         Named{"sync step 2", Kind::step2},
                                         Named{"sync update", Kind::update},
                                         Named{"query awareness", Kind::presence_query}));

TEST(SyncProtocol, PermissionDeniedIsForClientsAndIgnoredFromThem) {
    const auto decoded = decode_sync_message(message("auth permission denied"));
    ASSERT_TRUE(decoded.ok());
    EXPECT_EQ(decoded->kind, Kind::unknown);
}

TEST(SyncProtocol, PresenceFramesMatchThePackages) {
    for (const auto& vector : yjs_vectors("awareness")) {
        if (!vector.contains("payload")) {
            continue;
        }
        const Bytes payload = from_hex(vector.at("payload").get<std::string>());
        const Bytes frame = from_hex(vector.at("message").get<std::string>());
        EXPECT_EQ(encode_presence(payload), frame) << vector.at("what");
        const auto decoded = decode_sync_message(frame);
        ASSERT_TRUE(decoded.ok());
        EXPECT_EQ(decoded->kind, Kind::presence);
        EXPECT_TRUE(equal_bytes(decoded->payload, payload));
    }
}

TEST(SyncProtocol, EveryCutOffMessageIsRefusedOrUnknown) {
    const Bytes frame = message("sync update");
    for (std::size_t size = 0; size < frame.size(); ++size) {
        EXPECT_FALSE(decode_sync_message(BytesView(frame).first(size)).ok()) << size;
    }
}

TEST(SyncProtocol, ALengthBeyondTheFrameIsRefusedWithoutAllocating) {
    EXPECT_FALSE(decode_sync_message(Bytes{0, 2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f}).ok());
}

TEST(SyncProtocol, AnUnknownSyncStepNamesItself) {
    const auto decoded = decode_sync_message(Bytes{0, 7, 0});
    ASSERT_FALSE(decoded.ok());
    EXPECT_EQ(decoded.error().message, "sync step is 7, not 0, 1 or 2");
}

TEST(SyncProtocol, AnUnknownTypeIsNoError) {
    const auto decoded = decode_sync_message(Bytes{99, 1, 2});
    ASSERT_TRUE(decoded.ok());
    EXPECT_EQ(decoded->kind, Kind::unknown);
}

TEST(SyncProtocol, SavedIsType120WithACount) {
    EXPECT_EQ(encode_saved(300), (Bytes{120, 0xac, 0x02}));
}

}  // namespace
}  // namespace weft
