// A call with several local edits makes all of them or none, so whether they can be made is known before the first is.
#pragma once

#include "edit_place.hpp"

#include <span>

namespace weft::yjs {

/// Whether `check_sequence` can tell: the edits are about one type, of one family, and few enough if a text has
/// surrogate pairs.
bool is_foreseeable(StructStore& store, std::span<const EditView> edits);

/// Whether foreseeable edits, each of which passed `check_arguments`, can be made one after the other.
Result<void> check_sequence(StructStore& store, std::span<const EditView> edits);

}  // namespace weft::yjs
