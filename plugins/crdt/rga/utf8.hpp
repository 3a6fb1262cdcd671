// Counting in UTF-8: characters are what this algorithm numbers, UTF-16 code units are what positions count.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace weft::rga {

struct TextSize {
    std::uint64_t characters = 0;
    std::uint64_t units = 0;  // UTF-16
};

/// How many bytes the character has that begins with `lead`. The text is valid UTF-8.
inline std::size_t bytes_of_character(char lead) {
    const auto byte = static_cast<unsigned char>(lead);
    return byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

/// Null unless the text is valid UTF-8.
std::optional<TextSize> measure(std::string_view text);

/// Where the character number `characters` begins, in bytes. The text is valid UTF-8 with at least so many.
std::size_t offset_of_character(std::string_view text, std::uint64_t characters);

/// The characters before a position in UTF-16 code units; null inside a surrogate pair. The text is valid and long enough.
std::optional<std::uint64_t> characters_before(std::string_view text, std::uint64_t units);

}  // namespace weft::rga
