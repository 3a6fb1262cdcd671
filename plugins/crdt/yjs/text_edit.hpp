// One replacement in a text: what edits of the seam that insert and delete text come down to.
#pragma once

#include <cstdint>
#include <string>

namespace weft::yjs {

/// At a position in UTF-16 code units; edits of one call apply one after the other.
struct TextEdit {
    std::uint64_t position = 0;
    std::uint64_t delete_units = 0;
    std::string insert;  // UTF-8
};

}  // namespace weft::yjs
