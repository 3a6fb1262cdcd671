#include "websocket_frames.hpp"

#include <array>
#include <bit>
#include <cstring>
#include <string>

namespace weft::bench {

namespace {

// The nonce of the RFC's own example, and what a server must answer to it. The nonce guards against caches between
// client and server: there are none here.
constexpr std::string_view nonce = "dGhlIHNhbXBsZSBub25jZQ==",
                           accepted = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

void append_big_endian(Bytes& out, std::uint64_t value, unsigned bytes) {
    for (unsigned at = bytes; at > 0; --at) {
        out.push_back(static_cast<std::uint8_t>(value >> (8 * (at - 1))));
    }
}

}  // namespace

void append_frame(Bytes& out, Opcode opcode, BytesView payload, std::uint32_t mask) {
    constexpr std::uint8_t final_bit = 0x80, mask_bit = 0x80;
    out.push_back(static_cast<std::uint8_t>(final_bit | static_cast<std::uint8_t>(opcode)));
    if (payload.size() < 126) {
        out.push_back(static_cast<std::uint8_t>(mask_bit | payload.size()));
    } else if (payload.size() <= 0xffff) {
        out.push_back(mask_bit | 126);
        append_big_endian(out, payload.size(), 2);
    } else {
        out.push_back(mask_bit | 127);
        append_big_endian(out, payload.size(), 8);
    }
    const auto key = std::bit_cast<std::array<std::uint8_t, 4>>(mask);
    out.insert(out.end(), key.begin(), key.end());
    const auto start = out.size();
    out.insert(out.end(), payload.begin(), payload.end());
    for (std::size_t at = 0; at < payload.size(); ++at) {
        out[start + at] ^= key[at % 4];
    }
}

FrameStatus take_frame(BytesView& bytes, Frame& frame, std::size_t& missing) {
    missing = 1;
    if (bytes.size() < 2) {
        return FrameStatus::incomplete;
    }
    if ((bytes[0] & 0x70) != 0 || (bytes[1] & 0x80) != 0) {
        return FrameStatus::broken;
    }
    const std::size_t marker = bytes[1] & 0x7f;
    const std::size_t head = marker < 126 ? 2 : marker == 126 ? 4 : 10;
    if (bytes.size() < head) {
        return FrameStatus::incomplete;
    }
    std::uint64_t size = marker;
    if (head > 2) {
        size = 0;
        for (std::size_t at = 2; at < head; ++at) {
            size = size << 8 | bytes[at];
        }
    }
    if (size >> 62 != 0) {
        return FrameStatus::broken;
    }
    if (bytes.size() - head < size) {
        missing = static_cast<std::size_t>(size - (bytes.size() - head));
        return FrameStatus::incomplete;
    }
    frame = {static_cast<Opcode>(bytes[0] & 0x0f), (bytes[0] & 0x80) != 0,
             bytes.subspan(head, static_cast<std::size_t>(size))};
    bytes = bytes.subspan(head + static_cast<std::size_t>(size));
    return FrameStatus::complete;
}

Bytes upgrade_request(std::string_view host, std::string_view path) {
    std::string request = "GET ";
    request.append(path).append(" HTTP/1.1\r\nHost: ").append(host);
    request.append("\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: "
                   "13\r\nSec-WebSocket-Key: ");
    request.append(nonce).append("\r\n\r\n");
    return {request.begin(), request.end()};
}

bool accepts_upgrade(std::string_view head) {
    return head.starts_with("HTTP/1.1 101") && head.find(accepted) != std::string_view::npos;
}

}  // namespace weft::bench
