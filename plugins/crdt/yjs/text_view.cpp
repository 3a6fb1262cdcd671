#include "text_view.hpp"

#include <algorithm>

namespace weft::yjs {
namespace {

bool is_xml(TypeRef ref) {
    return ref == TypeRef::xml_element || ref == TypeRef::xml_hook || ref == TypeRef::xml_text;
}

void append_slice(BytesView text, Clock length, Clock from, Clock to, std::string& out) {
    const Utf16Cut begin = cut_text(text, length, from);
    const Utf16Cut end = cut_text(text, length, to);
    std::size_t first = begin.byte;
    if (begin.inside_pair) {
        out += replacement_character;
        first += 4;
    }
    if (first < end.byte) {
        out += as_text(text.subspan(first, end.byte - first));
    }
    if (end.inside_pair) {
        out += replacement_character;
    }
}

}  // namespace

Kind kind_of(const StructStore& store, const Type& type) {
    bool values = false;
    bool xml = false;
    for (Handle handle = type.start; handle != none; handle = store.items[handle].right) {
        const Item& item = store.items[handle];
        if (item.deleted) {
            continue;
        }
        if (item.ref == ContentRef::string || item.ref == ContentRef::format ||
            item.ref == ContentRef::embed) {
            return Kind::text;
        }
        values = true;
        xml = xml || (item.type() != none && is_xml(store.types[item.type()].ref));
    }
    if (values) {
        return xml ? Kind::xml : Kind::array;
    }
    return type.start == none && !type.map.empty() ? Kind::map : Kind::text;
}

void append_text(const StructStore& store, const Type& type, std::uint64_t position,
                 std::uint64_t units, std::string& out) {
    const std::uint64_t shown = position < type.length ? type.length - position : 0;
    out.reserve(out.size() + std::min(units, shown));
    for (Handle handle = type.start; handle != none && units > 0;
         handle = store.items[handle].right) {
        const Item& item = store.items[handle];
        if (!item.visible()) {
            continue;
        }
        if (position >= item.length) {
            position -= item.length;
            continue;
        }
        if (position == 0 && item.length <= units) {
            if (item.ref == ContentRef::string) {
                out += as_text(store.contents.view(item.content));
            }
            units -= item.length;
            continue;
        }
        const auto from = static_cast<Clock>(position);
        const auto to =
            static_cast<Clock>(from + std::min<std::uint64_t>(units, item.length - from));
        if (item.ref == ContentRef::string) {
            append_slice(store.contents.view(item.content), item.length, from, to, out);
        }
        units -= to - from;
        position = 0;
    }
}

}  // namespace weft::yjs
