// Pieces of JSON text.
#pragma once

#include <weft/bytes.hpp>

#include <string>
#include <string_view>

namespace weft::yjs {

/// In quotes, with what JSON must escape escaped; `text` is valid UTF-8.
void append_json_string(std::string& out, std::string_view text);

/// The shortest form that reads back to the same number; null if JSON has none.
void append_json_number(std::string& out, double number);

/// In quotes, as base64.
void append_json_bytes(std::string& out, BytesView bytes);

}  // namespace weft::yjs
