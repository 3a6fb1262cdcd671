#include "kernel/document/broadcast.hpp"

#include "kernel/assert.hpp"
#include "kernel/session/sync_protocol.hpp"

#include <algorithm>

namespace weft {

namespace {

// With more senders than this in one slice, each hears its own updates again rather than having a message
// of its own made: repeating is harmless, and encoding per receiver is what does not scale.
constexpr std::size_t distinct_senders_max = 4;

bool contains(const std::vector<SessionId>& ids, SessionId id) {
    return std::find(ids.begin(), ids.end(), id) != ids.end();
}

bool must_wait(const Session& session) {
    return session.delivery.over || session.delivery.unanswered || session.closed();
}

}  // namespace

void Broadcast::start(const Crdt& crdt, std::shared_ptr<const Bytes> state_vector) {
    crdt_ = &crdt;
    log_.start(std::move(state_vector));
}

std::vector<Session*> Broadcast::flush(const std::vector<Session*>& sessions, Time now,
                                       bool tight) {
    for (const auto& group : group(sessions)) {
        send(group, now);
    }
    trim(sessions);
    if (log_.bytes() > (tight ? 0 : budget_.document_bytes)) {
        cut(sessions);
    }
    std::vector<Session*> cut_off;
    for (Session* session : sessions) {
        if (session->delivery.cut_at && !must_wait(*session)) {
            cut_off.push_back(session);
        }
    }
    return cut_off;
}

std::vector<Broadcast::Group> Broadcast::group(const std::vector<Session*>& sessions) const {
    std::vector<Group> groups;
    std::vector<Slice> slices;
    for (Session* session : sessions) {
        const auto& delivery = session->delivery;
        if (delivery.cursor == log_.end() || delivery.cut_at || must_wait(*session)) {
            continue;
        }
        auto known = std::find_if(slices.begin(), slices.end(),
                                  [&](const Slice& s) { return s.from == delivery.cursor; });
        if (known == slices.end()) {
            known = slices.insert(known, slice(delivery.cursor));
        }
        const SessionId without = contains(known->senders, session->id) ? session->id : 0;
        auto found = std::find_if(groups.begin(), groups.end(), [&](const Group& group) {
            return group.from == delivery.cursor && group.without == without;
        });
        if (found == groups.end()) {
            found = groups.insert(found, {delivery.cursor, without, {}});
        }
        found->sessions.push_back(session);
    }
    return groups;
}

Broadcast::Slice Broadcast::slice(LogPosition from) const {
    Slice slice{from, {}};
    for (LogPosition at = from; at < log_.end(); ++at) {
        const SessionId sender = log_.at(at).sender;
        if (!contains(slice.senders, sender)) {
            slice.senders.push_back(sender);
        }
        if (slice.senders.size() > distinct_senders_max) {
            slice.senders.clear();
            break;
        }
    }
    return slice;
}

void Broadcast::send(const Group& group, Time now) {
    const Buffer frame = encode(group.from, group.without);
    receivers_.clear();
    for (Session* session : group.sessions) {
        session->delivery.cursor = log_.end();
        if (!frame.empty()) {
            session->last_sent = now;
            receivers_.push_back(session->connection);
        }
    }
    if (!frame.empty()) {
        outbox_.fanout(receivers_, frame);
    }
}

Buffer Broadcast::encode(LogPosition from, SessionId without) const {
    std::vector<BytesView> updates;
    for (LogPosition at = from; at < log_.end(); ++at) {
        const auto& entry = log_.at(at);
        if (without == 0 || entry.sender != without) {
            updates.push_back(entry.update.view());
        }
    }
    if (updates.empty()) {
        return {};
    }
    if (updates.size() == 1) {
        return Buffer(encode_update(updates.front()));
    }
    Bytes merged;
    const auto done = crdt_->merge(updates, merged);
    WEFT_ASSERT(done.ok());  // the replica took each of them
    return Buffer(encode_update(merged));
}

void Broadcast::trim(const std::vector<Session*>& sessions) {
    LogPosition needed = log_.end();
    for (const Session* session : sessions) {
        if (!session->delivery.cut_at && !session->closed()) {
            needed = std::min(needed, session->delivery.cursor);
        }
    }
    log_.trim(needed);
}

void Broadcast::cut(const std::vector<Session*>& sessions) {
    for (Session* session : sessions) {
        auto& delivery = session->delivery;
        if (!delivery.cut_at && delivery.cursor < log_.end()) {
            delivery.cut_at = log_.checkpoint_below(delivery.cursor);
        }
    }
    log_.trim(log_.end());
}

}  // namespace weft
