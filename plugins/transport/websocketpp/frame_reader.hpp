#pragma once

#include "engine.hpp"

#include <weft/bytes.hpp>

#include <cstdint>
#include <span>
#include <string>

namespace weft::ws {

/// Why a connection ends, as a close frame tells it.
struct CloseCause {
    std::uint16_t code = 1006;
    std::string reason;
};

/// Turns the bytes of one client into messages. Every rule of RFC 6455 that concerns incoming frames is checked by
/// websocketpp; lengths are ours: a message over `message_limit` fails with 4413, a length over four times of it with
/// 1009, both when the header of the frame is read. Memory grows with what has arrived, never with what was announced.
///
/// Threads   One, its connection's.
class FrameReader : private Engine {
public:
    enum class Event { need_more, message, ping, pong, close, failed };

    explicit FrameReader(std::uint64_t message_limit) : message_limit_(message_limit) {}

    /// Reads `input`, and shortens it by what was read, until something is complete. The bytes are unmasked in place.
    /// After `close` and `failed` there is nothing more to be read.
    Event next(std::span<std::uint8_t>& input);

    /// After `message` or `ping`: what it carried.
    Buffer take_payload();

    /// After `close`: what the client gave as its reason. After `failed`: what the client is to be told.
    const CloseCause& cause() const { return cause_; }

private:
    Event read_some(std::span<std::uint8_t>& input);
    Event begin_payload();
    Event finish();
    Event check_length(std::uint64_t frame_size, bool control);
    Event read_close(const std::string& payload);
    Event fail(std::uint16_t code, std::string reason);

    const std::uint64_t message_limit_;
    EngineMessage::ptr complete_;
    CloseCause cause_;
};

}  // namespace weft::ws
