#include "text_view.hpp"

#include "utf16.hpp"

#include <algorithm>

namespace weft::yjs {
namespace {

bool is_xml(TypeRef ref) {
    return ref == TypeRef::xml_element || ref == TypeRef::xml_hook || ref == TypeRef::xml_text;
}

void append_slice(BytesView utf8, std::uint64_t from, std::uint64_t to, std::string& out) {
    const Utf16Cut begin = utf16_cut(utf8, from);
    const Utf16Cut end = utf16_cut(utf8, to);
    std::size_t first = begin.byte;
    if (begin.inside_pair) {
        out += replacement_character;
        first += 4;
    }
    if (first < end.byte) {
        out += as_text(utf8.subspan(first, end.byte - first));
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
        xml = xml || (item.type != none && is_xml(store.types[item.type].ref));
    }
    if (values) {
        return xml ? Kind::xml : Kind::array;
    }
    return type.start == none && !type.map.empty() ? Kind::map : Kind::text;
}

void append_text(const StructStore& store, const Type& type, std::uint64_t position,
                 std::uint64_t units, std::string& out) {
    for (Handle handle = type.start; handle != none && units > 0;
         handle = store.items[handle].right) {
        const Item& item = store.items[handle];
        if (item.deleted || !item.countable()) {
            continue;
        }
        if (position >= item.length) {
            position -= item.length;
            continue;
        }
        const std::uint64_t taken = std::min(units, item.length - position);
        if (item.ref == ContentRef::string) {
            append_slice(store.contents.view(item.content), position, position + taken, out);
        }
        units -= taken;
        position = 0;
    }
}

}  // namespace weft::yjs
