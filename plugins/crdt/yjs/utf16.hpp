// Text is UTF-8 in memory and on the wire, but clocks and positions count UTF-16 code units.
#pragma once

#include <weft/bytes.hpp>

#include <cstdint>
#include <optional>

namespace weft::yjs {

/// U+FFFD, which takes the place of half a surrogate pair.
inline constexpr std::string_view replacement_character = "\xef\xbf\xbd";

/// Length in UTF-16 code units; nothing if the bytes are not valid UTF-8 (surrogates are not).
std::optional<std::uint64_t> utf16_length_of_many(BytesView utf8);
inline std::optional<std::uint64_t> utf16_length(BytesView utf8) {
    // Most texts are what one stroke of a key brings, or missing.
    return utf8.empty() || (utf8.size() == 1 && utf8[0] < 0x80) ? utf8.size()
                                                                : utf16_length_of_many(utf8);
}

/// Where a position in UTF-16 code units falls in valid UTF-8.
struct Utf16Cut {
    std::size_t byte = 0;  // of the character that starts there, or that the position is inside of
    bool inside_pair = false;  // the position is between the two halves of that character
};

/// `units` is at most the text's length.
Utf16Cut utf16_cut(BytesView utf8, std::uint64_t units);

}  // namespace weft::yjs
