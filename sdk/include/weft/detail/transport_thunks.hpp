// weft_transport_calls over a weft::Transport.
#pragma once

#include <weft/abi/transport.h>
#include <weft/detail/host_over_c.hpp>
#include <weft/transport.hpp>

namespace weft::detail {

using Headers = std::vector<std::pair<std::string, std::string>>;

inline std::vector<weft_header> lend_headers(const Headers& headers) {
    std::vector<weft_header> lent;
    lent.reserve(headers.size());
    for (const auto& [name, value] : headers) {
        lent.push_back({to_c(std::string_view(name)), to_c(std::string_view(value))});
    }
    return lent;
}

inline Headers copy_headers(const weft_header* headers, std::size_t count) {
    Headers copies;
    copies.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        copies.emplace_back(from_c(headers[i].name), from_c(headers[i].value));
    }
    return copies;
}

/// The kernel's side of a transport as the plugin sees it.
class TransportEventsOverC final : public TransportEvents {
public:
    explicit TransportEventsOverC(const weft_transport_events& events) : events_(events) {}

    OpenAnswer on_open(const OpenRequest& request) override {
        const weft_open_request open{request.id,          to_c(request.peer), to_c(request.path),
                                     to_c(request.query), to_c(request.host), to_c(request.origin)};
        OpenAnswer answer;
        GrowingSink reason(answer.reason);
        answer.status = static_cast<std::uint16_t>(
            events_.on_open(events_.self, &open, &answer.tag, reason.c()));
        reason.finish();
        return answer;
    }
    void on_messages(std::span<IncomingMessage> messages) override {
        SmallArray<weft_incoming_message, 16> lent(messages.size());
        for (std::size_t i = 0; i < messages.size(); ++i) {
            lent[i] = {{messages[i].connection.id, messages[i].connection.tag},
                       std::move(messages[i].payload).release()};
        }
        events_.on_messages(events_.self, lent.data(), lent.size());
    }
    void on_writable(std::span<const ConnectionRef> connections) override {
        SmallArray<weft_connection, 64> lent(connections.size());
        for (std::size_t i = 0; i < connections.size(); ++i) {
            lent[i] = {connections[i].id, connections[i].tag};
        }
        events_.on_writable(events_.self, lent.data(), lent.size());
    }
    void on_close(ConnectionRef connection, std::uint16_t code, std::string_view reason) override {
        const weft_connection closed{connection.id, connection.tag};
        events_.on_close(events_.self, &closed, code, to_c(reason));
    }
    void on_http(HttpRequest request) override {
        const auto headers = lend_headers(request.headers);
        const weft_http_request http{request.id,
                                     to_c(std::string_view(request.method)),
                                     to_c(std::string_view(request.target)),
                                     to_c(std::string_view(request.peer)),
                                     headers.data(),
                                     headers.size(),
                                     std::move(request.body).release()};
        events_.on_http(events_.self, &http);
    }

private:
    const weft_transport_events& events_;
};

template <class Instance>
struct TransportThunks {
    static constexpr std::string_view seam = "transport";

    struct State {
        std::unique_ptr<TransportEventsOverC> events;
    };

    /// For calls that answer nothing: an exception goes to the log.
    template <class Call>
    static void logged(void* self, std::string_view name, Call&& call) noexcept {
        auto& instance = *static_cast<Instance*>(self);
        guarded([&] { call(instance.seam()); },
                [&](Code, std::string_view what) { instance.host().log_exception(name, what); });
    }

    static void bind(void* self, const weft_transport_events* events) noexcept {
        logged(self, "bind", [&](Transport& transport) {
            auto& state = static_cast<Instance*>(self)->state;
            state.events = std::make_unique<TransportEventsOverC>(*events);
            transport.bind(*state.events);
        });
    }

    static weft_code endpoints(void* self, weft_sink* out) noexcept {
        weft_code code = WEFT_INTERNAL;
        logged(self, "endpoints", [&](Transport& transport) {
            std::string lines;
            for (const std::string& endpoint : transport.endpoints()) {
                lines += endpoint + '\n';
            }
            code = write_to(out, as_bytes(lines));
        });
        return code;
    }

    static std::size_t send(void* self, const weft_outgoing_message* messages, std::size_t count,
                            weft_connection_id* over, std::size_t* over_count) noexcept {
        *over_count = 0;
        logged(self, "send", [&](Transport& transport) {
            std::vector<OutgoingMessage> batch(count);
            for (std::size_t i = 0; i < count; ++i) {
                batch[i] = {messages[i].id, Buffer::adopt(messages[i].payload)};
            }
            *over_count = give(transport.send(std::move(batch)), over, count);
        });
        return count;
    }

    static std::size_t fanout(void* self, const weft_connection_id* ids, std::size_t count,
                              weft_buf payload, weft_connection_id* over) noexcept {
        std::size_t over_count = 0;
        logged(self, "fanout", [&](Transport& transport) {
            over_count = give(transport.fanout({ids, count}, Buffer::adopt(payload)), over, count);
        });
        return over_count;
    }

    static std::size_t give(const std::vector<ConnectionId>& ids, weft_connection_id* out,
                            std::size_t room) {
        const std::size_t count = std::min(ids.size(), room);
        std::copy_n(ids.begin(), count, out);
        return count;
    }

    static void set_reading(void* self, weft_connection_id id, std::uint32_t on) noexcept {
        logged(self, "set_reading",
               [&](Transport& transport) { transport.set_reading(id, on != 0); });
    }

    static void close(void* self, weft_connection_id id, std::uint32_t code,
                      weft_str reason) noexcept {
        logged(self, "close", [&](Transport& transport) {
            transport.close(id, static_cast<std::uint16_t>(code), from_c(reason));
        });
    }

    static void respond(void* self, weft_request_id id,
                        const weft_http_response* response) noexcept {
        logged(self, "respond", [&](Transport& transport) {
            Buffer body = Buffer::adopt(response->body);
            transport.respond(id, {static_cast<std::uint16_t>(response->status),
                                   copy_headers(response->headers, response->header_count),
                                   std::move(body)});
        });
    }

    static void refuse_connections(void* self) noexcept {
        logged(self, "refuse_connections",
               [](Transport& transport) { transport.refuse_connections(); });
    }

    static constexpr weft_transport_calls calls{sizeof(weft_transport_calls),
                                                0,
                                                &bind,
                                                &endpoints,
                                                &send,
                                                &fanout,
                                                &set_reading,
                                                &close,
                                                &respond,
                                                &refuse_connections};
};

}  // namespace weft::detail
