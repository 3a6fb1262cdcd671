#include "json_text.hpp"

namespace weft::yjs {

void append_json_bytes(std::string& out, BytesView bytes) {
    constexpr const char* alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    out += '"';
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::size_t left = bytes.size() - at;
        const std::uint32_t group =
            static_cast<std::uint32_t>(bytes[at]) << 16 |
            (left > 1 ? static_cast<std::uint32_t>(bytes[at + 1]) << 8 : 0) |
            (left > 2 ? static_cast<std::uint32_t>(bytes[at + 2]) : 0);
        out += alphabet[group >> 18];
        out += alphabet[(group >> 12) & 63];
        out += left > 1 ? alphabet[(group >> 6) & 63] : '=';
        out += left > 2 ? alphabet[group & 63] : '=';
    }
    out += '"';
}

}  // namespace weft::yjs
