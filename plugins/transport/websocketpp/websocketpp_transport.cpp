#include "websocketpp_transport.hpp"

#include "connection.hpp"
#include "listener.hpp"

#include <algorithm>
#include <optional>
#include <thread>

namespace weft {

using ws::SlotId;
using ws::SlotTable;

namespace {

// Room for plain HTTP beside the WebSockets that `connections` allows.
constexpr std::uint32_t http_sockets = 256;

std::uint32_t thread_count(std::uint32_t wanted) {
    return wanted > 0 ? wanted : std::clamp(std::thread::hardware_concurrency() / 2, 1u, 64u);
}

ws::Metrics define_metrics(Host& host) {
    return {host.define_metric(MetricKind::gauge, "transport_connections",
                               "Open WebSocket connections"),
            host.define_metric(MetricKind::counter, "transport_messages_received_total",
                               "Messages received from clients"),
            host.define_metric(MetricKind::counter, "transport_received_bytes_total",
                               "Bytes read from sockets"),
            host.define_metric(MetricKind::counter, "transport_sent_bytes_total",
                               "Bytes written to sockets")};
}

}  // namespace

class WebsocketppTransport::Implementation {
public:
    Implementation(Host& host, Options options) : shared{std::move(options), host} {}

    Result<void> start() {
        // Finds out the byte order once; from several threads at the same time that is a race inside websocketpp.
        (void)websocketpp::lib::net::_htonll(1);
        shared.metrics = define_metrics(shared.host);
        const auto endpoint = ws::parse_endpoint(shared.options.listen);
        const std::uint32_t sockets = shared.options.connections + http_sockets;
        for (std::uint32_t i = 0; i < thread_count(shared.options.threads); ++i) {
            threads.push_back(std::make_unique<ws::IoThread>(shared, i, sockets));
        }
        listener.emplace(shared, threads, sockets);
        if (auto opened = listener->open(*endpoint); !opened) {
            return opened;
        }
        for (const auto& thread : threads) {
            thread->start();
        }
        listener->start();
        return {};
    }

    void stop() {
        if (listener) {
            listener->close();
        }
        for (const auto& thread : threads) {
            thread->post(ws::StopCommand{});
        }
        for (const auto& thread : threads) {
            thread->join();
        }
    }

    ws::IoThread* thread_of(SlotId id) {
        return id.thread < threads.size() ? threads[id.thread].get() : nullptr;
    }

    void post(SlotId id, ws::Command command) {
        if (ws::IoThread* thread = thread_of(id)) {
            thread->post(std::move(command));
        }
    }

    SlotTable::Added add(SlotId id, std::size_t bytes) {
        ws::IoThread* thread = thread_of(id);
        return thread != nullptr ? thread->slots().add(id, bytes) : SlotTable::Added::stale;
    }

    ws::Shared shared;
    std::vector<std::unique_ptr<ws::IoThread>> threads;
    std::optional<ws::Listener> listener;
};

WebsocketppTransport::WebsocketppTransport(Host& host, Options options)
    : implementation_(std::make_unique<Implementation>(host, std::move(options))) {}

WebsocketppTransport::~WebsocketppTransport() {
    stop();
}

Result<void> WebsocketppTransport::configure() {
    const auto endpoint = ws::parse_endpoint(implementation_->shared.options.listen);
    if (!endpoint) {
        Error error = endpoint.error();
        error.message = implementation_->shared.host.where("listen") + ": " + error.message;
        return error;
    }
    return {};
}

Result<void> WebsocketppTransport::start() {
    if (auto configured = configure(); !configured) {
        return configured;
    }
    return implementation_->start();
}

void WebsocketppTransport::stop() {
    implementation_->stop();
}

void WebsocketppTransport::bind(TransportEvents& events) {
    implementation_->shared.events = &events;
}

std::vector<std::string> WebsocketppTransport::endpoints() const {
    const auto endpoint = implementation_->listener->endpoint();
    const std::string address = endpoint.address().to_string();
    const std::string host = endpoint.address().is_v6() ? '[' + address + ']' : address;
    return {"http://" + host + ':' + std::to_string(endpoint.port())};
}

std::vector<ConnectionId> WebsocketppTransport::send(std::vector<OutgoingMessage> batch) {
    std::vector<ConnectionId> over;
    std::vector<ws::SendCommand> commands(implementation_->threads.size());
    for (const OutgoingMessage& message : batch) {
        const SlotId id = SlotId::from(message.id);
        const auto added = implementation_->add(id, ws::message_frame_size(message.payload.size()));
        if (added != SlotTable::Added::stale) {
            commands[id.thread].frames.emplace_back(id, ws::make_message_frame(message.payload));
        }
        if (added == SlotTable::Added::over) {
            over.push_back(message.id);
        }
    }
    for (std::size_t i = 0; i < commands.size(); ++i) {
        if (!commands[i].frames.empty()) {
            implementation_->threads[i]->post(std::move(commands[i]));
        }
    }
    return over;
}

std::vector<ConnectionId> WebsocketppTransport::fanout(std::span<const ConnectionId> ids,
                                                       Buffer payload) {
    std::vector<ConnectionId> over;
    std::vector<ws::FanoutCommand> commands(implementation_->threads.size());
    const std::size_t size = ws::message_frame_size(payload.size());
    for (const ConnectionId connection : ids) {
        const SlotId id = SlotId::from(connection);
        const auto added = implementation_->add(id, size);
        if (added != SlotTable::Added::stale) {
            commands[id.thread].ids.push_back(id);
        }
        if (added == SlotTable::Added::over) {
            over.push_back(connection);
        }
    }
    for (std::size_t i = 0; i < commands.size(); ++i) {
        if (!commands[i].ids.empty()) {
            // One for each thread: a frame is counted without atomics.
            commands[i].frame = ws::make_message_frame(payload);
            implementation_->threads[i]->post(std::move(commands[i]));
        }
    }
    return over;
}

void WebsocketppTransport::set_reading(ConnectionId id, bool on) {
    implementation_->post(SlotId::from(id), ws::ReadingCommand{SlotId::from(id), on});
}

void WebsocketppTransport::close(ConnectionId id, std::uint16_t code, std::string_view reason) {
    implementation_->post(SlotId::from(id),
                          ws::CloseCommand{SlotId::from(id), code, std::string(reason)});
}

void WebsocketppTransport::respond(RequestId request, HttpResponse response) {
    implementation_->post(SlotId::from(request),
                          ws::RespondCommand{SlotId::from(request), std::move(response)});
}

void WebsocketppTransport::refuse_connections() {
    implementation_->shared.refusing.store(true, std::memory_order_relaxed);
    if (implementation_->listener) {
        implementation_->listener->close();
    }
}

}  // namespace weft
