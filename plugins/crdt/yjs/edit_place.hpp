// Where a local edit goes.
#pragma once

#include "edit_content.hpp"
#include "struct_store.hpp"

namespace weft::yjs {

struct EditPlace {
    Handle type = none;       // none: a root that nobody has named yet
    ListIndex::Place before;  // the unit in front of the position; no item: at the start
};

/// Follows the path of an edit whose arguments were checked, and checks what stands there: `invalid` when the path leads
/// nowhere, when it leads to a type of another kind, when the edit goes beyond its end, and when it would cut a
/// surrogate pair (Yjs would write two U+FFFD instead). The store stays as it is, but may index lists by position.
Result<EditPlace> find_place(StructStore& store, const EditView& edit);

/// Likewise of an edit that is known to be possible: a root need not show its kind in between the edits of one call.
Result<EditPlace> find_checked_place(StructStore& store, const EditView& edit);

/// The type that the path leads to; none for a root that nobody has named yet.
Result<Handle> find_type(StructStore& store, const EditView& edit);

/// That an edit of `covered` units at `position` stays inside a list of this length.
Result<void> check_range(std::uint64_t position, std::uint64_t covered, std::uint64_t length);

/// Whether the boundary in front of `position` of a text is inside a surrogate pair.
bool is_inside_pair(StructStore& store, Handle type, std::uint64_t position);

Error cut_pair(std::uint64_t position);

}  // namespace weft::yjs
