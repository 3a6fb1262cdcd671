#include "kernel/document/document_name.hpp"

#include <utf8.h>

#include <algorithm>

namespace weft {

namespace {

constexpr std::size_t name_bytes_max = 512;
constexpr std::string_view reserved_name = "hocuspocus";

int hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// C0, DEL, and C1, which UTF-8 writes as C2 80 to C2 9F.
bool has_control_character(std::string_view name) {
    unsigned char before = 0;
    for (const char c : name) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f || (before == 0xc2 && byte < 0xa0)) {
            return true;
        }
        before = byte;
    }
    return false;
}

}  // namespace

bool is_document_name(std::string_view name) {
    return !name.empty() && name.size() <= name_bytes_max && name != reserved_name &&
           is_utf8(name) && !has_control_character(name);
}

bool is_utf8(std::string_view text) {
    return utf8::is_valid(text.begin(), text.end());
}

std::uint64_t document_hash(std::string_view name) {
    std::uint64_t hash = 0xcbf29ce484222325u;
    for (const char c : name) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    }
    return hash;
}

std::string percent_decoded(std::string_view text) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool has_pair = text[i] == '%' && i + 2 < text.size();
        const int high = has_pair ? hex_digit(text[i + 1]) : -1;
        const int low = has_pair ? hex_digit(text[i + 2]) : -1;
        if (high >= 0 && low >= 0) {
            decoded.push_back(static_cast<char>(high * 16 + low));
            i += 2;
        } else {
            decoded.push_back(text[i]);
        }
    }
    return decoded;
}

std::optional<std::string> document_from_path(std::string_view path) {
    if (path.empty() || path.front() != '/') {
        return std::nullopt;
    }
    std::string name = percent_decoded(path.substr(1));
    return is_document_name(name) ? std::optional(std::move(name)) : std::nullopt;
}

std::optional<std::string> query_parameter(std::string_view query, std::string_view key) {
    while (!query.empty()) {
        const std::string_view pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), pair.size() + 1));
        const std::string_view name = pair.substr(0, pair.find('='));
        if (name == key) {
            return percent_decoded(pair.substr(std::min(pair.size(), name.size() + 1)));
        }
    }
    return std::nullopt;
}

}  // namespace weft
