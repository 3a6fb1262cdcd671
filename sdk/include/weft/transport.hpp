// The transport seam: how clients reach a node.
#pragma once

#include <weft/buffer.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weft {

/// Slot and generation: a stale id is ignored, never mistaken for another connection.
using ConnectionId = std::uint64_t;
using RequestId = std::uint64_t;

/// A client that wants to open a message connection. Borrowed: valid during `on_open`.
struct OpenRequest {
    ConnectionId id = 0;
    std::string_view peer;    // address of the client, "127.0.0.1:50312"
    std::string_view path;    // as sent, not percent-decoded, without the query
    std::string_view query;   // as sent, without "?"
    std::string_view host;    // the Host header
    std::string_view origin;  // the Origin header, empty if there is none
};

/// `status` 101 accepts; anything else refuses the upgrade with that HTTP status and `reason` as body.
/// `tag` is given back with every later event of the connection.
struct OpenAnswer {
    std::uint16_t status = 101;
    std::string reason;
    std::uint64_t tag = 0;
};

/// A connection as events name it.
struct ConnectionRef {
    ConnectionId id = 0;
    std::uint64_t tag = 0;
};

struct IncomingMessage {
    ConnectionRef connection;
    Buffer payload;
};

struct OutgoingMessage {
    ConnectionId id = 0;
    Buffer payload;
};

struct HttpRequest {
    RequestId id = 0;
    std::string method;
    std::string target;                                        // as sent, with the query
    std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
    Buffer body;
    std::string peer;
};

struct HttpResponse {
    std::uint16_t status = 200;
    std::vector<std::pair<std::string, std::string>> headers;
    Buffer body;
};

/// What a transport tells the kernel. Called on the transport's own threads: calls for one connection
/// come in order and never overlap, calls for different ones may.
class TransportEvents {
public:
    virtual ~TransportEvents() = default;
    virtual OpenAnswer on_open(const OpenRequest& request) = 0;
    /// Payloads may be moved out. One call for everything that one turn of reading brought.
    virtual void on_messages(std::span<IncomingMessage> messages) = 0;
    /// Connections that were over their mark and have drained below half of it.
    virtual void on_writable(std::span<const ConnectionRef> connections) = 0;
    /// Exactly once for each accepted connection, behind its last message.
    virtual void on_close(ConnectionRef connection, std::uint16_t code,
                          std::string_view reason) = 0;
    /// A plain HTTP request on the same port; answered later by `Transport::respond`, from any thread.
    virtual void on_http(HttpRequest request) = 0;
};

/// Sockets, framing, TLS, compression, liveness. Messages are opaque binary payloads.
///
/// Threads   All calls from any thread [any]; they never block, and are first-in-first-out per connection.
/// Memory    A connection whose unsent bytes pass the transport's mark is *over*: nothing is dropped, the
///           caller is told, and `on_writable` follows once it has drained.
class Transport {
public:
    virtual ~Transport() = default;

    /// Called once, before `start`.
    virtual void bind(TransportEvents& events) = 0;

    /// Where it listens, as "http://127.0.0.1:8000". Known once `start` has returned.
    virtual std::vector<std::string> endpoints() const = 0;

    /// Sends each message to its connection. Gives the connections that are over their mark now.
    virtual std::vector<ConnectionId> send(std::vector<OutgoingMessage> batch) = 0;

    /// Sends one shared payload to many connections: framed once, never copied per receiver.
    virtual std::vector<ConnectionId> fanout(std::span<const ConnectionId> ids, Buffer payload) = 0;

    /// Stops or resumes reading from a socket: back-pressure towards its client.
    virtual void set_reading(ConnectionId id, bool on) = 0;

    /// Sends what is queued, then a close frame.
    virtual void close(ConnectionId id, std::uint16_t code, std::string_view reason) = 0;

    virtual void respond(RequestId request, HttpResponse response) = 0;

    /// Takes no new connections from now on; those that exist live on.
    virtual void refuse_connections() = 0;
};

}  // namespace weft
