#include "vectors.hpp"

#include <gtest/gtest.h>

#include <cctype>
#include <fstream>
#include <stdexcept>

namespace weft::yjs {

const Json& vectors() {
    static const Json loaded = [] {
        std::ifstream file(WEFT_YJS_VECTORS);
        if (!file) {
            throw std::runtime_error("cannot read " WEFT_YJS_VECTORS);
        }
        return Json::parse(file);
    }();
    return loaded;
}

Bytes from_hex(const std::string& hex) {
    Bytes bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        bytes.push_back(static_cast<std::uint8_t>(std::stoi(hex.substr(i, 2), nullptr, 16)));
    }
    return bytes;
}

std::string to_hex(BytesView bytes) {
    constexpr const char* digits = "0123456789abcdef";
    std::string hex;
    for (const std::uint8_t byte : bytes) {
        hex += digits[byte >> 4];
        hex += digits[byte & 0xf];
    }
    return hex;
}

std::string state_of(const Document& document, Document::Parked parked) {
    Bytes state;
    EXPECT_TRUE(document.diff({}, parked, state));
    return to_hex(state);
}

std::string test_name(const std::string& sentence) {
    std::string name;
    bool capital = true;
    for (const char c : sentence) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) == 0) {
            capital = true;
            continue;
        }
        name += static_cast<char>(capital ? std::toupper(byte) : byte);
        capital = false;
    }
    return name;
}

}  // namespace weft::yjs
