#pragma once

#include "kernel/host/host_context.hpp"

#include <weft/abi/transport.h>
#include <weft/transport.hpp>

namespace weft {

/// The transport of a plugin as the kernel calls it.
class PluginTransport final : public Transport {
public:
    /// `calls` was checked to be complete; `context` is that of the instance and outlives it.
    PluginTransport(const weft_transport_calls& calls, void* self, HostContext& context);

    void bind(TransportEvents& events) override;
    std::vector<std::string> endpoints() const override;
    std::vector<ConnectionId> send(std::vector<OutgoingMessage> batch) override;
    std::vector<ConnectionId> fanout(std::span<const ConnectionId> ids, Buffer payload) override;
    void set_reading(ConnectionId id, bool on) override;
    void close(ConnectionId id, std::uint16_t code, std::string_view reason) override;
    void respond(RequestId request, HttpResponse response) override;
    void refuse_connections() override;

private:
    struct Events;

    void close_unsent(const weft_outgoing_message* messages, std::size_t count);

    const weft_transport_calls& calls_;
    void* const self_;
    HostContext& context_;
    weft_transport_events c_events_;
    TransportEvents* events_ = nullptr;  // set by bind
};

}  // namespace weft
