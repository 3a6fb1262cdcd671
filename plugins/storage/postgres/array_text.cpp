#include "array_text.hpp"

#include <utility>

namespace weft::postgres {

void ArrayText::add(std::string_view value) {
    separate();
    text_ += '"';
    for (const char c : value) {
        if (c == '"' || c == '\\') {
            text_ += '\\';
        }
        text_ += c;
    }
    text_ += '"';
}

std::string ArrayText::take() && {
    text_ += '}';
    return std::move(text_);
}

void append_hex(std::string& out, BytesView bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    const std::size_t begin = out.size();
    out.resize(begin + 2 * bytes.size());
    char* at = out.data() + begin;
    for (const std::uint8_t byte : bytes) {
        *at++ = digits[byte >> 4];
        *at++ = digits[byte & 15];
    }
}

}  // namespace weft::postgres
