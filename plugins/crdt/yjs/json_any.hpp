// Update v1 carries embeds and attributes as JSON text, update v2 as any-values. These go from one to the other as
// JSON.parse and JSON.stringify do, so that the bytes are those of Yjs. Neither recurses.
#pragma once

#include "lib0.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weft::yjs {

/// Appends the value of `json`, which is valid, as lib0 writes it into "any": keys that are array indexes come first,
/// in ascending order, and of equal keys the last value counts.
void json_to_any(std::string_view json, Writer& writer);

/// Appends one any-value, which was checked before, as JSON.stringify shows it: members that are undefined are left out,
/// other undefined values, NaN and infinities are null, bytes are an object of numbers. A bigint, on which JavaScript
/// throws, is a number.
void any_to_json_text(Reader& reader, std::string& out);

/// Of a key that JavaScript takes for an array index: objects hold those first, in ascending order.
std::optional<std::uint32_t> array_index(std::string_view key);

}  // namespace weft::yjs
