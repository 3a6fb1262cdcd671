#pragma once

#include <cstdint>
#include <string>

#include "author.hpp"
#include "event_loop.hpp"
#include "websocket_frames.hpp"
#include "wire.hpp"

namespace weft::bench {

/// Where the server is. Connections leave from 127.0.0.1, 127.0.0.2, … (`sources` of them) in turn, because one source
/// address has some 28,000 ports.
struct Target {
    std::uint16_t port = 0;
    std::string host = "127.0.0.1";  ///< an IPv4 address
    std::uint32_t sources = 1;
};

class Client;

/// What a scenario wants to know of its clients. Called from `EventLoop::poll`.
class ClientListener {
public:
    /// The server has answered our step 1, for the first time or again.
    virtual void on_step2(Client&) {}
    /// The update inside a step 2 (before `on_step2`) or an update message.
    virtual void on_update(Client&, BytesView, std::int64_t /*arrived_ns*/) {}
    /// The server is gone, refused us, or sent what no WebSocket server may send. Not called for our own `close`.
    virtual void on_lost(Client&, const std::string& /*reason*/) {}

protected:
    ~ClientListener() = default;
};

/// One y-websocket connection to one document: opens, sends step 1, answers the server's with all that its author wrote
/// and the server lacks, answers pings. One thread; belongs to one loop.
class Client final : public SocketOwner {
public:
    /// `author` (null: this client only reads) and `listener` must outlive the client. `number` picks the source address.
    Client(EventLoop& loop, const Target& target, std::string document, std::uint32_t number,
           Author* author, ClientListener& listener);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    [[nodiscard]] bool synced() const { return synced_ns_ != 0; }
    [[nodiscard]] bool open() const { return socket_ >= 0; }
    [[nodiscard]] std::uint32_t number() const { return number_; }
    [[nodiscard]] Author* author() const { return author_; }
    [[nodiscard]] std::int64_t opened_ns() const { return opened_ns_; }
    [[nodiscard]] std::int64_t synced_ns() const { return synced_ns_; }
    [[nodiscard]] std::size_t unsent_bytes() const { return out_.size() - sent_; }
    [[nodiscard]] std::uint64_t frames_received() const { return frames_received_; }

    /// Queues one insert of the author as an update message; `flush` sends what is queued.
    void type(std::int64_t due_ns);
    /// Queues a step 1 with this state vector. The server answers it after all that was sent before.
    void ask(BytesView state_vector);
    void flush();
    void close();

    void on_ready(bool readable, bool writable) override;

private:
    enum class Step { connecting, upgrading, open };

    bool finish_connecting();
    void receive();
    /// Consumes what it can from the front; what is left must be kept.
    void consume(BytesView& bytes, std::int64_t arrived_ns);
    bool take_upgrade(BytesView& bytes);
    void on_frame(const Frame& frame, std::int64_t arrived_ns);
    void on_message(BytesView message, std::int64_t arrived_ns);
    void answer_step1(BytesView state_vector);
    void queue_sync(std::uint8_t step, BytesView payload);
    void lose(const std::string& reason);
    std::uint32_t next_mask();

    // Fixed at construction.
    EventLoop& loop_;
    const Target& target_;
    std::string document_;
    std::uint32_t number_;
    Author* author_;
    ClientListener& listener_;
    std::int64_t opened_ns_;

    int socket_ = -1;
    Step step_ = Step::connecting;
    std::int64_t synced_ns_ = 0;
    std::uint32_t mask_;
    bool wants_write_ = true;
    Bytes out_;
    std::size_t sent_ = 0;
    Bytes partial_;           ///< the beginning of a frame whose end has not come
    Bytes fragments_;         ///< a message whose last frame has not come
    Bytes insert_, message_;  ///< reused from call to call
    std::uint64_t frames_received_ = 0;
};

}  // namespace weft::bench
