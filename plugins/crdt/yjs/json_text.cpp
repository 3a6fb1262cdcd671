#include "json_text.hpp"

#include <charconv>
#include <cmath>

namespace weft::yjs {

void append_json_string(std::string& out, std::string_view text) {
    constexpr const char* hex = "0123456789abcdef";
    out += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\t') {
            out += "\\t";
        } else if (c == '\r') {
            out += "\\r";
        } else if (byte < 0x20) {
            out += "\\u00";
            out += hex[byte >> 4];
            out += hex[byte & 0xf];
        } else {
            out += c;
        }
    }
    out += '"';
}

void append_json_number(std::string& out, double number) {
    if (!std::isfinite(number)) {
        out += "null";
        return;
    }
    // As JavaScript has it: digits for what is neither very large nor very small.
    const double size = std::abs(number);
    const bool plain = number == 0 || (size >= 1e-6 && size < 1e21);
    char digits[48];
    const auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
    const auto written =
        std::to_chars(digits, digits + sizeof(digits), number == 0 ? 0.0 : number, format);
    out.append(digits, static_cast<std::size_t>(written.ptr - digits));
}

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
