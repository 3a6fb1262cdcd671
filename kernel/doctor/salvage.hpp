#pragma once

#include "kernel/doctor/examination.hpp"

#include <cstdint>
#include <memory>

namespace weft {

/// All that can still be read of a document.
struct Salvage {
    std::unique_ptr<Replica> replica;
    std::uint64_t seqs_lost = 0;  // updates that could not be read, or build on such a one
};

/// Of a document whose algorithm is loaded. The present if it loads; else what is sound, and behind the damage every part that can
/// be read: an update that builds on nothing that is lost is as good as ever.
Result<Salvage> salvage(OfflineStore& store, const Examination& seen);

}  // namespace weft
