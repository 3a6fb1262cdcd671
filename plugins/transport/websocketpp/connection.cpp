#include "connection.hpp"

#include "http_session.hpp"

#include <boost/asio/error.hpp>

namespace weft::ws {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::uint16_t abnormal_closure = 1006;
constexpr std::uint16_t going_away = 1001;

// A fast reader of a long answer does not keep the others of its thread waiting.
constexpr std::size_t flush_bytes_max = 1024 * 1024;

HttpResponse text_response(std::uint16_t status, std::string_view text) {
    HttpResponse response;
    response.status = status;
    response.headers.emplace_back("content-type", "text/plain; charset=utf-8");
    response.body = Buffer::copy_of(as_bytes(std::string(text) + "\n"));
    return response;
}

}  // namespace

Connection::Connection(IoThread& thread, Socket socket, std::uint32_t slot)
    : thread_(thread), socket_(std::move(socket)), id_(thread.slots().renew(slot)),
      http_(std::make_unique<HttpSession>(thread.shared().options.http_body.bytes)) {}

Connection::~Connection() = default;

void Connection::start() {
    set_deadline(options().handshake_timeout);
    wait_readable();
}

// ---- Reading ----

bool Connection::wants_reading() const {
    switch (phase_) {
    // One request at a time, and none while an answer is still leaving: a client that pipelines without reading is bounded.
    case Phase::http: return !awaiting_response_ && queue_.empty();
    case Phase::open: return reading_;
    case Phase::closing:
    case Phase::lingering: return true;
    case Phase::gone: return false;
    }
    return false;
}

void Connection::wait_readable() {
    if (waiting_readable_ || !wants_reading()) {
        return;
    }
    waiting_readable_ = true;
    socket_.async_wait(Socket::wait_read, [self = ConnectionPtr(this)](const error_code& error) {
        self->on_readable(error);
    });
}

// One read a turn: what a flooding client sends beyond it waits until the others of this thread had theirs.
void Connection::on_readable(const error_code& error) {
    waiting_readable_ = false;
    if (error || !wants_reading()) {
        return;
    }
    error_code failure;
    const auto buffer = thread_.read_buffer();
    const std::size_t size = socket_.read_some(asio::buffer(buffer.data(), buffer.size()), failure);
    if (failure == asio::error::would_block) {
        wait_readable();
    } else if (failure) {
        on_end_of_stream();
    } else {
        thread_.count_received(size);
        alive_ = true;
        receive(buffer.first(size));
        wait_readable();
    }
}

void Connection::receive(std::span<std::uint8_t> bytes) {
    switch (phase_) {
    case Phase::http:
        http_->append(bytes);
        advance_http();
        break;
    case Phase::open:
    case Phase::closing: receive_frames(bytes); break;
    case Phase::
        lingering:  // reading on until the client has read what we sent: a reset would take it away
    case Phase::gone: break;
    }
}

void Connection::on_end_of_stream() {
    if (phase_ == Phase::open || phase_ == Phase::closing) {
        tell_closed(abnormal_closure, "the connection ended without a close frame");
    }
    disconnect();
}

// ---- HTTP ----

void Connection::advance_http() {
    switch (http_->parse()) {
    case HttpSession::Event::need_more:
        if (http_->take_continue()) {
            enqueue(FramePtr(new Frame("HTTP/1.1 100 Continue\r\n\r\n", {})));
        }
        watch_http_time();
        break;
    case HttpSession::Event::request: hand_over_request(); break;
    case HttpSession::Event::upgrade: upgrade(); break;
    case HttpSession::Event::refused:
        answer_http(text_response(http_->refusal(), http_->refusal_reason()), false);
        break;
    }
}

void Connection::on_http_timeout() {
    if (!queue_.empty()) {
        reset();
    } else if (http_->place() == HttpSession::Place::between) {
        disconnect();
    } else {
        answer_http(text_response(408, "the request did not arrive in time"), false);
    }
}

// A head has one deadline from its first byte on, however slowly it drips in; a body must only not stand still.
void Connection::watch_http_time() {
    switch (http_->place()) {
    case HttpSession::Place::between: break;
    case HttpSession::Place::head:
        if (!std::exchange(head_timed_, true)) {
            set_deadline(options().handshake_timeout);
        }
        break;
    case HttpSession::Place::body: set_deadline(options().http_timeout); break;
    }
}

void Connection::hand_over_request() {
    id_ = thread_.slots().renew(id_.slot);
    HttpRequest request = http_->take_request();
    request.id = id_.id();
    request.peer = peer();
    awaiting_response_ = true;
    deadline_ = Clock::time_point::max();
    thread_.shared().events->on_http(std::move(request));
}

void Connection::respond(HttpResponse response) {
    if (phase_ == Phase::http && awaiting_response_) {
        awaiting_response_ = false;
        // A second answer to the same request finds nobody.
        id_ = thread_.slots().renew(id_.slot);
        const bool refusing = thread_.shared().refusing.load(std::memory_order_relaxed);
        answer_http(response, http_->keep_alive() && !refusing);
    }
}

void Connection::answer_http(const HttpResponse& response, bool keep_alive) {
    const bool with_body = http_->wants_body(response.status);
    enqueue(FramePtr(new Frame(http_->response_head(response, keep_alive),
                               with_body ? response.body : Buffer())));
    head_timed_ = false;
    set_deadline(options().http_timeout);
    if (!keep_alive) {
        linger(AfterFlush::shut_sending);
    }
}

void Connection::upgrade() {
    auto handshake = answer_handshake(http_->upgrade_headers());
    Shared& shared = thread_.shared();
    if (handshake.status != 101) {
        return refuse_upgrade(handshake.status, std::move(handshake.text));
    }
    if (shared.refusing.load(std::memory_order_relaxed)) {
        return refuse_upgrade(503, "this node is shutting down");
    }
    if (shared.websockets.fetch_add(1, std::memory_order_relaxed) >= options().connections) {
        shared.websockets.fetch_sub(1, std::memory_order_relaxed);
        return refuse_upgrade(503, "as many connections as limits.connections allows");
    }
    id_ = thread_.slots().renew(id_.slot);
    const std::string peer_address = peer();
    OpenRequest request = http_->open_request();
    request.id = id_.id();
    request.peer = peer_address;
    OpenAnswer answer = shared.events->on_open(request);
    if (answer.status != 101) {
        shared.websockets.fetch_sub(1, std::memory_order_relaxed);
        id_ = thread_.slots().renew(id_.slot);
        return refuse_upgrade(answer.status, std::move(answer.reason));
    }
    tag_ = answer.tag;
    Bytes early = http_->take_rest();
    http_.reset();
    frames_ = std::make_unique<FrameReader>(options().message.bytes);
    phase_ = Phase::open;
    alive_ = true;
    set_deadline(options().ping_interval);
    enqueue(FramePtr(new Frame(std::move(handshake.text), {})));
    receive_frames(early);
}

void Connection::refuse_upgrade(std::uint16_t status, std::string reason) {
    HttpResponse response = text_response(status, reason);
    if (status == 426) {
        response.headers.emplace_back("sec-websocket-version", "13");
    }
    answer_http(response, false);
}

// ---- WebSocket ----

void Connection::receive_frames(std::span<std::uint8_t> bytes) {
    while (phase_ == Phase::open || phase_ == Phase::closing) {
        switch (frames_->next(bytes)) {
        case FrameReader::Event::need_more: return;
        case FrameReader::Event::message:
            // The kernel that has closed a connection hears nothing more of it but its end.
            if (phase_ == Phase::open) {
                thread_.deliver(ref(), frames_->take_payload());
            }
            break;
        case FrameReader::Event::ping: answer_ping(); break;
        case FrameReader::Event::pong: break;  // any byte is a sign of life
        case FrameReader::Event::close: return on_peer_close(frames_->cause());
        case FrameReader::Event::failed: return fail(frames_->cause());
        }
    }
}

void Connection::answer_ping() {
    const Buffer payload = frames_->take_payload();
    // A client that pings and does not read gets no queue of its own.
    if (phase_ == Phase::open && queue_.bytes() <= options().queue_mark.bytes) {
        enqueue(make_pong_frame(payload));
    }
}

void Connection::on_peer_close(const CloseCause& cause) {
    const bool ours_is_out = phase_ == Phase::closing;
    tell_closed(cause.code, cause.reason);
    if (!ours_is_out) {
        queue_.drop_unstarted();
        enqueue(make_close_frame(cause.code, {}));
    }
    linger(AfterFlush::disconnect);
}

void Connection::fail(const CloseCause& cause) {
    const bool ours_is_out = phase_ == Phase::closing;
    tell_closed(cause.code, cause.reason);
    if (!ours_is_out) {
        queue_.drop_unstarted();
        enqueue(make_close_frame(cause.code, cause.reason));
    }
    linger(AfterFlush::shut_sending);
}

void Connection::send(const FramePtr& frame) {
    if (phase_ == Phase::open && !broken_) {
        queue_.push(frame);
        request_flush();
    } else {
        (void)thread_.slots().remove(id_, frame->size());
    }
}

void Connection::set_reading(bool on) {
    if (phase_ == Phase::open) {
        reading_ = on;
        // The pause was ours: it says nothing about the client.
        alive_ = true;
        wait_readable();
    }
}

void Connection::close(std::uint16_t code, std::string_view reason) {
    if (phase_ != Phase::open) {
        return;
    }
    enqueue(make_close_frame(code, reason));
    phase_ = Phase::closing;
    set_deadline(options().close_timeout);
    wait_readable();
}

void Connection::on_tick(Clock::time_point now) {
    if (now < deadline_) {
        return;
    }
    switch (phase_) {
    case Phase::http: on_http_timeout(); break;
    case Phase::open: check_liveness(now); break;
    case Phase::closing:
        tell_closed(abnormal_closure, "the client did not answer the close in time");
        reset();
        break;
    case Phase::lingering: reset(); break;
    case Phase::gone: break;
    }
}

// Whoever reads slowly and has a ping waiting behind other frames shows life by taking bytes; whoever has nothing
// waiting must answer. While the kernel has stopped reading nothing can be known.
void Connection::check_liveness(Clock::time_point now) {
    if (!alive_ && reading_) {
        tell_closed(abnormal_closure, "the client did not answer a ping");
        return reset();
    }
    alive_ = false;
    deadline_ = now + options().ping_interval;
    if (queue_.empty()) {
        enqueue(make_ping_frame());
    }
}

// ---- Writing ----

void Connection::enqueue(FramePtr frame) {
    if (broken_) {
        return;
    }
    if (phase_ == Phase::open) {
        (void)thread_.slots().add(id_, frame->size());
    }
    queue_.push(std::move(frame));
    request_flush();
}

void Connection::request_flush() {
    if (!waiting_writable_ && !std::exchange(flush_requested_, true)) {
        thread_.flush_later(ConnectionPtr(this));
    }
}

void Connection::flush() {
    flush_requested_ = false;
    if (waiting_writable_ || phase_ == Phase::gone) {
        return;
    }
    std::size_t flushed = 0;
    while (!queue_.empty()) {
        SendQueue::Pieces pieces;
        const auto gathered = queue_.gather(pieces);
        error_code error;
        const std::size_t sent = socket_.write_some(gathered, error);
        if (error && error != asio::error::would_block) {
            return on_broken_pipe();
        }
        const std::size_t wanted = asio::buffer_size(gathered);
        queue_.consume(sent);
        on_sent(sent);
        flushed += sent;
        blocked_ = sent < wanted;
        if (blocked_ || (flushed >= flush_bytes_max && !queue_.empty())) {
            return wait_writable();
        }
    }
    on_flushed();
}

void Connection::wait_writable() {
    waiting_writable_ = true;
    socket_.async_wait(Socket::wait_write, [self = ConnectionPtr(this)](const error_code& error) {
        self->waiting_writable_ = false;
        if (!error) {
            self->flush();
        }
    });
}

void Connection::on_sent(std::size_t bytes) {
    thread_.count_sent(bytes);
    if (bytes > 0 && blocked_) {
        alive_ = true;  // the socket was full, so the client has read
    }
    if (phase_ == Phase::http && bytes > 0) {
        set_deadline(options().http_timeout);
    }
    if (phase_ == Phase::open && thread_.slots().remove(id_, bytes)) {
        thread_.tell_writable(ref());
    }
}

void Connection::on_flushed() {
    switch (after_flush_) {
    case AfterFlush::nothing: break;
    case AfterFlush::shut_sending: {
        error_code ignored;  // whatever it is, reading finds it too
        socket_.shutdown(Socket::shutdown_send, ignored);
        break;
    }
    case AfterFlush::disconnect: return disconnect();
    }
    if (phase_ == Phase::http && !awaiting_response_) {
        advance_http();
        wait_readable();
    }
}

// What the client sent before it went may still be there to be read, and is handed over before its close.
void Connection::on_broken_pipe() {
    broken_ = true;
    queue_.clear();
    if (wants_reading() && phase_ != Phase::lingering) {
        wait_readable();
    } else {
        on_end_of_stream();
    }
}

// ---- Ending ----

void Connection::tell_closed(std::uint16_t code, std::string_view reason) {
    thread_.tell_closed(ref(), code, std::string(reason));
    thread_.shared().websockets.fetch_sub(1, std::memory_order_relaxed);
    id_ = thread_.slots().renew(id_.slot);
    phase_ = Phase::lingering;
}

void Connection::linger(AfterFlush then) {
    phase_ = Phase::lingering;
    after_flush_ = then;
    set_deadline(options().close_timeout);
    request_flush();
    wait_readable();
}

void Connection::disconnect() {
    const ConnectionPtr alive_until_here(this);
    phase_ = Phase::gone;
    error_code ignored;
    socket_.close(ignored);
    thread_.slots().renew(id_.slot);
    thread_.forget(id_.slot);
}

void Connection::reset() {
    error_code ignored;
    socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    disconnect();
}

void Connection::stop() {
    if (phase_ == Phase::open || phase_ == Phase::closing) {
        if (phase_ == Phase::open) {
            enqueue(make_close_frame(going_away, "the server stops"));
        }
        tell_closed(going_away, "the server stops");
    }
    after_flush_ = AfterFlush::nothing;
    flush();
    if (phase_ != Phase::gone) {
        disconnect();
    }
}

std::string Connection::peer() const {
    error_code error;
    const auto endpoint = socket_.remote_endpoint(error);
    if (error) {
        return "unknown";
    }
    const auto address = endpoint.address();
    const std::string host =
        address.is_v6() ? '[' + address.to_string() + ']' : address.to_string();
    return host + ':' + std::to_string(endpoint.port());
}

}  // namespace weft::ws
