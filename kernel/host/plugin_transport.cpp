#include "kernel/host/plugin_transport.hpp"

#include <weft/detail/guard.hpp>
#include <weft/detail/transport_thunks.hpp>

namespace weft {

using detail::from_c;
using detail::guarded;
using detail::SmallArray;
using detail::to_c;

struct PluginTransport::Events {
    static PluginTransport& of(void* self) { return *static_cast<PluginTransport*>(self); }

    template <class Call>
    static void logged(void* self, Call&& call) noexcept {
        guarded([&] { call(*of(self).events_); },
                [&](Code, std::string_view what) { of(self).context_.log(LogLevel::error, what); });
    }

    static std::uint32_t on_open(void* self, const weft_open_request* open, std::uint64_t* tag,
                                 weft_sink* reason) noexcept {
        std::uint32_t status = 500;
        logged(self, [&](TransportEvents& events) {
            const OpenAnswer answer =
                events.on_open({open->id, from_c(open->peer), from_c(open->path),
                                from_c(open->query), from_c(open->host), from_c(open->origin)});
            *tag = answer.tag;
            detail::write_to(reason, as_bytes(answer.reason));
            status = answer.status;
        });
        return status;
    }

    static void on_messages(void* self, const weft_incoming_message* messages,
                            std::size_t count) noexcept {
        logged(self, [&](TransportEvents& events) {
            SmallArray<IncomingMessage, 16> taken(count);
            for (std::size_t i = 0; i < count; ++i) {
                taken[i] = {{messages[i].connection.id, messages[i].connection.tag},
                            Buffer::adopt(messages[i].payload)};
            }
            events.on_messages({taken.data(), count});
        });
    }

    static void on_writable(void* self, const weft_connection* connections,
                            std::size_t count) noexcept {
        logged(self, [&](TransportEvents& events) {
            SmallArray<ConnectionRef, 64> taken(count);
            for (std::size_t i = 0; i < count; ++i) {
                taken[i] = {connections[i].id, connections[i].tag};
            }
            events.on_writable({taken.data(), count});
        });
    }

    static void on_close(void* self, const weft_connection* connection, std::uint32_t code,
                         weft_str reason) noexcept {
        logged(self, [&](TransportEvents& events) {
            events.on_close({connection->id, connection->tag}, static_cast<std::uint16_t>(code),
                            from_c(reason));
        });
    }

    static void on_http(void* self, const weft_http_request* from) noexcept {
        logged(self, [&](TransportEvents& events) {
            Buffer body = Buffer::adopt(from->body);
            events.on_http({from->id, std::string(from_c(from->method)),
                            std::string(from_c(from->target)),
                            detail::copy_headers(from->headers, from->header_count),
                            std::move(body), std::string(from_c(from->peer))});
        });
    }
};

PluginTransport::PluginTransport(const weft_transport_calls& calls, void* self,
                                 HostContext& context)
    : calls_(calls), self_(self), context_(context), c_events_{sizeof(weft_transport_events),
                                                               0,
                                                               this,
                                                               &Events::on_open,
                                                               &Events::on_messages,
                                                               &Events::on_writable,
                                                               &Events::on_close,
                                                               &Events::on_http} {}

void PluginTransport::bind(TransportEvents& events) {
    events_ = &events;
    calls_.bind(self_, &c_events_);
}

std::vector<std::string> PluginTransport::endpoints() const {
    std::string lines;
    {
        detail::GrowingSink sink(lines);
        if (calls_.endpoints(self_, sink.c()) != WEFT_OK) {
            return {};
        }
    }
    std::vector<std::string> endpoints;
    for (std::size_t start = 0, end; (end = lines.find('\n', start)) != lines.npos;
         start = end + 1) {
        endpoints.push_back(lines.substr(start, end - start));
    }
    return endpoints;
}

std::vector<ConnectionId> PluginTransport::send(std::vector<OutgoingMessage> batch) {
    SmallArray<weft_outgoing_message, 16> lent(batch.size());
    SmallArray<weft_connection_id, 64> over(batch.size());
    for (std::size_t i = 0; i < batch.size(); ++i) {
        lent[i] = {batch[i].id, std::move(batch[i].payload).release()};
    }
    // What is not taken is offered again: the transport's promise is to drop nothing.
    std::vector<ConnectionId> all_over;
    for (std::size_t sent = 0; sent < batch.size();) {
        std::size_t over_count = 0;
        const std::size_t rest = batch.size() - sent;
        const std::size_t taken =
            std::min(calls_.send(self_, lent.data() + sent, rest, over.data(), &over_count), rest);
        all_over.insert(all_over.end(), over.data(), over.data() + std::min(over_count, rest));
        if (taken == 0) {
            close_unsent(lent.data() + sent, rest);
            break;
        }
        sent += taken;
    }
    return all_over;
}

// Their messages are lost, so these clients must come back and ask anew.
void PluginTransport::close_unsent(const weft_outgoing_message* messages, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        static_cast<void>(Buffer::adopt(messages[i].payload));
        close(messages[i].id, 1013, "overloaded");
    }
}

std::vector<ConnectionId> PluginTransport::fanout(std::span<const ConnectionId> ids,
                                                  Buffer payload) {
    SmallArray<weft_connection_id, 64> over(ids.size());
    const std::size_t count =
        calls_.fanout(self_, ids.data(), ids.size(), std::move(payload).release(), over.data());
    return {over.data(), over.data() + std::min(count, ids.size())};
}

void PluginTransport::set_reading(ConnectionId id, bool on) {
    calls_.set_reading(self_, id, on ? 1 : 0);
}

void PluginTransport::close(ConnectionId id, std::uint16_t code, std::string_view reason) {
    calls_.close(self_, id, code, to_c(reason));
}

void PluginTransport::respond(RequestId request, HttpResponse response) {
    const auto headers = detail::lend_headers(response.headers);
    const weft_http_response lent{response.status, 0, headers.data(), headers.size(),
                                  std::move(response.body).release()};
    calls_.respond(self_, request, &lent);
}

void PluginTransport::refuse_connections() {
    calls_.refuse_connections(self_);
}

}  // namespace weft
