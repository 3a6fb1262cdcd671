// How rows of the tail become segments, and segments a keyframe. Made from stored bytes alone, on a worker.
#pragma once

#include <weft/crdt.hpp>
#include <weft/storage.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace weft {

/// What one compaction is made from.
struct CompactionInput {
    std::string document;
    std::uint64_t epoch = 0;
    std::uint64_t covered = 0;  // what is compacted already
    std::uint64_t through = 0;  // rows behind this seq stay in the tail
    /// From one read, in order: the newest keyframe, the segments after it, the rows. Or the rows alone: then no
    /// keyframe is made, and no digest.
    std::vector<StoredPart> parts;
    bool whole = false;                       // the parts begin with the document's beginning
    std::vector<std::uint64_t> version_seqs;  // in any order: segments end there
};

/// Sizes by which the next keyframe is decided.
struct StoredSizes {
    std::uint64_t keyframe = 0;
    std::uint64_t segments = 0;  // behind the keyframe
};

struct Compaction {
    CompactRequest request;
    std::optional<Digest> digest;  // of keyframe and segments, new ones included, replayed
    StoredSizes sizes;             // of the document once the request is done
};

/// Whether a keyframe is worth being written: what is replayed behind the last one exceeds half its size.
bool wants_keyframe(const StoredSizes& sizes);

/// Which of the keyframes at these seqs (newest first) go: one stays where the history was at most half as long as at the one
/// that stayed before.
std::vector<std::uint64_t> keyframes_to_let_go(const std::vector<std::uint64_t>& newest_first);

/// `conflict` when the parts are not the rows behind `covered`: somebody else has compacted. `corrupt` when they do not merge
/// or do not load. Parts leave memory as soon as they are merged or loaded: a large document costs about three times its bytes.
Result<Compaction> make_compaction(const Crdt& crdt, CompactionInput input);

}  // namespace weft
