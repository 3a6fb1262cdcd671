#include "tests/support/simulation/sim_transport.hpp"

#include <algorithm>

namespace weft::sim {

ConnectionId SimTransport::connect(SimPeer& peer, const std::string& path,
                                   const std::string& query) {
    if (refuses_) {
        return 0;
    }
    OpenRequest request;
    request.id = ++last_id_;
    request.path = path;
    request.query = query;
    const OpenAnswer answer = events_->on_open(request);
    if (answer.status != 101) {
        return 0;
    }
    auto& link = links_[request.id];
    link.peer = &peer;
    link.tag = answer.tag;
    return request.id;
}

// Runs `task` after a delay, behind everything that this client did before.
void SimTransport::in_order(Link& link, UniqueFunction<void()> task) {
    link.incoming_until = std::max(link.incoming_until, time_.now() + latency());
    time_.after(link.incoming_until - time_.now(),
                [alive = alive_, task = std::move(task)]() mutable {
                    if (*alive) {
                        task();
                    }
                });
}

void SimTransport::deliver(ConnectionId id, Buffer frame) {
    const auto found = links_.find(id);
    if (found == links_.end()) {
        return;
    }
    in_order(found->second,
             [this, id, tag = found->second.tag, frame = std::move(frame)]() mutable {
                 if (links_.contains(id)) {
                     IncomingMessage message{{id, tag}, std::move(frame)};
                     events_->on_messages({&message, 1});
                 }
             });
}

void SimTransport::disconnect(ConnectionId id) {
    const auto found = links_.find(id);
    if (found == links_.end()) {
        return;
    }
    found->second.peer = nullptr;
    in_order(found->second, [this, id, tag = found->second.tag] {
        if (links_.erase(id) > 0) {
            events_->on_close({id, tag}, 1001, "gone");
        }
    });
}

std::vector<ConnectionId> SimTransport::send(std::vector<OutgoingMessage> batch) {
    std::vector<ConnectionId> over;
    for (const auto& message : batch) {
        if (enqueue(message.id, message.payload)) {
            over.push_back(message.id);
        }
    }
    return over;
}

std::vector<ConnectionId> SimTransport::fanout(std::span<const ConnectionId> ids, Buffer payload) {
    std::vector<ConnectionId> over;
    for (const ConnectionId id : ids) {
        if (enqueue(id, payload)) {
            over.push_back(id);
        }
    }
    return over;
}

bool SimTransport::enqueue(ConnectionId id, const Buffer& payload) {
    const auto found = links_.find(id);
    if (found == links_.end()) {
        return false;
    }
    auto& link = found->second;
    ++frame_count_;
    link.queued.push_back(payload);
    link.queued_bytes += payload.size();
    link.over = link.over || link.queued_bytes > sim_queue_mark;
    pump(id);
    return link.over;
}

void SimTransport::drain(ConnectionId id) {
    pump(id);
}

void SimTransport::pump(ConnectionId id) {
    const auto found = links_.find(id);
    if (found == links_.end() || found->second.pumping) {
        return;
    }
    found->second.pumping = true;
    time_.after(latency(), [this, alive = alive_, id] {
        if (!*alive || !links_.contains(id)) {
            return;
        }
        links_[id].pumping = false;
        while (links_.contains(id) && links_[id].peer != nullptr && links_[id].peer->reads() &&
               !links_[id].queued.empty()) {
            auto& link = links_[id];
            const Buffer frame = link.queued.front();
            link.queued.pop_front();
            link.queued_bytes -= frame.size();
            link.peer->on_frame(frame);
        }
        const auto link = links_.find(id);
        if (link != links_.end() && link->second.over &&
            link->second.queued_bytes <= sim_queue_mark / 2) {
            link->second.over = false;
            const ConnectionRef ref{id, link->second.tag};
            events_->on_writable({&ref, 1});
        }
    });
}

std::size_t SimTransport::queued_bytes(ConnectionId id) const {
    const auto found = links_.find(id);
    return found == links_.end() ? 0 : found->second.queued_bytes;
}

void SimTransport::close(ConnectionId id, std::uint16_t code, std::string_view) {
    pump(id);
    time_.after(std::chrono::milliseconds(1), [this, alive = alive_, id, code] {
        const auto found = *alive ? links_.find(id) : links_.end();
        if (found == links_.end()) {
            return;
        }
        SimPeer* const peer = found->second.peer;
        const ConnectionRef ref{id, found->second.tag};
        links_.erase(found);
        events_->on_close(ref, code, "closed");
        if (peer != nullptr) {
            peer->on_closed(code);
        }
    });
}

}  // namespace weft::sim
