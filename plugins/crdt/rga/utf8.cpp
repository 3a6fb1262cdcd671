#include "utf8.hpp"

namespace weft::rga {
namespace {

bool continues(std::string_view text, std::size_t at) {
    return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80;
}

/// Bytes of the character at `at`; 0 if there is none: cut, overlong, a surrogate, or beyond U+10FFFF.
std::size_t valid_character(std::string_view text, std::size_t at) {
    const auto lead = static_cast<unsigned char>(text[at]);
    if (lead < 0x80) {
        return 1;
    }
    if (lead < 0xc2 || lead > 0xf4 || !continues(text, at + 1)) {
        return 0;
    }
    const auto second = static_cast<unsigned char>(text[at + 1]);
    if (lead < 0xe0) {
        return 2;
    }
    if (lead < 0xf0) {
        const bool bad = (lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f);
        return !bad && continues(text, at + 2) ? 3 : 0;
    }
    const bool bad = (lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second > 0x8f);
    return !bad && continues(text, at + 2) && continues(text, at + 3) ? 4 : 0;
}

}  // namespace

std::optional<TextSize> measure(std::string_view text) {
    TextSize size;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t bytes = valid_character(text, at);
        if (bytes == 0) {
            return std::nullopt;
        }
        at += bytes;
        ++size.characters;
        size.units += bytes == 4 ? 2 : 1;
    }
    return size;
}

std::size_t offset_of_character(std::string_view text, std::uint64_t characters) {
    std::size_t at = 0;
    for (; characters > 0; --characters) {
        at += bytes_of_character(text[at]);
    }
    return at;
}

std::optional<std::uint64_t> characters_before(std::string_view text, std::uint64_t units) {
    std::uint64_t characters = 0;
    for (std::size_t at = 0; units > 0; ++characters) {
        const std::size_t bytes = bytes_of_character(text[at]);
        const std::uint64_t wide = bytes == 4 ? 2 : 1;
        if (wide > units) {
            return std::nullopt;
        }
        units -= wide;
        at += bytes;
    }
    return characters;
}

}  // namespace weft::rga
