#include "io_thread.hpp"

#include "connection.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>

namespace weft::ws {

namespace {

// A turn ends after so much even if more is ready: what was read goes to the kernel, what was asked is done.
constexpr std::size_t turn_handlers_max = 128;
constexpr std::uint64_t turn_bytes_max = 256 * 1024;

// Time limits are looked at this often: an eighth of the shortest is exact enough for all.
std::chrono::nanoseconds tick_for(const WebsocketppOptions& options) {
    const auto shortest = std::min({options.ping_interval, options.handshake_timeout,
                                    options.http_timeout, options.close_timeout});
    return std::clamp<std::chrono::nanoseconds>(shortest / 8, std::chrono::milliseconds(1),
                                                std::chrono::seconds(1));
}

}  // namespace

IoThread::IoThread(Shared& shared, std::uint32_t index, std::uint32_t slot_count)
    : shared_(shared), tick_(tick_for(shared.options)),
      slots_(index, slot_count, shared.options.queue_mark.bytes) {}

IoThread::~IoThread() = default;

void IoThread::start() {
    thread_ = std::thread([this] { run(); });
}

void IoThread::join() {
    if (thread_.joinable()) {
        thread_.join();
    }
}

void IoThread::post(Command command) {
    if (mailbox_.push(std::move(command))) {
        boost::asio::post(io_, [] {});
    }
}

void IoThread::run() {
    const auto work = boost::asio::make_work_guard(io_);
    while (!stopping_) {
        run_ready_handlers();
        end_turn();
    }
    stop_connections();
    timer_.cancel();
    while (io_.poll() > 0) {}
}

void IoThread::run_ready_handlers() {
    const std::uint64_t enough = bytes_received_ + turn_bytes_max;
    std::size_t handled = 0;
    if (mailbox_.try_sleep()) {
        handled = io_.run_one();
        mailbox_.wake();
    }
    while (handled < turn_handlers_max && bytes_received_ < enough && io_.poll_one() > 0) {
        ++handled;
    }
}

void IoThread::end_turn() {
    hand_over_events();
    take_commands();
    flush_connections();
    hand_over_events();
}

void IoThread::hand_over_events() {
    if (!messages_.empty()) {
        messages_received_ += messages_.size();
        shared_.events->on_messages(messages_);
        messages_.clear();
    }
    if (!writable_.empty()) {
        shared_.events->on_writable(writable_);
        writable_.clear();
    }
    for (const Closed& closed : closed_) {
        shared_.events->on_close(closed.connection, closed.code, closed.reason);
    }
    closed_.clear();
}

void IoThread::take_commands() {
    mailbox_.take(commands_);
    for (Command& command : commands_) {
        std::visit([this](auto& taken) { handle(taken); }, command);
    }
    commands_.clear();
}

void IoThread::flush_connections() {
    // By index: flushing one may add to the list.
    for (std::size_t i = 0; i < unflushed_.size(); ++i) {
        const ConnectionPtr connection = std::move(unflushed_[i]);
        connection->flush();
    }
    unflushed_.clear();
}

void IoThread::deliver(ConnectionRef connection, Buffer payload) {
    messages_.push_back({connection, std::move(payload)});
}

void IoThread::tell_closed(ConnectionRef connection, std::uint16_t code, std::string reason) {
    closed_.push_back({connection, code, std::move(reason)});
}

void IoThread::flush_later(ConnectionPtr connection) {
    unflushed_.push_back(std::move(connection));
}

void IoThread::forget(std::uint32_t slot) {
    connections_[slot].reset();
    free_slots_.push_back(slot);
    load_.fetch_sub(1, std::memory_order_relaxed);
    shared_.sockets.fetch_sub(1, std::memory_order_relaxed);
}

Connection* IoThread::find(SlotId id) {
    const bool live = id.slot < connections_.size() && slots_.is_live(id);
    return live ? connections_[id.slot].get() : nullptr;
}

void IoThread::handle(AdoptCommand& command) {
    std::uint32_t slot = 0;
    if (!free_slots_.empty()) {
        slot = free_slots_.back();
        free_slots_.pop_back();
    } else {
        // The listener lets in no more sockets than there are slots.
        slot = static_cast<std::uint32_t>(connections_.size());
        connections_.emplace_back();
    }
    load_.fetch_add(1, std::memory_order_relaxed);
    connections_[slot] = new Connection(*this, std::move(command.socket), slot);
    connections_[slot]->start();
    watch_time();
}

void IoThread::handle(SendCommand& command) {
    for (auto& [id, frame] : command.frames) {
        if (Connection* connection = find(id)) {
            connection->send(frame);
        }
    }
}

void IoThread::handle(FanoutCommand& command) {
    for (const SlotId id : command.ids) {
        if (Connection* connection = find(id)) {
            connection->send(command.frame);
        }
    }
}

void IoThread::handle(ReadingCommand& command) {
    if (Connection* connection = find(command.id)) {
        connection->set_reading(command.on);
    }
}

void IoThread::handle(CloseCommand& command) {
    if (Connection* connection = find(command.id)) {
        connection->close(command.code, command.reason);
    }
}

void IoThread::handle(RespondCommand& command) {
    if (Connection* connection = find(command.id)) {
        connection->respond(std::move(command.response));
    }
}

void IoThread::handle(StopCommand&) {
    stopping_ = true;
}

void IoThread::watch_time() {
    if (std::exchange(ticking_, true)) {
        return;
    }
    timer_.expires_after(tick_);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) {
            on_tick();
        }
    });
}

void IoThread::on_tick() {
    ticking_ = false;
    record_metrics();
    const auto now = Clock::now();
    for (std::size_t slot = 0; slot < connections_.size(); ++slot) {
        if (const ConnectionPtr connection = connections_[slot]) {
            connection->on_tick(now);
        }
    }
    if (load() > 0) {
        watch_time();
    }
}

void IoThread::record_metrics() {
    const Metrics& metrics = shared_.metrics;
    shared_.host.record(metrics.connections, shared_.websockets.load(std::memory_order_relaxed));
    const auto count = [&](MetricId metric, std::uint64_t& counted) {
        shared_.host.record(metric, static_cast<double>(std::exchange(counted, 0)));
    };
    count(metrics.messages_received, messages_received_);
    count(metrics.bytes_received, bytes_received_);
    count(metrics.bytes_sent, bytes_sent_);
}

void IoThread::stop_connections() {
    for (std::size_t slot = 0; slot < connections_.size(); ++slot) {
        if (const ConnectionPtr connection = connections_[slot]) {
            connection->stop();
        }
    }
    unflushed_.clear();
    hand_over_events();
    record_metrics();
}

}  // namespace weft::ws
