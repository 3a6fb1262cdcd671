// Values as JavaScript's String() shows them, which is how Yjs writes them into the markup of XML.
#pragma once

#include <weft/codec.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace weft::yjs {

/// What JavaScript makes of an object that it shall write as text.
inline constexpr const char* object_text = "[object Object]";

/// Appends String(value) of one any-value, which was checked before: arrays and bytes show their elements between commas.
void append_as_text(Reader& any, std::string& out);

/// The same of a value in valid JSON.
void append_json_as_text(std::string_view json, std::string& out);

/// The same of bytes.
void append_bytes_as_text(BytesView bytes, std::string& out);

struct ShownMember {
    std::string key;
    std::string value;
};

/// What `for (key in value)` finds in a value in valid JSON, by key: members of an object, elements of an array, units of a
/// string (half a surrogate pair as U+FFFD); nothing in other values.
std::vector<ShownMember> shown_members(std::string_view json);

}  // namespace weft::yjs
