// How a history grows coarser: neighbouring segments between two kept versions become one. Made from stored bytes, on a worker,
// and proved there: what is left replays to the same document.
#pragma once

#include <weft/crdt.hpp>
#include <weft/storage.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace weft {

struct ThinningInput {
    std::string document;
    std::uint64_t epoch = 0;
    std::vector<StoredPart>
        before;  // a keyframe and segments: what the document is up to the first of `segments`
    std::vector<StoredPart> segments;          // the stretch that grows coarser, without a hole
    std::vector<std::uint64_t> kept_seqs;      // of the versions that stay, in any order
    std::vector<std::uint64_t> versions_gone;  // numbers
};

/// `internal` when what would be left replays to another document: nothing is to be written then.
Result<ThinRequest> make_thinning(const Crdt& crdt, const ThinningInput& input);

}  // namespace weft
