#pragma once

#include "kernel/history/history_policy.hpp"
#include "kernel/log/log.hpp"
#include "kernel/shard/executor.hpp"
#include "kernel/shard/workers.hpp"

#include <weft/crdt.hpp>
#include <weft/storage.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace weft {

/// A replica on this node and the seq that it stands at, with nothing uncommitted, missing or parked.
struct LiveDigest {
    std::uint64_t epoch = 0;
    std::uint64_t seq = 0;
    Digest digest{};
};

/// What the histories of a shard ask of it.
class HistoryOwner {
public:
    virtual ~HistoryOwner() = default;

    /// Nothing when the document is not in memory, or on its way from one seq to the next.
    virtual std::optional<LiveDigest> digest_of(const std::string& document) const = 0;

    /// Makes an automatic version of the present, and gives its number.
    virtual void keep_automatic_version(const std::string& document,
                                        Completion<std::uint64_t> done) = 0;
};

/// Counted by one shard.
struct HistoryCounters {
    std::uint64_t compactions = 0;
    std::uint64_t jobs_lost = 0;  // somebody else was faster
    std::uint64_t keyframes = 0;
    std::uint64_t digest_alarms = 0;
    std::uint64_t automatic_versions = 0;
    std::uint64_t versions_thinned = 0;
};

/// Everything that a history reaches beyond itself. Outlives it.
struct HistoryServices {
    Executor& executor;
    Workers& workers;
    Storage& storage;
    const std::map<std::string, const Crdt*, std::less<>>& crdts;
    const HistoryPolicy& policy;
    const std::string& text_root;
    const std::function<std::int64_t()>& unix_ms;
    Log& log;
    HistoryCounters& counters;
    HistoryOwner& owner;
};

}  // namespace weft
