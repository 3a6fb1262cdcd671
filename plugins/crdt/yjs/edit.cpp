// Local edits of a text, as Yjs itself would make them.
#include "document.hpp"
#include "state_encoder.hpp"
#include "utf16.hpp"

#include <algorithm>

namespace weft::yjs {
namespace {

/// Whether all edits stay inside a text of this length, one after the other.
Result<void> check_edits(std::span<const TextEdit> edits, std::uint64_t length) {
    for (const TextEdit& edit : edits) {
        if (edit.position > length || edit.delete_units > length - edit.position) {
            return Error{Code::invalid,
                         "an edit of " + std::to_string(edit.delete_units) + " units at " +
                             std::to_string(edit.position) + " is beyond the text's end at " +
                             std::to_string(length),
                         0};
        }
        const std::optional<std::uint64_t> inserted = utf16_length(as_bytes(edit.insert));
        if (!inserted) {
            return Error{Code::invalid, "the text to insert is not valid UTF-8", 0};
        }
        length = length - edit.delete_units + *inserted;
    }
    return {};
}

}  // namespace

Result<void> Document::edit(std::string_view root, std::span<const TextEdit> edits, Bytes& out) {
    if (options_.actor == 0) {
        return Error{Code::state, "this replica has no actor: it cannot edit", 0};
    }
    const Handle known = store_.find_root(root);
    Result<void> accepted = check_edits(edits, known == none ? 0 : store_.types[known].length);
    if (!accepted) {
        return accepted;
    }
    const Handle type = store_.root(root);
    for (const TextEdit& edit : edits) {
        const Handle left = clean_position(type, edit.position);
        delete_text(type, left, static_cast<Clock>(edit.delete_units));
        if (!edit.insert.empty()) {
            const BytesView text = as_bytes(edit.insert);
            transaction_.insert_text(store_.client(options_.actor), type,
                                     skip_invisible(type, left), text,
                                     static_cast<Clock>(*utf16_length(text)));
        }
    }
    transaction_.finish();
    if (transaction_.changed()) {
        encode_change(store_, transaction_, out);
    }
    transaction_.reset();
    return {};
}

/// The item that ends at a position of a text, split if need be; none at the start.
Handle Document::clean_position(Handle type, std::uint64_t position) {
    if (position == 0) {
        return none;
    }
    const ListIndex::Place place =
        store_.lists.find(type, static_cast<std::uint32_t>(position - 1));
    const Item& item = store_.items[place.item];
    return transaction_.clean_end({item.client, item.clock + place.offset});
}

/// The value of a format in front of an item; null if it has none.
std::string_view Document::format_before(Handle left, std::string_view key) const {
    for (; left != none; left = store_.items[left].left) {
        const Item& item = store_.items[left];
        if (item.ref == ContentRef::format && !item.deleted) {
            const FormatView format = read_format(store_.content_of(item));
            if (format.key == key) {
                return format.value;
            }
        }
    }
    return "null";
}

/// Yjs puts new text behind what is deleted at its position, and behind formats that change nothing there.
Handle Document::skip_invisible(Handle type, Handle left) const {
    for (Handle next = left == none ? store_.types[type].start : store_.items[left].right;
         next != none; next = store_.items[next].right) {
        const Item& item = store_.items[next];
        if (!item.deleted) {
            if (item.ref != ContentRef::format) {
                break;
            }
            const FormatView format = read_format(store_.content_of(item));
            if (format_before(left, format.key) != format.value) {
                break;
            }
        }
        left = next;
    }
    return left;
}

void Document::delete_text(Handle type, Handle left, Clock units) {
    for (Handle next = left == none ? store_.types[type].start : store_.items[left].right;
         next != none && units > 0; next = store_.items[next].right) {
        const Item& item = store_.items[next];
        if (item.visible()) {
            const Clock taken = std::min(units, item.length);
            units -= taken;
            transaction_.delete_range(item.client, item.clock, item.clock + taken);
        }
    }
}

}  // namespace weft::yjs
