// The string form of XML types, as `toString` of Yjs gives it: attributes and formats in order, nothing escaped.
#pragma once

#include "struct_store.hpp"

#include <string>

namespace weft::yjs {

/// `type` is an XML type, or a root that holds some. Does not recurse.
void append_xml(const StructStore& store, Handle type, std::string& out);

}  // namespace weft::yjs
