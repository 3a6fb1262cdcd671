#include "json_syntax.hpp"

#include <algorithm>
#include <cstdint>

namespace weft::yjs {
namespace {

class Scanner {
public:
    explicit Scanner(std::string_view text) : text_(text) {}

    bool whole_value() {
        bool expect_value = true;
        for (;;) {
            if (expect_value ? !begin_value(expect_value) : !continue_parent(expect_value)) {
                return false;
            }
            if (!expect_value && open_.empty()) {
                skip_space();
                return at_ == text_.size();
            }
        }
    }

    /// The most containers that were open at once.
    std::size_t deepest() const { return deepest_; }

    static std::string unquoted(std::string_view quoted) {
        std::string text;
        for (std::size_t i = 1; i + 1 < quoted.size(); ++i) {
            if (quoted[i] != '\\') {
                text += quoted[i];
                continue;
            }
            ++i;
            const std::size_t known = std::string_view("bfnrt").find(quoted[i]);
            if (quoted[i] == 'u') {
                i += append_escaped(quoted.substr(i + 1), text);
            } else {
                text += known == std::string_view::npos ? quoted[i] : "\b\f\n\r\t"[known];
            }
        }
        return text;
    }

private:
    static std::uint32_t hex4(std::string_view digits) {
        std::uint32_t value = 0;
        for (const char c : digits.substr(0, 4)) {
            value =
                value * 16 + static_cast<std::uint32_t>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
        }
        return value;
    }

    /// Appends the character of a \u escape, whose digits `rest` begins with, as UTF-8; gives how many characters
    /// of `rest` it took.
    static std::size_t append_escaped(std::string_view rest, std::string& out) {
        std::uint32_t point = hex4(rest);
        std::size_t taken = 4;
        if (point >= 0xd800 && point < 0xdc00 && rest.substr(4, 2) == "\\u") {
            const std::uint32_t low = hex4(rest.substr(6));
            if (low >= 0xdc00 && low < 0xe000) {
                point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
                taken = 10;
            }
        }
        if (point >= 0xd800 && point < 0xe000) {
            point = 0xfffd;
        }
        append_utf8(point, out);
        return taken;
    }

    static void append_utf8(std::uint32_t point, std::string& out) {
        const auto tail = [&](unsigned shift) {
            out += static_cast<char>(0x80 | ((point >> shift) & 0x3f));
        };
        if (point < 0x80) {
            out += static_cast<char>(point);
        } else if (point < 0x800) {
            out += static_cast<char>(0xc0 | (point >> 6));
            tail(0);
        } else if (point < 0x10000) {
            out += static_cast<char>(0xe0 | (point >> 12));
            tail(6);
            tail(0);
        } else {
            out += static_cast<char>(0xf0 | (point >> 18));
            tail(12);
            tail(6);
            tail(0);
        }
    }

    /// Reads a scalar, or opens a container; `expect_value` tells whether a value follows.
    bool begin_value(bool& expect_value) {
        skip_space();
        const char first = peek();
        if (first == '[' || first == '{') {
            return open(first, expect_value);
        }
        expect_value = false;
        if (first == '"') {
            return string();
        }
        return word("null") || word("true") || word("false") || number();
    }

    bool open(char bracket, bool& expect_value) {
        ++at_;
        deepest_ = std::max(deepest_, open_.size() + 1);
        const char closing = bracket == '[' ? ']' : '}';
        skip_space();
        if (peek() == closing) {
            ++at_;
            expect_value = false;
            return true;
        }
        open_.push_back(closing);
        expect_value = true;
        return bracket == '[' || key();
    }

    /// After a value: a comma and what follows it, or the end of the container.
    bool continue_parent(bool& expect_value) {
        skip_space();
        const char next = peek();
        if (next == ',') {
            ++at_;
            expect_value = true;
            return open_.back() == ']' || key();
        }
        if (next != open_.back()) {
            return false;
        }
        ++at_;
        open_.pop_back();
        expect_value = false;
        return true;
    }

    bool key() {
        skip_space();
        if (!string()) {
            return false;
        }
        skip_space();
        if (peek() != ':') {
            return false;
        }
        ++at_;
        return true;
    }

    bool string() {
        if (peek() != '"') {
            return false;
        }
        for (++at_; at_ < text_.size(); ++at_) {
            const char c = text_[at_];
            if (c == '"') {
                ++at_;
                return true;
            }
            if (static_cast<unsigned char>(c) < 0x20 || (c == '\\' && !escape())) {
                return false;
            }
        }
        return false;
    }

    /// Ends on the last character of the escape.
    bool escape() {
        ++at_;
        if (peek() != 'u') {
            return at_ < text_.size() &&
                   std::string_view("\"\\/bfnrt").find(text_[at_]) != std::string_view::npos;
        }
        for (int digit = 0; digit < 4; ++digit) {
            ++at_;
            const char c = peek();
            if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))) {
                return false;
            }
        }
        return true;
    }

    bool number() {
        if (peek() == '-') {
            ++at_;
        }
        if (peek() == '0') {
            ++at_;
        } else if (!digits()) {
            return false;
        }
        if (peek() == '.') {
            ++at_;
            if (!digits()) {
                return false;
            }
        }
        if (peek() == 'e' || peek() == 'E') {
            ++at_;
            if (peek() == '+' || peek() == '-') {
                ++at_;
            }
            return digits();
        }
        return true;
    }

    bool digits() {
        const std::size_t from = at_;
        while (peek() >= '0' && peek() <= '9') {
            ++at_;
        }
        return at_ != from;
    }

    bool word(std::string_view expected) {
        if (text_.substr(at_, expected.size()) != expected) {
            return false;
        }
        at_ += expected.size();
        return true;
    }

    char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    void skip_space() {
        while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') {
            ++at_;
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::string open_;  // the closing brackets that are due
    std::size_t deepest_ = 0;
};

}  // namespace

bool is_json(std::string_view text) {
    return Scanner(text).whole_value();
}

std::size_t json_depth(std::string_view text) {
    Scanner scanner(text);
    scanner.whole_value();
    return scanner.deepest();
}

std::string json_string_value(std::string_view quoted) {
    return Scanner::unquoted(quoted);
}

}  // namespace weft::yjs
