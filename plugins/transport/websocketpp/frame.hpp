#pragma once

#include "engine.hpp"

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <cstdint>
#include <string_view>

namespace weft::ws {

/// Bytes on their way out: a head of ours and behind it a payload that is shared with whoever made it. Made once and
/// queued by every connection that it goes to.
///
/// Threads   Counted without atomics: it belongs to one I/O thread, after a mailbox has handed it over.
class Frame : public boost::intrusive_ref_counter<Frame, boost::thread_unsafe_counter> {
public:
    Frame(std::string head, Buffer payload)
        : head_(std::move(head)), payload_(std::move(payload)) {}

    BytesView head() const { return as_bytes(head_); }
    BytesView payload() const { return payload_.view(); }
    std::size_t size() const { return head_.size() + payload_.size(); }

private:
    std::string head_;
    Buffer payload_;
};

using FramePtr = boost::intrusive_ptr<Frame>;

/// A binary message. A small payload is copied behind its header, so that it goes out as one piece.
FramePtr make_message_frame(const Buffer& payload);

/// How long the frame of such a message is.
std::size_t message_frame_size(std::size_t payload_size);

FramePtr make_ping_frame();
FramePtr make_pong_frame(const Buffer& ping_payload);

/// A code that may not be sent, as 1006, makes a close frame without one. A reason is cut to what fits.
FramePtr make_close_frame(std::uint16_t code, std::string_view reason);

}  // namespace weft::ws
