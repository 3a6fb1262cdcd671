// Updates and state vectors out of a store.
#pragma once

#include "struct_store.hpp"
#include "transaction.hpp"
#include "update_decoder.hpp"

namespace weft::yjs {

/// Appends the store's state vector, descending by client as Yjs writes it.
void encode_state_vector(const StructStore& store, Bytes& out);

/// Appends one update with all structs that `state_vector` lacks and the whole delete set.
void encode_diff(const StructStore& store, const StateVector& state_vector, Bytes& out);

/// Appends what a finished transaction brought: the structs that are new and the units that were deleted.
void encode_change(const StructStore& store, const Transaction& transaction, Bytes& out);

/// All deleted units, normalised: they do not tell whether a struct was collected, split or merged.
std::vector<WireRange> deleted_ranges(const StructStore& store);

}  // namespace weft::yjs
