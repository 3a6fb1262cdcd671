// Whether one stored document is as it should be, found out by reading all of it.
//
// Replayed from its first seq on, each part must follow the one before without a hole, be an update of the algorithm and wait
// for nothing; at a keyframe the replay must be what the keyframe holds; the present as a server loads it must be what the whole
// history replays to; and each version must stand where the history can be cut.
#pragma once

#include "kernel/doctor/offline_store.hpp"

#include <weft/crdt.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace weft {

/// The algorithm of this name, or why it cannot be had.
using FindAlgorithm = std::function<Result<const Crdt*>(const std::string& name)>;

struct Examination {
    struct Sizes {
        std::uint64_t count = 0;
        std::uint64_t bytes = 0;
    };

    bool is_sound() const { return findings.empty(); }
    const Head& head() const { return stat.head; }
    /// From the first seq to the newest.
    bool is_whole() const { return sound_until == stat.head.seq; }

    DocumentStat stat;
    std::vector<std::string> findings;  // what is wrong, each a sentence without its full stop

    const Crdt* crdt = nullptr;        // null when there is no plugin of its algorithm
    std::uint64_t sound_until = 0;     // up to this seq the history is as it should be
    std::unique_ptr<Replica> replica;  // what it replays to there; null beside `crdt`
    bool present_loads = false;        // a server can open it, whatever is wrong with its history
    std::vector<std::uint64_t> keyframes;  // seqs of those that are sound, ascending
    std::vector<Version> versions;         // those that are sound, ascending

    Sizes keyframe_sizes;
    Sizes segment_sizes;
    Sizes row_sizes;
};

/// An error is one of the store as a whole: it went away. A document that changes meanwhile is looked at anew.
Result<Examination> examine(OfflineStore& store, DocumentStat stat,
                            const FindAlgorithm& algorithms);

}  // namespace weft
