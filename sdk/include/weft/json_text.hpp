// Scalars as JSON text, in the very characters of JavaScript's JSON.stringify: an algorithm that must give the bytes of one
// in JavaScript can use them, and two algorithms show the same value alike.
#pragma once

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string>
#include <string_view>

namespace weft {

/// In quotes. `text` is valid UTF-8.
inline void append_json_string(std::string& out, std::string_view text) {
    constexpr std::string_view hex = "0123456789abcdef";
    constexpr std::string_view named = "\"\\\b\f\n\r\t";
    constexpr std::string_view names = "\"\\bfnrt";
    out += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && c != '"' && c != '\\') {
            out += c;
        } else if (const std::size_t known = named.find(c); known != std::string_view::npos) {
            out += '\\';
            out += names[known];
        } else {
            out += "\\u00";
            out += hex[byte >> 4];
            out += hex[byte & 0xf];
        }
    }
    out += '"';
}

namespace detail {

/// A number that is finite and not zero: the shortest digits that read back to it, placed as Number::toString places them.
inline void append_shortest(std::string& out, double number) {
    char shortest[32];  // -d.dddde±xx
    const auto written =
        std::to_chars(shortest, shortest + sizeof shortest, number, std::chars_format::scientific);
    *written.ptr = '\0';
    const std::string_view text(shortest, static_cast<std::size_t>(written.ptr - shortest));
    const std::size_t e = text.find('e');
    const int exponent = std::atoi(shortest + e + 1);
    std::string digits;
    for (const char c : text.substr(0, e)) {
        if (c >= '0' && c <= '9') {
            digits += c;
        }
    }
    out += number < 0 ? "-" : "";
    const int point = exponent + 1;  // digits left of the decimal point
    const int count = static_cast<int>(digits.size());
    constexpr int plain_max = 21;
    constexpr int zeros_max = 6;
    if (point >= count && point <= plain_max) {
        out += digits + std::string(static_cast<std::size_t>(point - count), '0');
    } else if (point > 0 && point < count) {
        out += digits.insert(static_cast<std::size_t>(point), ".");
    } else if (point > -zeros_max && point <= 0) {
        out += "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
    } else {
        out += count > 1 ? digits.insert(1, ".") : digits;
        out += exponent < 0 ? "e-" : "e+";
        out += std::to_string(std::abs(exponent));
    }
}

}  // namespace detail

/// `null` for what JSON has no number for.
inline void append_json_number(std::string& out, double number) {
    if (!std::isfinite(number)) {
        out += "null";
    } else if (number == 0) {
        out += '0';
    } else {
        detail::append_shortest(out, number);
    }
}

}  // namespace weft
