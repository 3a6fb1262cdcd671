// What some CRDT algorithms can do beyond the seam. An algorithm derives from those that it has and says so in
// `Crdt::extensions`; across the C boundary each is a table that the host asks for by its string id.
//
// A `Replica&` given to an extension was made by the same Crdt.
#pragma once

#include <weft/crdt.hpp>

namespace weft {

/// "restore": back to an earlier state by new edits, so that concurrent ones still merge.
class Restore {
public:
    virtual ~Restore() = default;

    /// Edits `replica` so that its content is that of `state`, an update with all of an earlier state of the same
    /// document, and appends them to `out` as one update; nothing when the content is the same. `state` on a replica without an
    /// actor, `missing` when `state` has operations that the replica lacks. [shard]
    virtual Result<void> restore(Replica& replica, BytesView state, Bytes& out) const = 0;
};

/// "diff_view": what is different between two states, for people.
class DiffView {
public:
    virtual ~DiffView() = default;

    /// JSON: `{"<root>": <changes>, …}` with the roots that differ. The changes of a text are steps from its beginning on:
    /// `{"keep": 3}`, `{"insert": "abc", "actor": "17"}`, `{"delete": "xyz", "actor": "18"}`; `keep` counts UTF-16 code
    /// units, `actor` is decimal and left out when it is not recorded, what is no text stands in an array of values. With
    /// formats, `insert` has `"attributes"`, and `keep` those that changed. Other kinds: `{"before": <json>, "after":
    /// <json>}`, to which an algorithm may add `"changes"` in words of its own.
    /// `before` and `after` are updates with all of a state. [any]
    virtual Result<std::string> diff_view(BytesView before, BytesView after) const = 0;
};

/// "gc": forgetting what nobody can ask for any more.
class GarbageCollection {
public:
    virtual ~GarbageCollection() = default;

    /// Gives the accounted bytes that became free. The digest stays. [shard]
    virtual Result<std::uint64_t> collect(Replica& replica) const = 0;
};

enum class AnchorSide : std::uint32_t { before = 0, after = 1 };

/// "anchor": positions in a text that move with it.
class Anchors {
public:
    struct Place {
        std::string root;
        std::uint64_t position = 0;
    };

    virtual ~Anchors() = default;

    /// Appends to `out` an anchor that holds on to what stands left (`before`) or right (`after`) of the position; at
    /// the text's beginning or end to that. `invalid` beyond the end, `not_found` without such a root. [shard]
    virtual Result<void> anchor(const Replica& replica, std::string_view root,
                                std::uint64_t position, AnchorSide side, Bytes& out) const = 0;

    /// Where the anchor is now, also when what it holds on to is deleted. `missing` when the replica has not got that
    /// yet. [shard]
    virtual Result<Place> position(const Replica& replica, BytesView anchor) const = 0;
};

/// What a replica is made of. An algorithm fills what it has and leaves the rest 0.
struct ReplicaStatistics {
    std::uint64_t actors = 0;
    std::uint64_t items = 0;       // tombstones included
    std::uint64_t tombstones = 0;  // items whose content is deleted
    std::uint64_t units = 0;       // visible UTF-16 code units and elements
    std::uint64_t parked_bytes = 0;
    std::uint64_t memory_bytes = 0;
};

/// "stats"
class Statistics {
public:
    virtual ~Statistics() = default;

    virtual Result<ReplicaStatistics> stats(const Replica& replica) const = 0;  // [shard]
};

}  // namespace weft
