#include "kernel/history/retention.hpp"

#include <algorithm>
#include <optional>

namespace weft {

namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

constexpr std::int64_t hour_ms = std::int64_t{60} * 60 * 1000;
constexpr std::int64_t day_ms = 24 * hour_ms;

std::int64_t in_ms(Duration duration) {
    return duration_cast<milliseconds>(duration).count();
}

/// How long the stretch of time is of which one version of this age stays; 0: all stay.
std::int64_t stretch_of(std::int64_t age_ms, const HistoryPolicy& policy) {
    if (age_ms < in_ms(policy.keep_all)) {
        return 0;
    }
    if (age_ms < in_ms(policy.keep_hourly)) {
        return hour_ms;
    }
    return age_ms < in_ms(policy.keep_daily) ? day_ms : 7 * day_ms;
}

}  // namespace

std::vector<std::uint64_t> versions_to_let_go(std::vector<Version> versions,
                                              std::int64_t now_unix_ms,
                                              const HistoryPolicy& policy) {
    std::vector<std::uint64_t> gone;
    if (policy.keep_all == Duration::zero()) {
        return gone;
    }
    std::sort(versions.begin(), versions.end(),
              [](const Version& a, const Version& b) { return a.number > b.number; });
    struct Slot {
        std::int64_t stretch;
        std::int64_t index;
        bool operator==(const Slot&) const = default;
    };
    std::optional<Slot> taken;
    for (const Version& version : versions) {
        const std::int64_t stretch = stretch_of(now_unix_ms - version.unix_ms, policy);
        if (version.kind != VersionKind::automatic || stretch == 0) {
            continue;
        }
        const Slot slot{stretch, version.unix_ms / stretch};
        if (taken == slot) {
            gone.push_back(version.number);
        }
        taken = slot;
    }
    std::reverse(gone.begin(), gone.end());
    return gone;
}

}  // namespace weft
