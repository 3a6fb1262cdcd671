#include "kernel/presence/presence.hpp"

#include <weft/codec.hpp>

namespace weft {

namespace {

constexpr std::string_view gone = "null";
constexpr Duration departed_kept = std::chrono::minutes(10);
constexpr std::size_t client_bytes = 128;  // what a client costs beside its state

}  // namespace

void Presence::accept(SessionId from, bool first_message, std::span<const PresenceState> states,
                      Time now) {
    const bool claims = first_message && states.size() == 1 && states[0].json != gone;
    for (const auto& state : states) {
        accept_one(from, claims, state, now);
    }
}

void Presence::accept_one(SessionId from, bool claims, const PresenceState& state, Time now) {
    const auto found = clients_.find(state.client);
    const bool known = found != clients_.end();
    const bool present = known && !found->second.json.empty();
    const std::uint64_t clock = known ? found->second.clock : 0;
    if (state.json == gone) {
        if (present && state.clock >= clock && found->second.owner == from) {
            found->second.clock = state.clock;
            remove(state.client, found->second);
        } else if (!present && state.clock > clock) {
            remember_departed(state.client, state.clock, now);
        }
        return;
    }
    if (state.clock > clock) {
        set(state.client, {state.clock, std::string(state.json), from, now, false});
    } else if (claims && present) {
        found->second.owner = from;
        found->second.heard = now;
    } else if (clock < varuint_max && (claims || is_news_of_owner(found, from, state))) {
        set(state.client, {clock + 1, std::string(state.json), from, now, true});
    }
}

// An echo repeats what was said, so it is no news.
bool Presence::is_news_of_owner(Clients::const_iterator found, SessionId from,
                                const PresenceState& state) const {
    return found != clients_.end() && found->second.raised && found->second.owner == from &&
           found->second.json != state.json;
}

bool Presence::reserve(std::uint64_t id, std::size_t state_bytes) {
    const auto found = clients_.find(id);
    const std::size_t freed =
        found == clients_.end() ? 0 : found->second.json.size() + client_bytes;
    const std::size_t bytes = bytes_ - freed + state_bytes + client_bytes;
    if (bytes > presence_bytes_max) {
        ++ignored_count_;
        return false;
    }
    bytes_ = bytes;
    return true;
}

void Presence::set(std::uint64_t id, Client state) {
    if (!reserve(id, state.json.size())) {
        return;
    }
    auto& client = clients_[id];
    live_count_ += client.json.empty() ? 1 : 0;
    client = std::move(state);
    changed_.insert(id);
}

// Its later states must carry a greater clock, as everywhere else.
void Presence::remember_departed(std::uint64_t id, std::uint64_t clock, Time now) {
    if (reserve(id, 0)) {
        clients_[id] = {clock, {}, 0, now, false};
    }
}

void Presence::remove(std::uint64_t id, Client& client) {
    --live_count_;
    bytes_ -= client.json.size();
    client.json.clear();
    client.owner = 0;
    client.raised = false;
    changed_.insert(id);
}

void Presence::leave(SessionId session) {
    for (auto& [id, client] : clients_) {
        if (!client.json.empty() && client.owner == session) {
            remove(id, client);
        }
    }
}

void Presence::expire(Time now) {
    for (auto it = clients_.begin(); it != clients_.end();) {
        auto& [id, client] = *it;
        if (!client.json.empty() && now - client.heard >= presence_timeout) {
            remove(id, client);
        }
        const bool forget =
            client.json.empty() && now - client.heard >= departed_kept && !changed_.contains(id);
        bytes_ -= forget ? client_bytes : 0;
        it = forget ? clients_.erase(it) : std::next(it);
    }
}

Bytes Presence::take_changes() {
    std::vector<PresenceState> states;
    for (const std::uint64_t id : changed_) {
        const auto& client = clients_[id];
        states.push_back({id, client.clock, client.json.empty() ? gone : client.json});
    }
    changed_.clear();
    return states.empty() ? Bytes{} : encode_presence_states(states);
}

Bytes Presence::encode_all(bool with_departed) const {
    std::vector<PresenceState> states;
    for (const auto& [id, client] : clients_) {
        if (!client.json.empty()) {
            states.push_back({id, client.clock, client.json});
        } else if (with_departed) {
            states.push_back({id, client.clock, gone});
        }
    }
    return states.empty() ? Bytes{} : encode_presence_states(states);
}

}  // namespace weft
