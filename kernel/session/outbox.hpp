#pragma once

#include <weft/function.hpp>
#include <weft/transport.hpp>

#include <vector>

namespace weft {

/// One client's connection: which transport, and its id there.
struct Connection {
    Transport* transport = nullptr;
    ConnectionId id = 0;
    bool operator==(const Connection&) const = default;
};

/// What a shard sends, gathered over a turn so that a transport is called once for many messages.
/// Keeps the order per connection. Belongs to the shard.
class Outbox {
public:
    /// `on_over` hears of connections that have more queued than their client reads.
    explicit Outbox(UniqueFunction<void(Connection)> on_over) : on_over_(std::move(on_over)) {}

    void send(Connection to, Buffer frame);
    void fanout(std::span<const Connection> to, const Buffer& frame);
    void close(Connection connection, std::uint16_t code, std::string_view reason);

    /// Hands everything to the transports. Called at the end of a turn.
    void flush();

private:
    struct Pending {
        Transport* transport;
        std::vector<OutgoingMessage> messages;
    };

    void flush(Pending& pending);
    void tell_over(Transport& transport, const std::vector<ConnectionId>& over);

    UniqueFunction<void(Connection)> on_over_;
    std::vector<Pending> pending_;  // one a transport, in the order they were first met
};

}  // namespace weft
