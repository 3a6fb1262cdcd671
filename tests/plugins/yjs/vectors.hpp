// yjs-vectors.json: what the published Yjs packages wrote, beside this file.
#pragma once

#include "document.hpp"

#include <weft/bytes.hpp>

#include <nlohmann/json.hpp>

#include <string>

namespace weft::yjs {

using Json = nlohmann::json;

/// The whole file, read once.
const Json& vectors();

Bytes from_hex(const std::string& hex);
std::string to_hex(BytesView bytes);

/// The state v1, in hex.
std::string state_of(const Document& document,
                     Document::Parked parked = Document::Parked::included);

/// The name of an entry as a GoogleTest parameter: letters and digits, words with capitals.
std::string test_name(const std::string& sentence);

}  // namespace weft::yjs
