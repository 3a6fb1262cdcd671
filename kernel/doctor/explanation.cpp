#include "kernel/doctor/explanation.hpp"

#include "kernel/config/yaml_tree.hpp"
#include "kernel/doctor/progress.hpp"
#include "kernel/http/iso_time.hpp"

#include <weft/crdt_extensions.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace weft {

namespace {

std::string line_of(std::string_view what, const std::string& text) {
    return fmt::format("  {:<12}{}\n", what, text);
}

std::string in_parts(const Examination::Sizes& sizes, std::string_view one) {
    return fmt::format("{} in {} {}{}", readable_size(sizes.bytes), sizes.count, one,
                       sizes.count == 1 ? "" : "s");
}

std::string versions_of(const Examination& seen) {
    if (seen.versions.empty()) {
        return seen.head().version == 0 ? "none" : "none is kept any more";
    }
    const Version& newest = seen.versions.back();
    std::string text = fmt::format("{}, the newest is {} of {}", seen.versions.size(),
                                   newest.number, iso_time(newest.unix_ms));
    text += newest.label.empty() ? "" : fmt::format(" \"{}\"", printable(newest.label));
    text += newest.author.empty() ? "" : fmt::format(" by {}", printable(newest.author));
    return text;
}

ReplicaStatistics statistics_of(const Examination& seen) {
    const Statistics* const stats = seen.crdt == nullptr ? nullptr : seen.crdt->extensions().stats;
    if (stats == nullptr || seen.replica == nullptr) {
        return {};
    }
    const auto statistics = stats->stats(*seen.replica);
    return statistics ? *statistics : ReplicaStatistics{};
}

std::string items_of(const ReplicaStatistics& statistics) {
    if (statistics.items == 0) {
        return "unknown: the algorithm keeps no statistics";
    }
    return fmt::format("{} ({} % of them tombstones) by {} actors, {} visible units",
                       statistics.items, 100 * statistics.tombstones / statistics.items,
                       statistics.actors, statistics.units);
}

/// The largest share, and what makes it smaller.
std::string reason_of(const Examination& seen, const ReplicaStatistics& statistics) {
    const std::uint64_t largest =
        std::max({seen.keyframe_sizes.bytes, seen.segment_sizes.bytes, seen.row_sizes.bytes});
    if (largest == seen.row_sizes.bytes) {
        return "Most of it are updates that were not compacted yet: compaction.updates and "
               "compaction.idle say when a server does that.";
    }
    if (largest == seen.segment_sizes.bytes) {
        return "Most of it is history: versions.keep_all, keep_hourly and keep_daily say how long "
               "all of it stays, and named versions stay for ever.";
    }
    if (2 * statistics.tombstones > statistics.items) {
        return "Most of it is the state as a keyframe, and most of that is deleted text, which "
               "concurrent edits may still refer to.";
    }
    return "Most of it is the state as a keyframe: the document itself is that large.";
}

}  // namespace

std::string explain(const Examination& seen) {
    const Head& head = seen.head();
    const ReplicaStatistics statistics = statistics_of(seen);
    const std::uint64_t bytes =
        seen.keyframe_sizes.bytes + seen.segment_sizes.bytes + seen.row_sizes.bytes;
    std::string text = fmt::format("{}: {}, seq {}, compacted up to {}, epoch {}\n", head.document,
                                   head.algorithm, head.seq, head.covered, head.epoch);
    text += line_of("stored", readable_size(bytes));
    text += line_of("keyframes", in_parts(seen.keyframe_sizes, "keyframe"));
    text += line_of("segments", in_parts(seen.segment_sizes, "segment"));
    text += line_of("tail", in_parts(seen.row_sizes, "update"));
    text += line_of("versions", versions_of(seen));
    text += line_of("items", items_of(statistics));
    if (seen.replica != nullptr) {
        text += line_of("in memory", readable_size(seen.replica->memory_bytes()));
    }
    text += line_of("last edit", iso_time(seen.stat.updated_unix_ms));
    return text + "  " + reason_of(seen, statistics) + "\n";
}

}  // namespace weft
