// websocketpp as a protocol engine: its RFC 6455 processor, and nothing of it that owns sockets, threads, timers or logs.
//
// Its `connection` costs about 10 KB each; the processor alone is under 200 bytes.
#pragma once

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <websocketpp/extensions/permessage_deflate/disabled.hpp>
#include <websocketpp/http/request.hpp>
#include <websocketpp/http/response.hpp>
#include <websocketpp/processors/hybi13.hpp>
#include <websocketpp/random/none.hpp>

#include <weft/buffer.hpp>

#include <atomic>
#include <cstdint>
#include <string>

namespace weft::ws {

/// A message as the processor fills it. It is also the owner of the bytes once they have become a `Buffer`, so that
/// a payload reaches the kernel without being copied.
class EngineMessage {
public:
    using ptr = boost::intrusive_ptr<EngineMessage>;
    using Opcode = websocketpp::frame::opcode::value;

    EngineMessage() = default;
    explicit EngineMessage(Opcode opcode) : opcode_(opcode) {}

    Opcode get_opcode() const { return opcode_; }
    void set_opcode(Opcode opcode) { opcode_ = opcode; }
    std::string& get_raw_payload() { return payload_; }
    const std::string& header() const { return header_; }
    void set_header(std::string header) { header_ = std::move(header); }

    // What the processor asks of compressed or unfinished messages: there are none here.
    bool get_compressed() const { return false; }
    void set_compressed(bool) {}
    bool get_fin() const { return true; }
    void set_prepared(bool) {}

    /// Ends the message as such: its payload, shared and immutable from now on.
    static Buffer into_buffer(ptr message);

private:
    friend void intrusive_ptr_add_ref(EngineMessage* message) {
        message->references_.fetch_add(1, std::memory_order_relaxed);
    }
    friend void intrusive_ptr_release(EngineMessage* message) {
        if (message->references_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
            delete message;
        }
    }

    std::atomic<std::uint32_t> references_{0};
    Opcode opcode_ = websocketpp::frame::opcode::BINARY;
    std::string header_;
    std::string payload_;
};

/// Makes messages that grow with what arrives: `claimed`, the length that a client has announced, allocates nothing.
struct EngineMessageSource {
    using ptr = EngineMessageSource*;
    static EngineMessage::ptr get_message(EngineMessage::Opcode opcode, std::size_t /*claimed*/) {
        return EngineMessage::ptr(new EngineMessage(opcode));
    }
};

struct EngineConfig {
    using request_type = websocketpp::http::parser::request;
    using response_type = websocketpp::http::parser::response;
    using message_type = EngineMessage;
    using con_msg_manager_type = EngineMessageSource;
    using rng_type = websocketpp::random::none::int_generator<std::uint32_t>;
    struct permessage_deflate_config {};
    using permessage_deflate_type =
        websocketpp::extensions::permessage_deflate::disabled<permessage_deflate_config>;
    static constexpr bool enable_extensions = false;
    static constexpr std::size_t max_message_size = 0;  // FrameReader has limits of its own
};

/// What the processor wants to exist outside of itself. A base that stands before it, so that it is made first.
struct EngineParts {
    EngineMessageSource messages;
    EngineConfig::rng_type random;
};

class Engine : protected EngineParts, public websocketpp::processor::hybi13<EngineConfig> {
public:
    Engine() : hybi13(false, true, &messages, random) {}
};

}  // namespace weft::ws
