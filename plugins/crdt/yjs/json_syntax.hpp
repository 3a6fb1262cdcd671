// JSON texts travel inside contents (embeds, attributes of text).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace weft::yjs {

/// Whether `text` is one JSON value (RFC 8259), as JSON.parse would take it; the text is valid UTF-8.
/// An update with another text would stop every Yjs client that reads it. Does not recurse.
bool is_json(std::string_view text);

/// How deep a JSON text nests: 0 for a scalar, 1 for an array of them.
std::size_t json_depth(std::string_view text);

/// The text of a JSON string, which is valid and in its quotes. A lone surrogate becomes U+FFFD, as on the wire.
std::string json_string_value(std::string_view quoted);

}  // namespace weft::yjs
