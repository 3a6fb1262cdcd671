#include "any_value.hpp"

#include "json_text.hpp"
#include "lib0.hpp"
#include "utf16.hpp"

#include <algorithm>
#include <vector>

namespace weft::yjs {
namespace {

/// An array or object that is not finished: how many values it still has. Small, since a message can open millions.
struct Frame {
    Frame(std::uint64_t count, bool is_object) : left(count & varuint_max), object(is_object) {}

    std::uint64_t left : 53;
    std::uint64_t object : 1;
    std::uint64_t begun : 1 = 0;  // one of its values was shown
};

void check_string(Reader& reader) {
    if (!utf16_length(reader.varbytes())) {
        reader.fail();
    }
}

void check_scalar(Reader& reader, AnyTag tag) {
    switch (tag) {
    case AnyTag::bytes: reader.varbytes(); return;
    case AnyTag::string: return check_string(reader);
    case AnyTag::bigint:
    case AnyTag::float64: reader.bytes(8); return;
    case AnyTag::float32: reader.bytes(4); return;
    case AnyTag::integer: read_varint(reader); return;
    case AnyTag::boolean_true:
    case AnyTag::boolean_false:
    case AnyTag::null:
    case AnyTag::undefined: return;
    default: reader.fail();
    }
}

bool is_container(AnyTag tag) {
    return tag == AnyTag::array || tag == AnyTag::object;
}

}  // namespace

void append_any_scalar(Reader& reader, AnyTag tag, std::string& out) {
    switch (tag) {
    case AnyTag::bytes: return append_json_bytes(out, reader.varbytes());
    case AnyTag::string: return append_json_string(out, reader.varstring());
    case AnyTag::bigint: out += std::to_string(read_int64(reader)); return;
    case AnyTag::float64: return append_json_number(out, read_float64(reader));
    case AnyTag::float32: return append_json_number(out, static_cast<double>(read_float32(reader)));
    case AnyTag::integer: out += std::to_string(read_varint(reader).value()); return;
    case AnyTag::boolean_true: out += "true"; return;
    case AnyTag::boolean_false: out += "false"; return;
    default: out += "null";
    }
}

std::size_t skip_any(Reader& reader) {
    std::vector<Frame> open;
    std::size_t deepest = 0;
    for (;;) {
        const auto tag = static_cast<AnyTag>(reader.u8());
        if (is_container(tag)) {
            open.emplace_back(reader.varuint(), tag == AnyTag::object);
            deepest = std::max(deepest, open.size());
        } else {
            check_scalar(reader, tag);
        }
        while (!open.empty() && open.back().left == 0) {
            open.pop_back();
        }
        if (open.empty() || !reader.ok()) {
            return deepest;
        }
        --open.back().left;
        if (open.back().object) {
            check_string(reader);
        }
    }
}

std::size_t skip_any(Reader& reader, std::uint64_t count) {
    std::size_t deepest = 0;
    for (; count > 0 && reader.ok(); --count) {
        deepest = std::max(deepest, skip_any(reader));
    }
    return deepest;
}

void any_to_json(Reader& reader, std::string& out) {
    std::vector<Frame> open;
    for (;;) {
        const auto tag = static_cast<AnyTag>(reader.u8());
        if (is_container(tag)) {
            open.emplace_back(reader.varuint(), tag == AnyTag::object);
            out += tag == AnyTag::object ? '{' : '[';
        } else {
            append_any_scalar(reader, tag, out);
        }
        while (!open.empty() && (open.back().left == 0 || !reader.ok())) {
            out += open.back().object ? '}' : ']';
            open.pop_back();
        }
        if (open.empty()) {
            return;
        }
        Frame& top = open.back();
        --top.left;
        if (top.begun) {
            out += ',';
        }
        top.begun = true;
        if (top.object) {
            append_json_string(out, reader.varstring());
            out += ':';
        }
    }
}

}  // namespace weft::yjs
