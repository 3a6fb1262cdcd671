#pragma once

#include "kernel/document/committed_log.hpp"
#include "kernel/presence/presence_codec.hpp"
#include "kernel/shard/executor.hpp"

#include <map>
#include <set>
#include <span>
#include <string>

namespace weft {

/// The presence states of one document: who is here, by the awareness rules of y-protocols, made safe
/// against echoes. Providers send every state that they receive back to the server, so a message does not
/// prove whose state it carries; these rules do not depend on it:
///
/// - A state is owned by the session that brought it last with a new clock. Only its owner removes it.
/// - The first message of a session carries its client's own state and claims it, also when the clock is
///   not new: the old socket of a client that reconnects may not have closed yet.
/// - A client that reconnects continues its old clock, which everybody who saw it leave ignores. Its first
///   message is taken with the clock after the known one; the client adopts that. What it says before it has
///   heard of that is new all the same.
class Presence {
public:
    /// Takes the states of one message and remembers which clients changed.
    void accept(SessionId from, bool first_message, std::span<const PresenceState> states,
                Time now);

    /// The session has gone, and with it the states that it owns.
    void leave(SessionId session);

    /// Removes states without news for `presence_timeout`, and forgets clients that left long ago.
    void expire(Time now);

    /// The clients that changed since the last call, as one encoding; empty when none did.
    Bytes take_changes();
    bool has_changes() const { return !changed_.empty(); }

    /// All states. `with_departed` tells about those who left as well, for sessions that missed it.
    Bytes encode_all(bool with_departed) const;

    std::size_t live_count() const { return live_count_; }

    /// States that were ignored because the document holds `presence_bytes_max` already.
    std::uint64_t ignored_count() const { return ignored_count_; }
    bool empty() const { return clients_.empty(); }

private:
    struct Client {
        std::uint64_t clock = 0;
        std::string json;  // empty: departed
        SessionId owner = 0;
        Time heard{};
        bool raised = false;  // the claim got a greater clock than its client had sent
    };

    using Clients = std::map<std::uint64_t, Client>;

    bool is_news_of_owner(Clients::const_iterator found, SessionId from,
                          const PresenceState& state) const;
    void accept_one(SessionId from, bool claims, const PresenceState& state, Time now);
    void set(std::uint64_t id, Client state);
    void remember_departed(std::uint64_t id, std::uint64_t clock, Time now);
    void remove(std::uint64_t id, Client& client);
    bool reserve(std::uint64_t id, std::size_t state_bytes);

    Clients clients_;
    std::set<std::uint64_t> changed_;
    std::size_t live_count_ = 0;
    std::size_t bytes_ = 0;
    std::uint64_t ignored_count_ = 0;
};

inline constexpr std::size_t presence_bytes_max = 8 * 1024 * 1024;  // per document
inline constexpr Duration presence_timeout = std::chrono::seconds(30);

}  // namespace weft
