#include "frame_reader.hpp"

#include <algorithm>
#include <utility>

namespace weft::ws {

namespace frame = websocketpp::frame;
namespace close = websocketpp::close;

namespace {

constexpr std::uint16_t protocol_error = 1002;
constexpr std::uint16_t text_refused = 1003;
constexpr std::uint16_t bad_utf8 = 1007;
constexpr std::uint16_t impossible_length = 1009;
constexpr std::uint16_t over_limit = 4413;

// A length that no limit could allow: beyond it the client is broken, not just large.
constexpr std::uint64_t impossible_factor = 4;

}  // namespace

Buffer EngineMessage::into_buffer(ptr message) {
    static constexpr weft_buf_calls calls{
        [](void* owner) { intrusive_ptr_add_ref(static_cast<EngineMessage*>(owner)); },
        [](void* owner) { intrusive_ptr_release(static_cast<EngineMessage*>(owner)); }};
    const BytesView bytes = as_bytes(message->payload_);
    return Buffer::adopt({bytes.data(), bytes.size(), message.detach(), &calls});
}

FrameReader::Event FrameReader::next(std::span<std::uint8_t>& input) {
    auto event = Event::need_more;
    // A frame without payload is complete as soon as its header is.
    while (event == Event::need_more && (!input.empty() || m_bytes_needed == 0)) {
        event = read_some(input);
    }
    return event;
}

// Feeds the processor one piece at a time, so that between the header of a frame and its payload we look at the
// length before anything is allocated for it.
FrameReader::Event FrameReader::read_some(std::span<std::uint8_t>& input) {
    if (m_state == HEADER_EXTENDED) {
        input = input.subspan(copy_extended_header_bytes(input.data(), input.size()));
        return m_bytes_needed > 0 ? Event::need_more : begin_payload();
    }
    websocketpp::lib::error_code error;
    const std::size_t wanted = std::min(m_bytes_needed, input.size());
    input = input.subspan(consume(input.data(), wanted, error));
    if (error) {
        return fail(protocol_error, error.message());
    }
    if (m_state == HEADER_EXTENDED && frame::get_opcode(m_basic_header) == frame::opcode::TEXT) {
        return fail(text_refused, "text frames are not understood here, send binary ones");
    }
    return ready() ? finish() : Event::need_more;
}

FrameReader::Event FrameReader::begin_payload() {
    if (auto error = validate_incoming_extended_header(m_basic_header, m_extended_header)) {
        return fail(protocol_error, error.message());
    }
    const auto opcode = frame::get_opcode(m_basic_header);
    const bool control = frame::opcode::is_control(opcode);
    const std::uint64_t size = frame::get_payload_size(m_basic_header, m_extended_header);
    if (check_length(size, control) == Event::failed) {
        return Event::failed;
    }
    m_state = APPLICATION;
    m_bytes_needed = static_cast<std::size_t>(size);
    m_current_msg = control ? &m_control_msg : &m_data_msg;
    const auto key = frame::get_masking_key(m_basic_header, m_extended_header);
    if (opcode == frame::opcode::CONTINUATION) {
        m_current_msg->prepared_key = frame::prepare_masking_key(key);
    } else {
        *m_current_msg = msg_metadata(m_msg_manager->get_message(opcode, m_bytes_needed), key);
    }
    return Event::need_more;
}

FrameReader::Event FrameReader::check_length(std::uint64_t frame_size, bool control) {
    if (frame_size / impossible_factor > message_limit_) {
        return fail(impossible_length, "a frame of " + std::to_string(frame_size) + " bytes");
    }
    const std::uint64_t so_far =
        m_data_msg.msg_ptr && !control ? m_data_msg.msg_ptr->get_raw_payload().size() : 0;
    if (so_far + frame_size > message_limit_) {
        return fail(over_limit, "a message of " + std::to_string(so_far + frame_size) +
                                    " bytes is over limits.message, " +
                                    std::to_string(message_limit_));
    }
    return Event::need_more;
}

FrameReader::Event FrameReader::finish() {
    complete_ = get_message();
    switch (complete_->get_opcode()) {
    case frame::opcode::PING: return Event::ping;
    case frame::opcode::PONG: return Event::pong;
    case frame::opcode::CLOSE: return read_close(complete_->get_raw_payload());
    default: return Event::message;
    }
}

FrameReader::Event FrameReader::read_close(const std::string& payload) {
    websocketpp::lib::error_code error;
    const auto code = close::extract_code(payload, error);
    if (error) {
        return fail(protocol_error, error.message());
    }
    auto reason = close::extract_reason(payload, error);
    if (error) {
        return fail(bad_utf8, error.message());
    }
    cause_ = {code, std::move(reason)};
    return Event::close;
}

FrameReader::Event FrameReader::fail(std::uint16_t code, std::string reason) {
    m_state = FATAL_ERROR;
    cause_ = {code, std::move(reason)};
    return Event::failed;
}

Buffer FrameReader::take_payload() {
    return EngineMessage::into_buffer(std::move(complete_));
}

}  // namespace weft::ws
