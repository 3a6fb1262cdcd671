// A text as Yjs's toDelta tells it: pieces with their attributes.
#pragma once

#include "struct_store.hpp"

#include <string>

namespace weft::yjs {

/// Appends `[{"insert": …, "attributes": {…}}, …]`. Every format that is alive ends a piece, also one that changes nothing; a
/// type that is embedded is inserted as its JSON.
void append_delta(const StructStore& store, const Type& text, std::string& out);

}  // namespace weft::yjs
