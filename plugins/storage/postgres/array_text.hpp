// Arrays as PostgreSQL reads them from text: {1,2,3} and {"a","b \"c\""}.
#pragma once

#include <weft/bytes.hpp>

#include <charconv>
#include <concepts>
#include <string>
#include <string_view>

namespace weft::postgres {

/// Elements one after the other, then `take` the whole.
class ArrayText {
public:
    template <std::integral Integer>
    void add(Integer value) {
        char digits[24];
        const auto end = std::to_chars(std::begin(digits), std::end(digits), value).ptr;
        separate();
        text_.append(digits, end);
    }
    void add(std::string_view value);

    std::string take() &&;

private:
    void separate() {
        if (text_.size() > 1) {
            text_ += ',';
        }
    }

    std::string text_ = "{";
};

/// Appends the hexadecimal digits of `bytes`. A bytea begins with \x, whatever it is made of.
void append_hex(std::string& out, BytesView bytes);

}  // namespace weft::postgres
