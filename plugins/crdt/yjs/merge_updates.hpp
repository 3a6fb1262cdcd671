// Joins updates into one without a document, in time linear in their bytes (and, where several have structs at the same
// clocks, the logarithm of their number).
//
// Each update has at most one run of structs of a client, in the order of clocks. The runs of a client are walked like the
// inputs of a merge sort, decoded one struct at a time. The order in which they are taken, and where one is cut because
// others have been written already, is that of Y.mergeUpdates, and so the bytes are the same. There is one difference: Yjs
// takes what comes first; here nothing that one update knows is lost because another has forgotten it. A struct has one of
// three levels: content, a deleted item without content, GC. If the first way loses something of a client, that client is
// merged once more in another way, in which what is not content waits until it is certain that nothing better begins inside it.
#pragma once

#include "update_decoder.hpp"

#include <span>

namespace weft::yjs {

/// Joins updates into one, which is appended to `out`. What several have goes out once, preferably with its content;
/// holes between structs of one client become skips. Neighbours are not merged, but for GC of different updates. One
/// update alone goes out as it came.
Result<void> merge_updates(std::span<const BytesView> updates, Bytes& out,
                           JsonForm json = JsonForm::text);

/// Whether the update has a struct or deletes a unit below the clocks of `state_vector`.
bool overlaps(const UpdateLayout& update, const StateVector& state_vector);

/// What a replica has that has integrated this update alone: per client the run that starts at clock 0.
StateVector state_vector_of(const UpdateLayout& update);

}  // namespace weft::yjs
