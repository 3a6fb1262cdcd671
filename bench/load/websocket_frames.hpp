#pragma once

#include <cstdint>
#include <string_view>

#include "wire.hpp"

/// RFC 6455 as a client needs it against a server on the same machine: masked frames out, plain frames in, no
/// extensions.
namespace weft::bench {

enum class Opcode : std::uint8_t {
    continuation = 0,
    text = 1,
    binary = 2,
    close = 8,
    ping = 9,
    pong = 10
};

/// Appends one whole frame, masked with `mask`.
void append_frame(Bytes& out, Opcode opcode, BytesView payload, std::uint32_t mask);

struct Frame {
    Opcode opcode = Opcode::binary;
    bool final = true;
    BytesView payload;
};

enum class FrameStatus { complete, incomplete, broken };

/// Takes the frame at the front of `bytes` and drops it from there. `incomplete` leaves them and sets `missing` to a
/// lower bound of the bytes still to come. `broken`: a masked frame, reserved bits, or a length over 63 bits.
FrameStatus take_frame(BytesView& bytes, Frame& frame, std::size_t& missing);

/// The upgrade request for `path`, and whether `head` (up to its empty line) accepts it.
[[nodiscard]] Bytes upgrade_request(std::string_view host, std::string_view path);
[[nodiscard]] bool accepts_upgrade(std::string_view head);

}  // namespace weft::bench
