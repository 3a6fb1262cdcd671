#include "frame.hpp"

#include <utility>

namespace weft::ws {

namespace frame = websocketpp::frame;
namespace close = websocketpp::close;

namespace {

// Copying this much costs less than a second piece in every gathered write.
constexpr std::size_t copied_payload_max = 1024;

std::string message_header(std::size_t payload_size) {
    const frame::basic_header basic(frame::opcode::BINARY, payload_size, true, false);
    return frame::prepare_header(basic, frame::extended_header(payload_size));
}

FramePtr from_message(EngineMessage& message) {
    return FramePtr(new Frame(message.header() + message.get_raw_payload(), {}));
}

// Cuts where a character begins: a close reason is UTF-8.
std::string_view cut_to(std::string_view text, std::size_t size_max) {
    if (text.size() <= size_max) {
        return text;
    }
    std::size_t end = size_max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0u) == 0x80u) {
        --end;
    }
    return text.substr(0, end);
}

}  // namespace

FramePtr make_message_frame(const Buffer& payload) {
    std::string head = message_header(payload.size());
    if (payload.size() > copied_payload_max) {
        return FramePtr(new Frame(std::move(head), payload));
    }
    head.append(as_text(payload.view()));
    return FramePtr(new Frame(std::move(head), {}));
}

std::size_t message_frame_size(std::size_t payload_size) {
    const std::size_t extended = payload_size <= frame::limits::payload_size_basic      ? 0
                                 : payload_size <= frame::limits::payload_size_extended ? 2
                                                                                        : 8;
    return frame::BASIC_HEADER_LENGTH + extended + payload_size;
}

FramePtr make_ping_frame() {
    EngineMessage::ptr message(new EngineMessage);
    (void)Engine().prepare_ping({}, message);  // cannot fail: empty
    return from_message(*message);
}

FramePtr make_pong_frame(const Buffer& ping_payload) {
    EngineMessage::ptr message(new EngineMessage);
    // Cannot fail: what was a ping's is short enough for a pong.
    (void)Engine().prepare_pong(std::string(as_text(ping_payload.view())), message);
    return from_message(*message);
}

FramePtr make_close_frame(std::uint16_t code, std::string_view reason) {
    constexpr std::size_t reason_max = frame::limits::payload_size_basic - sizeof(code);
    EngineMessage::ptr message(new EngineMessage);
    const Engine engine;
    if (engine.prepare_close(code, std::string(cut_to(reason, reason_max)), message)) {
        // Cannot fail: nothing in it that could be refused.
        (void)engine.prepare_close(close::status::no_status, {}, message);
    }
    return from_message(*message);
}

}  // namespace weft::ws
