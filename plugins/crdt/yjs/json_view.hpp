// The JSON view of a type: what `toJSON` of Yjs gives.
//
// Texts and XML are strings, maps are objects with their keys in byte order, arrays are arrays. What JSON lacks:
// undefined, NaN and infinities are null, a bigint is a number, bytes are base64, a subdocument is {"guid": …}.
// Types can be nested as deep as a client likes; nothing here recurses.
#pragma once

#include "struct_store.hpp"

#include <string>

namespace weft::yjs {

void append_json(const StructStore& store, Handle type, std::string& out);

/// The values of a content that is no type, with commas between them.
void append_content_json(ContentRef ref, BytesView bytes, std::string& out);

}  // namespace weft::yjs
