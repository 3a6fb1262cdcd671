// JSON text for people: what the SDK has, and bytes.
#pragma once

#include <weft/bytes.hpp>
#include <weft/json_text.hpp>

#include <string>

namespace weft::yjs {

/// In quotes, as base64.
void append_json_bytes(std::string& out, BytesView bytes);

}  // namespace weft::yjs
