#pragma once

#include "kernel/shard/executor.hpp"

#include <cstdint>

namespace weft {

/// How the history of documents is kept. Zero turns off what it is about, so that a test sees only what it asks for.
struct HistoryPolicy {
    std::uint64_t compaction_updates = 0;  // rows in the tail that make a compaction due
    Duration
        compaction_idle{};  // without a commit for so long, the tail is compacted whatever its length

    Duration version_quiet{};     // an automatic version once nobody has edited for so long
    Duration version_interval{};  // and while edits go on, one each time so long has passed

    // Automatic versions by their age. Named ones, and those that a restore kept, stay for ever.
    Duration keep_all{};     // until then all stay
    Duration keep_hourly{};  // until then one an hour
    Duration keep_daily{};   // until then one a day; behind it one a week
};

}  // namespace weft
