#pragma once

#include "frame_reader.hpp"
#include "io_thread.hpp"
#include "send_queue.hpp"

#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <memory>
#include <string>

namespace weft::ws {

class HttpSession;

/// One socket: HTTP requests first, then a WebSocket if one of them is an upgrade.
///
/// Threads   The I/O thread that adopted it, and no other.
/// Lifetime  Held by its IoThread while the socket is open, and by the waits that are under way.
class Connection : public boost::intrusive_ref_counter<Connection, boost::thread_unsafe_counter> {
public:
    Connection(IoThread& thread, Socket socket, std::uint32_t slot);
    ~Connection();

    void start();

    // Commands of the kernel. `send` takes frames that are counted already.
    void send(const FramePtr& frame);
    void set_reading(bool on);
    void close(std::uint16_t code, std::string_view reason);
    void respond(HttpResponse response);

    /// Writes what is queued, as far as the socket takes it.
    void flush();
    void on_tick(Clock::time_point now);
    /// The transport ends: says goodbye if the socket takes it at once.
    void stop();

private:
    enum class Phase : std::uint8_t {
        http,       // between upgrades: requests and responses
        open,       // the kernel knows it
        closing,    // we have sent a close frame and wait for the client's
        lingering,  // nobody is to be told anything more; what is queued leaves
        gone,
    };
    enum class AfterFlush : std::uint8_t { nothing, shut_sending, disconnect };

    // Reading.
    bool wants_reading() const;
    void wait_readable();
    void on_readable(const boost::system::error_code& error);
    void receive(std::span<std::uint8_t> bytes);
    void on_end_of_stream();

    // HTTP.
    void advance_http();
    void hand_over_request();
    void upgrade();
    void refuse_upgrade(std::uint16_t status, std::string reason);
    void answer_http(const HttpResponse& response, bool keep_alive);
    void watch_http_time();
    void on_http_timeout();

    // WebSocket.
    void receive_frames(std::span<std::uint8_t> bytes);
    void answer_ping();
    void on_peer_close(const CloseCause& cause);
    void fail(const CloseCause& cause);
    void check_liveness(Clock::time_point now);

    // Writing.
    void enqueue(FramePtr frame);
    void request_flush();
    void wait_writable();
    void on_sent(std::size_t bytes);
    void on_flushed();
    void on_broken_pipe();

    // Ending.
    void tell_closed(std::uint16_t code, std::string_view reason);
    void linger(AfterFlush then);
    void disconnect();
    void reset();

    std::string peer() const;
    ConnectionRef ref() const { return {id_.id(), tag_}; }
    const WebsocketppOptions& options() const { return thread_.shared().options; }
    void set_deadline(std::chrono::nanoseconds from_now) { deadline_ = Clock::now() + from_now; }

    IoThread& thread_;
    Socket socket_;
    SlotId id_;  // of the WebSocket, or of the HTTP request that is being answered
    std::uint64_t tag_ = 0;
    Clock::time_point deadline_;  // in phase `open`: the next ping
    SendQueue queue_;
    std::unique_ptr<HttpSession> http_;    // phase http
    std::unique_ptr<FrameReader> frames_;  // phases open and closing

    Phase phase_ = Phase::http;
    AfterFlush after_flush_ = AfterFlush::nothing;
    bool waiting_readable_ = false;
    bool waiting_writable_ = false;
    bool flush_requested_ = false;
    bool reading_ = true;             // as the kernel wants it
    bool awaiting_response_ = false;  // http: a request is with the kernel
    bool head_timed_ = true;          // http: the deadline is that of a head which has begun
    bool alive_ = true;               // open: a sign of life since the last ping
    bool blocked_ = false;            // the socket did not take all that was queued
    bool broken_ = false;             // writing has failed; reading finds out why
};

}  // namespace weft::ws
