#include "kernel/presence/presence_room.hpp"

namespace weft {

namespace {

constexpr Duration flush_interval = std::chrono::milliseconds(100);
constexpr Duration expiry_interval = std::chrono::seconds(3);

}  // namespace

void PresenceRoom::accept(SessionId from, bool first_message,
                          std::span<const PresenceState> states) {
    presence_.accept(from, first_message, states, executor_.now());
    watch_for_silence();
}

void PresenceRoom::leave(SessionId session) {
    presence_.leave(session);
}

void PresenceRoom::flush() {
    if (!presence_.has_changes() || flush_timer_.armed()) {
        return;
    }
    const Time now = executor_.now();
    if (now < next_flush_) {
        flush_timer_.arm(next_flush_ - now, [this] { flush(); });
        return;
    }
    next_flush_ = now + flush_interval;
    broadcast_(presence_.take_changes());
}

void PresenceRoom::close() {
    presence_ = {};
    flush_timer_.cancel();
    expiry_timer_.cancel();
}

void PresenceRoom::watch_for_silence() {
    if (expiry_timer_.armed() || presence_.live_count() == 0) {
        return;
    }
    expiry_timer_.arm(expiry_interval, [this] {
        presence_.expire(executor_.now());
        flush();
        watch_for_silence();
    });
}

}  // namespace weft
