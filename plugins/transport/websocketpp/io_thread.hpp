#pragma once

#include "mailbox.hpp"
#include "options.hpp"
#include "slot_table.hpp"

#include <weft/host.hpp>
#include <weft/transport.hpp>

#include <boost/asio/steady_timer.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <span>
#include <thread>
#include <vector>

namespace weft::ws {

class Connection;
using ConnectionPtr = boost::intrusive_ptr<Connection>;
using Clock = std::chrono::steady_clock;

struct Metrics {
    MetricId connections;
    MetricId messages_received;
    MetricId bytes_received;
    MetricId bytes_sent;
};

/// What all I/O threads of one transport share.
struct Shared {
    // Fixed before the first thread starts.
    const WebsocketppOptions options;
    Host& host;
    TransportEvents* events = nullptr;
    Metrics metrics{};

    // Any thread.
    std::atomic<std::uint32_t> sockets{0};  // accepted and not yet gone
    std::atomic<std::uint32_t> websockets{
        0};  // of them, accepted by on_open and not yet told closed
    std::atomic<bool> refusing{false};
};

/// One thread with its own io_context, and the connections that live on it.
///
/// It works in turns: run what is ready, hand all messages to the kernel in one call, take the commands of other threads,
/// write once to each connection that has something new. So what arrives together is handled, sent and written together.
///
/// Threads   `post`, `slots` and `load` any [any]; the rest from this thread.
class IoThread {
public:
    IoThread(Shared& shared, std::uint32_t index, std::uint32_t slot_count);
    ~IoThread();

    void start();
    void post(Command command);
    /// After a StopCommand: returns when the thread has ended.
    void join();

    SlotTable& slots() { return slots_; }
    std::uint32_t load() const { return load_.load(std::memory_order_relaxed); }
    boost::asio::io_context& io() { return io_; }
    Shared& shared() { return shared_; }

    // For connections of this thread.
    std::span<std::uint8_t> read_buffer() { return read_buffer_; }
    void count_received(std::size_t bytes) { bytes_received_ += bytes; }
    void count_sent(std::size_t bytes) { bytes_sent_ += bytes; }
    /// Events leave at the end of the turn: messages first, so that a close is always behind them.
    void deliver(ConnectionRef connection, Buffer payload);
    void tell_closed(ConnectionRef connection, std::uint16_t code, std::string reason);
    void tell_writable(ConnectionRef connection) { writable_.push_back(connection); }
    /// `flush` is called at the end of this turn.
    void flush_later(ConnectionPtr connection);
    void forget(std::uint32_t slot);

private:
    struct Closed {
        ConnectionRef connection;
        std::uint16_t code;
        std::string reason;
    };

    void run();
    void run_ready_handlers();
    void end_turn();
    void hand_over_events();
    void take_commands();
    void flush_connections();
    void watch_time();
    void on_tick();
    void record_metrics();
    void stop_connections();
    Connection* find(SlotId id);

    void handle(AdoptCommand& command);
    void handle(SendCommand& command);
    void handle(FanoutCommand& command);
    void handle(ReadingCommand& command);
    void handle(CloseCommand& command);
    void handle(RespondCommand& command);
    void handle(StopCommand& command);

    // Fixed at construction.
    Shared& shared_;
    const std::chrono::nanoseconds tick_;

    // Any thread.
    SlotTable slots_;
    Mailbox mailbox_;
    std::atomic<std::uint32_t> load_{0};

    // Belongs to the thread: no lock.
    boost::asio::io_context io_{1};
    boost::asio::steady_timer timer_{io_};
    bool ticking_ = false;
    bool stopping_ = false;
    std::vector<ConnectionPtr> connections_;  // by slot
    std::vector<std::uint32_t> free_slots_;
    std::vector<Command> commands_;
    std::vector<IncomingMessage> messages_;
    std::vector<Closed> closed_;
    std::vector<ConnectionRef> writable_;
    std::vector<ConnectionPtr> unflushed_;
    std::uint64_t messages_received_ = 0;
    std::uint64_t bytes_received_ = 0;
    std::uint64_t bytes_sent_ = 0;
    std::array<std::uint8_t, 64 * 1024>
        read_buffer_;  // shared by all: a connection holds none while it is idle

    std::thread thread_;
};

}  // namespace weft::ws
