#pragma once

#include "kernel/presence/presence.hpp"

#include <weft/buffer.hpp>

namespace weft {

/// Presence of one document in time: sends changes at most ten times a second, as one message for all
/// sessions, and removes who has gone silent. Timers run only while somebody is present.
///
/// Threads   Belongs to the document's shard.
class PresenceRoom {
public:
    /// `broadcast` sends one encoded message to every session, the sender included: it keeps its
    /// connection alive (providers close one on which they hear nothing for 30 s).
    PresenceRoom(Executor& executor, UniqueFunction<void(Bytes states)> broadcast)
        : executor_(executor), broadcast_(std::move(broadcast)), flush_timer_(executor),
          expiry_timer_(executor) {}

    void accept(SessionId from, bool first_message, std::span<const PresenceState> states);
    void leave(SessionId session);

    /// Sends what changed, now or as soon as the interval allows. Called at the end of a turn.
    void flush();

    const Presence& states() const { return presence_; }

    /// Nobody is present: forgets those who left and stops the timers.
    void close();

private:
    void watch_for_silence();

    Executor& executor_;
    UniqueFunction<void(Bytes)> broadcast_;
    Presence presence_;
    Timer flush_timer_;
    Timer expiry_timer_;
    Time next_flush_{};
};

}  // namespace weft
