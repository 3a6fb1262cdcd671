// Copies one document from a store to another, with its history: seqs, marks, authors and times of updates, segments, keyframes,
// version numbers, epochs and tombstones are there what they were here.
//
// The seam has no way to write a segment, so the copy makes the same history happen again: for a segment of n seqs it appends
// n - 1 updates that say nothing and one that is the segment, and compacts them into it. Versions that were thinned out are made and
// thinned out again, so that the others keep their numbers; an earlier epoch is begun and ended. At every instant what stands in the
// new store is a document that loads, and from where it stands the next copy can go on: whatever ends this one, no step is
// made twice.
#pragma once

#include "kernel/doctor/offline_store.hpp"

#include <weft/crdt.hpp>

#include <cstdint>
#include <functional>
#include <vector>

namespace weft {

/// What is to stand in the new store.
struct CopyOrder {
    Head head;                             // as it is here
    std::uint64_t until = 0;               // the last seq that is copied
    std::vector<std::uint64_t> keyframes;  // seqs
    std::vector<Version> versions;         // ascending
    std::vector<Tombstone> tombstones;     // of earlier epochs
};

/// Told before each step when what it repeats happened (0: now), so that a store which asks its host for the time gives it that one.
using TellTime = std::function<void(std::int64_t unix_ms)>;

/// All of a document that a server could load. Errors are those of the store.
Result<CopyOrder> order_of(OfflineStore& from, const std::string& document);

/// `conflict`: the new store holds another document of this name.
Result<void> copy_document(OfflineStore& from, OfflineStore& to, const Crdt& crdt,
                           const CopyOrder& order, const TellTime& tell_time);

}  // namespace weft
