// Reading the types of a store: what kind a root is, and its text.
#pragma once

#include "struct_store.hpp"

#include <string>

namespace weft::yjs {

enum class Kind : std::uint8_t { text, map, array, xml };

constexpr const char* name_of(Kind kind) {
    constexpr const char* names[] = {"text", "map", "array", "xml"};
    return names[static_cast<std::uint8_t>(kind)];
}

/// The wire never says of which kind a root is, so it is guessed from what is in it: strings, formats or embeds make a
/// text, XML types an XML fragment, other values an array, keys alone a map. A list in which all is deleted is an
/// empty text.
Kind kind_of(const StructStore& store, const Type& type);

/// Appends `units` UTF-16 code units from `position` on as UTF-8. Embeds and types count one position each and show
/// nothing; half of a surrogate pair shows as U+FFFD.
void append_text(const StructStore& store, const Type& type, std::uint64_t position,
                 std::uint64_t units, std::string& out);

}  // namespace weft::yjs
