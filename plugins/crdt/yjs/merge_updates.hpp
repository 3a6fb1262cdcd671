// What can be done with updates without a document, in time linear in their size (but for a heap of their number).
#pragma once

#include "update_decoder.hpp"

#include <span>

namespace weft::yjs {

/// Joins updates into one, which is appended to `out`. What several have goes out once, preferably with its content;
/// holes between structs of one client become skips. Neighbours are not merged.
Result<void> merge_updates(std::span<const BytesView> updates, Bytes& out);

/// Whether the update has a struct or deletes a unit below the clocks of `state_vector`.
bool overlaps(const UpdateLayout& update, const StateVector& state_vector);

/// What a replica has that has integrated this update alone: per client the run that starts at clock 0.
StateVector state_vector_of(const UpdateLayout& update);

}  // namespace weft::yjs
