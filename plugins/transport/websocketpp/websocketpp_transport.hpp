#pragma once

#include "options.hpp"

#include <weft/host.hpp>
#include <weft/result.hpp>
#include <weft/transport.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace weft {

/// WebSocket and HTTP/1.1 on one port. websocketpp knows the protocol, Boost.Asio owns the sockets.
///
/// Threads   `threads` of its own. Events are called on them; every connection belongs to one of them.
class WebsocketppTransport final : public Transport {
public:
    static constexpr About about{"websocketpp", "1.0.0", "WebSocket and HTTP/1.1 on one port",
                                 "MIT"};
    static constexpr std::string_view capabilities = R"({"protocols":["websocket","http"]})";
    using Options = WebsocketppOptions;

    WebsocketppTransport(Host& host, Options options);
    ~WebsocketppTransport() override;

    Result<void> configure();
    Result<void> start();
    void stop();

    void bind(TransportEvents& events) override;
    std::vector<std::string> endpoints() const override;
    std::vector<ConnectionId> send(std::vector<OutgoingMessage> batch) override;
    std::vector<ConnectionId> fanout(std::span<const ConnectionId> ids, Buffer payload) override;
    void set_reading(ConnectionId id, bool on) override;
    void close(ConnectionId id, std::uint16_t code, std::string_view reason) override;
    void respond(RequestId request, HttpResponse response) override;
    void refuse_connections() override;

private:
    class Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace weft
