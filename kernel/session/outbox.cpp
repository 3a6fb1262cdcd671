#include "kernel/session/outbox.hpp"

#include <algorithm>

namespace weft {

namespace {

// Fewer receivers are cheaper as messages of the turn's one batch than as a call of their own.
constexpr std::size_t fanout_min = 4;

}  // namespace

void Outbox::send(Connection to, Buffer frame) {
    auto pending = std::find_if(pending_.begin(), pending_.end(),
                                [&](const Pending& p) { return p.transport == to.transport; });
    if (pending == pending_.end()) {
        pending = pending_.insert(pending, {to.transport, {}});
    }
    pending->messages.push_back({to.id, std::move(frame)});
}

void Outbox::fanout(std::span<const Connection> to, const Buffer& frame) {
    if (to.size() < fanout_min) {
        for (const auto& connection : to) {
            send(connection, frame);
        }
        return;
    }
    flush();  // what was said to one of them before comes first
    std::vector<ConnectionId> ids;
    ids.reserve(to.size());
    for (std::size_t i = 0; i < to.size();) {
        Transport* const transport = to[i].transport;
        ids.clear();
        for (; i < to.size() && to[i].transport == transport; ++i) {
            ids.push_back(to[i].id);
        }
        tell_over(*transport, transport->fanout(ids, frame));
    }
}

void Outbox::close(Connection connection, std::uint16_t code, std::string_view reason) {
    flush();
    connection.transport->close(connection.id, code, reason);
}

void Outbox::flush() {
    for (auto& pending : pending_) {
        flush(pending);
    }
}

void Outbox::flush(Pending& pending) {
    if (pending.messages.empty()) {
        return;
    }
    auto messages = std::exchange(pending.messages, {});
    tell_over(*pending.transport, pending.transport->send(std::move(messages)));
}

void Outbox::tell_over(Transport& transport, const std::vector<ConnectionId>& over) {
    for (const ConnectionId id : over) {
        on_over_({&transport, id});
    }
}

}  // namespace weft
