#include "javascript_text.hpp"

#include "any_value.hpp"
#include "json_any.hpp"
#include "lib0.hpp"
#include "utf16.hpp"

#include <weft/json_text.hpp>

#include <algorithm>
#include <cmath>

namespace weft::yjs {
namespace {

void append_number(double number, std::string& out) {
    if (std::isnan(number)) {
        out += "NaN";
    } else if (std::isinf(number)) {
        out += number < 0 ? "-Infinity" : "Infinity";
    } else {
        append_json_number(out, number);
    }
}

/// A value that is no array, behind its tag. Objects have no text of their own, so they are only passed over.
void append_leaf(Reader& any, AnyTag tag, bool in_array, std::string& out) {
    switch (tag) {
    case AnyTag::string: out += any.varstring(); return;
    case AnyTag::bytes: return append_bytes_as_text(any.varbytes(), out);
    case AnyTag::float64: return append_number(read_float64(any), out);
    case AnyTag::float32: return append_number(static_cast<double>(read_float32(any)), out);
    case AnyTag::null: out += in_array ? "" : "null"; return;
    case AnyTag::undefined: out += in_array ? "" : "undefined"; return;
    case AnyTag::object:
        for (std::uint64_t members = any.varuint(); any.ok() && members > 0; --members) {
            any.varbytes();
            skip_any(any);
        }
        out += object_text;
        return;
    default: append_any_scalar(any, tag, out);
    }
}

Bytes as_any(std::string_view json) {
    Bytes bytes;
    Writer writer(bytes);
    json_to_any(json, writer);
    return bytes;
}

std::string text_of(Reader& any) {
    std::string text;
    append_as_text(any, text);
    return text;
}

std::vector<ShownMember> units_of(std::string_view text) {
    constexpr const char* half = "\xef\xbf\xbd";
    std::vector<ShownMember> units;
    for (std::size_t at = 0; at < text.size();) {
        const auto first = static_cast<unsigned char>(text[at]);
        const std::size_t size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
        for (std::size_t unit = 0; unit < (size == 4 ? 2u : 1u); ++unit) {
            units.push_back({std::to_string(units.size()),
                             std::string(size == 4 ? half : text.substr(at, size))});
        }
        at += size;
    }
    return units;
}

}  // namespace

void append_as_text(Reader& any, std::string& out) {
    std::vector<std::uint64_t> left;  // of each array that is not finished
    bool first = true;                // of the innermost
    do {
        if (!left.empty()) {
            --left.back();
            out += first ? "" : ",";
        }
        const auto tag = static_cast<AnyTag>(any.u8());
        first = tag == AnyTag::array;
        if (first) {
            left.push_back(any.varuint());
        } else {
            append_leaf(any, tag, !left.empty(), out);
        }
        while (!left.empty() && (left.back() == 0 || !any.ok())) {
            left.pop_back();
            first = false;
        }
    } while (!left.empty());
}

void append_bytes_as_text(BytesView bytes, std::string& out) {
    const char* before = "";
    for (const std::uint8_t byte : bytes) {
        out += before + std::to_string(byte);
        before = ",";
    }
}

void append_json_as_text(std::string_view json, std::string& out) {
    const Bytes bytes = as_any(json);
    Reader any(bytes);
    append_as_text(any, out);
}

std::vector<ShownMember> shown_members(std::string_view json) {
    const Bytes bytes = as_any(json);
    Reader any(bytes);
    std::vector<ShownMember> members;
    const auto tag = static_cast<AnyTag>(any.u8());
    if (tag == AnyTag::string) {
        members = units_of(any.varstring());
    } else if (tag == AnyTag::object || tag == AnyTag::array) {
        const std::uint64_t count = any.varuint();
        for (std::uint64_t i = 0; any.ok() && i < count; ++i) {
            std::string key(tag == AnyTag::object ? any.varstring() : std::to_string(i));
            members.push_back({std::move(key), text_of(any)});
        }
    }
    std::sort(members.begin(), members.end(),
              [](const ShownMember& a, const ShownMember& b) { return a.key < b.key; });
    return members;
}

}  // namespace weft::yjs
