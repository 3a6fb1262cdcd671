#include "utf16.hpp"

#include <cstring>

namespace weft::yjs {
namespace {

constexpr std::uint64_t high_bits = 0x8080808080808080;

bool eight_ascii(const std::uint8_t* bytes) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, sizeof(word));
    return (word & high_bits) == 0;
}

bool is_continuation(std::uint8_t byte) {
    return (byte & 0xc0) == 0x80;
}

/// Bytes of the well-formed character at `at` (table 3-7 of the Unicode standard), or 0.
std::size_t character_size(const std::uint8_t* at, std::size_t room) {
    const std::uint8_t lead = at[0];
    if (lead < 0x80) {
        return 1;
    }
    if (lead >= 0xc2 && lead <= 0xdf) {
        return room >= 2 && is_continuation(at[1]) ? 2 : 0;
    }
    if ((lead & 0xf0) == 0xe0) {
        const std::uint8_t lowest = lead == 0xe0 ? 0xa0 : 0x80;
        const std::uint8_t highest = lead == 0xed ? 0x9f : 0xbf;
        return room >= 3 && at[1] >= lowest && at[1] <= highest && is_continuation(at[2]) ? 3 : 0;
    }
    if (lead >= 0xf0 && lead <= 0xf4) {
        const std::uint8_t lowest = lead == 0xf0 ? 0x90 : 0x80;
        const std::uint8_t highest = lead == 0xf4 ? 0x8f : 0xbf;
        return room >= 4 && at[1] >= lowest && at[1] <= highest && is_continuation(at[2]) &&
                       is_continuation(at[3])
                   ? 4
                   : 0;
    }
    return 0;
}

std::size_t size_by_lead(std::uint8_t lead) {
    return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

}  // namespace

std::optional<std::uint64_t> utf16_length_of_many(BytesView utf8) {
    std::uint64_t units = 0;
    std::size_t at = 0;
    while (at < utf8.size()) {
        if (utf8.size() - at >= 8 && eight_ascii(utf8.data() + at)) {
            at += 8;
            units += 8;
            continue;
        }
        const std::size_t size = character_size(utf8.data() + at, utf8.size() - at);
        if (size == 0) {
            return std::nullopt;
        }
        at += size;
        units += size == 4 ? 2 : 1;
    }
    return units;
}

Utf16Cut utf16_cut(BytesView utf8, std::uint64_t units) {
    std::size_t at = 0;
    while (units > 0 && at < utf8.size()) {
        if (units >= 8 && utf8.size() - at >= 8 && eight_ascii(utf8.data() + at)) {
            at += 8;
            units -= 8;
            continue;
        }
        const std::size_t size = size_by_lead(utf8[at]);
        if (size == 4 && units == 1) {
            return {at, true};
        }
        at += size;
        units -= size == 4 ? 2 : 1;
    }
    return {at, false};
}

}  // namespace weft::yjs
