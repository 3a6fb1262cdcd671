// The usual local edits, typing and deleting in a plain text, near where the last one was. They come to the same as the
// general way in edit.cpp, without its searches; whatever is unusual about an edit is left to that.
#include "document.hpp"
#include "update_writer.hpp"

#include <algorithm>

namespace weft::yjs {
namespace {

bool is_plain(const EditView& edit) {
    const bool inserts =
        edit.kind == EditKind::text_insert && !edit.text.empty() && edit.attributes.empty();
    return edit.path.empty() &&
           (inserts || (edit.kind == EditKind::text_delete && edit.length > 0));
}

bool is_text_of_bytes(const Item& item) {
    return item.ref == ContentRef::string && item.content.size == item.length;
}

}  // namespace

Document::Typed Document::type(const EditView& edit, Company company) {
    const Handle type = is_plain(edit) ? store_.find_root(edit.root) : none;
    if (type == none || store_.types[type].formatted) {
        return Typed::no;
    }
    const bool inserts = edit.kind == EditKind::text_insert;
    const std::uint64_t length = store_.types[type].length;
    if (edit.position > length || (!inserts && edit.length > length - edit.position) ||
        !seek(type, static_cast<std::uint32_t>(edit.position))) {
        return Typed::no;
    }
    return inserts ? type_text(type, edit.text, company)
                   : erase_text(type, static_cast<Clock>(edit.length));
}

/// Inserts at the cursor.
Document::Typed Document::type_text(Handle type, std::string_view text, Company company) {
    const std::optional<std::uint64_t> units = utf16_length(as_bytes(text));
    const std::uint64_t added = 4 * text.size() + 4096;  // a generous guess
    if (!units || !store_.contents.has_room(text.size()) || text.size() > content_bytes_max ||
        store_.state(options_.actor) + *units > clock_max ||
        (options_.max_bytes != 0 && memory_bytes() + added > options_.max_bytes)) {
        return Typed::no;
    }
    Handle left = cut_at_cursor();
    // Yjs puts new text behind what is deleted at its position.
    for (Handle next = left == none ? store_.types[type].start : store_.items[left].right;
         next != none && store_.items[next].deleted; next = store_.items[next].right) {
        left = next;
    }
    const ClientIndex actor = store_.client(options_.actor);
    const auto added_units = static_cast<Clock>(*units);
    const bool longer = company == Company::alone && left != none &&
                        transaction_.try_type_behind(left, actor, as_bytes(text), added_units);
    if (!longer) {
        left = transaction_.insert_text(actor, type, left, as_bytes(text), added_units);
    }
    const Item& item = store_.items[left];
    cursor_.left = left;
    cursor_.id = item.id();
    cursor_.units = item.length;
    cursor_.position += added_units;
    cursor_.typed_from = item.end() - added_units;
    return longer ? Typed::longer : Typed::yes;
}

/// Deletes behind the cursor.
Document::Typed Document::erase_text(Handle type, Clock units) {
    const Handle left = cursor_.left;
    const bool inside = left != none && cursor_.units < store_.items[left].length;
    const Handle behind = left == none ? store_.types[type].start : store_.items[left].right;
    Clock offset = inside ? cursor_.units : 0;
    Clock seen = 0;
    Handle first =
        none;  // visible behind the cursor: what is deleted in front of it is passed once
    for (Handle next = inside ? left : behind; seen < units; next = store_.items[next].right) {
        const Item& item = store_.items[next];
        if (item.visible()) {
            if (!is_text_of_bytes(item)) {
                return Typed::no;
            }
            seen += item.length - offset;
            first = first == none && offset == 0 ? next : first;
            offset = 0;
        }
    }
    if (inside) {
        const Item& item = store_.items[left];
        const Clock taken = std::min(units, item.length - cursor_.units);
        units -= taken;
        const Clock from = item.clock + cursor_.units;
        transaction_.delete_range(item.client, from, from + taken);
    }
    for (Handle next = first; units > 0; next = store_.items[next].right) {
        const Item& item = store_.items[next];
        if (item.visible()) {
            const Clock taken = std::min(units, item.length);
            units -= taken;
            transaction_.delete_range(item.client, item.clock, item.clock + taken);
        }
    }
    return Typed::yes;
}

/// What `encode_change` would write for a run that became longer, out of what was typed.
void Document::write_typed(std::string_view text, Bytes& out) const {
    const Item& item = store_.items[cursor_.left];
    const Id right = item.right_origin();
    std::uint8_t head[64];
    std::uint8_t* at = head;
    *at++ = 1;
    *at++ = 1;
    at = actor_bytes_.put(at);
    at = put_varuint(at, cursor_.typed_from);
    *at++ = right.exists() ? 0xc4 : 0x84;
    at = actor_bytes_.put(at);
    at = put_varuint(at, cursor_.typed_from - 1);
    if (right.exists()) {
        at = right.client == item.client ? actor_bytes_.put(at)
                                         : put_varuint(at, store_.clients[right.client].id);
        at = put_varuint(at, right.clock);
    }
    at = put_varuint(at, text.size());
    const auto size = static_cast<std::size_t>(at - head);
    const std::size_t begin = out.size();
    out.resize(begin + size + text.size() + 1);  // the last byte: nothing is deleted
    std::copy(head, at, out.data() + begin);
    std::copy(text.begin(), text.end(), out.data() + begin + size);
}

/// Puts the cursor at a position that the list has. False if that is not beside text, or inside a character.
bool Document::seek(Handle type, std::uint32_t position) {
    const bool is_known = cursor_.type == type && cursor_.left != none &&
                          store_.items[cursor_.left].id() == cursor_.id &&
                          store_.items[cursor_.left].visible();
    if (!is_known || !seek_nearby(position)) {
        cursor_ = Cursor{type, none, {}, 0, position};
        if (position != 0) {
            const ListIndex::Place place = store_.lists.find(type, position - 1);
            cursor_.left = place.item;
            cursor_.id = store_.items[place.item].id();
            cursor_.units = place.offset + 1;
        }
    }
    if (cursor_.left == none) {
        const Handle first = store_.types[type].start;
        return first != none && store_.items[first].visible() &&
               store_.items[first].ref == ContentRef::string;
    }
    const Item& item = store_.items[cursor_.left];
    return item.ref == ContentRef::string &&
           (cursor_.units == item.length ||
            !cut_text(store_.contents.view(item.content), item.length, cursor_.units).inside_pair);
}

/// Looks for the item that has the unit in front of `position`, a few items around the cursor.
bool Document::seek_nearby(std::uint32_t position) {
    constexpr int steps_max = 12;
    Handle left = cursor_.left;
    std::uint32_t begin = cursor_.position - cursor_.units;
    for (int step = 0; step < steps_max && left != none; ++step) {
        const Item& item = store_.items[left];
        const std::uint32_t units = item.units();
        if (position > begin && position - begin <= units) {
            cursor_.left = left;
            cursor_.id = item.id();
            cursor_.units = position - begin;
            cursor_.position = position;
            return true;
        }
        if (position <= begin) {
            left = item.left;
            begin -= left == none ? 0 : store_.items[left].units();
        } else {
            begin += units;
            left = item.right;
        }
    }
    return false;
}

/// The item that ends at the cursor, split if need be; none at the start.
Handle Document::cut_at_cursor() {
    if (cursor_.left == none) {
        return none;
    }
    const Item& item = store_.items[cursor_.left];
    if (cursor_.units != item.length) {
        transaction_.clean_end({item.client, item.clock + cursor_.units - 1});
    }
    return cursor_.left;
}

}  // namespace weft::yjs
