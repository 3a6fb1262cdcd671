// Local edits, as Yjs itself would make them, and one update for each call.
#include "document.hpp"
#include "edit_place.hpp"
#include "edit_sequence.hpp"
#include "edit_text.hpp"
#include "local_change.hpp"
#include "state_encoder.hpp"
#include "value_depth.hpp"

#include <algorithm>

namespace weft::yjs {
namespace {

/// Makes edits that were checked.
class LocalEditor {
public:
    LocalEditor(StructStore& store, LocalChange& change) : store_(store), change_(change) {}

    void make(const EditView& edit, const EditPlace& place) {
        switch (edit.kind) {
        case EditKind::text_insert:
        case EditKind::text_embed: return insert_text(edit, place);
        case EditKind::text_delete:
        case EditKind::text_format: return change_text(edit, place);
        case EditKind::array_insert:
        case EditKind::xml_insert_element:
        case EditKind::xml_insert_text: return insert_values(edit, place);
        case EditKind::array_delete:
        case EditKind::xml_delete: return delete_values(edit, place);
        case EditKind::map_set:
        case EditKind::xml_set_attribute: return set_value(edit, place);
        case EditKind::map_delete:
        case EditKind::xml_delete_attribute: return delete_value(edit, place);
        }
    }

private:
    /// The type to insert into. A root begins to exist with what is inserted.
    Handle type_of(const EditView& edit, const EditPlace& place) {
        return place.type == none ? store_.root(edit.root) : place.type;
    }

    /// The item that ends at the place, split if need be; none at the start.
    Handle left_of(const EditPlace& place) {
        return place.before.item == none
                   ? none
                   : change_.end_at(store_.items[place.before.item], place.before.offset);
    }

    void insert_text(const EditView& edit, const EditPlace& place) {
        Bytes memory;
        const ContentView content = content_of(edit, memory);
        if (content.length == 0) {
            return;
        }
        TextEditor text(store_, change_, type_of(edit, place));
        const Handle left = left_of(place);
        if (edit.kind == EditKind::text_insert && edit.attributes.empty()) {
            text.insert(left, content);
        } else {
            text.insert(left, content, Attributes(edit.attributes));
        }
    }

    void change_text(const EditView& edit, const EditPlace& place) {
        if (edit.length == 0) {
            return;
        }
        TextEditor text(store_, change_, place.type);
        const auto units = static_cast<Clock>(edit.length);
        if (edit.kind == EditKind::text_delete) {
            text.erase(left_of(place), units);
        } else {
            text.format(left_of(place), units, Attributes(edit.attributes));
        }
    }

    void insert_values(const EditView& edit, const EditPlace& place) {
        Bytes memory;
        const ContentView content = content_of(edit, memory);
        if (content.length == 0) {
            return;
        }
        const Handle parent = type_of(edit, place);
        const Handle item = change_.insert(parent, left_of(place), content);
        if (edit.kind == EditKind::xml_insert_text && !edit.text.empty()) {
            const BytesView text = as_bytes(edit.text);
            change_.insert(store_.items[item].type(), none,
                           {ContentRef::string, utf16_length(text).value_or(0), text});
        } else if (edit.kind == EditKind::xml_insert_element) {
            set_attributes(store_.items[item].type(), edit.attributes);
        }
    }

    void set_attributes(Handle element, std::string_view json) {
        const Attributes attributes(json);
        for (const Attributes::Entry entry : attributes.as_object()) {
            Bytes memory;
            change_.set(element, entry->first, any_content(entry->second.second, memory));
        }
    }

    void delete_values(const EditView& edit, const EditPlace& place) {
        if (edit.length == 0) {
            return;
        }
        const Handle left = left_of(place);
        auto units = static_cast<Clock>(edit.length);
        Handle next = left == none ? store_.types[place.type].start : store_.items[left].right;
        for (; units > 0; next = store_.items[next].right) {
            const Item& item = store_.items[next];
            if (item.visible()) {
                const Clock taken = std::min(units, item.length);
                units -= taken;
                change_.erase(item, taken);
            }
        }
    }

    void set_value(const EditView& edit, const EditPlace& place) {
        Bytes memory;
        change_.set(type_of(edit, place), edit.key, content_of(edit, memory));
    }

    void delete_value(const EditView& edit, const EditPlace& place) {
        const Handle key = store_.names.find(edit.key);
        const Handle leaf =
            place.type == none || key == none ? none : store_.types[place.type].get(key);
        if (leaf != none) {
            const Item& item = store_.items[store_.leaves[leaf].last];
            change_.erase(item, item.length);
        }
    }

    StructStore& store_;
    LocalChange& change_;
};

}  // namespace

Result<void> Document::edit(std::span<const EditView> edits, Bytes& out) {
    if (options_.actor == 0) {
        return Error{Code::state, "this replica has no actor: it cannot edit", 0};
    }
    const bool is_one = edits.size() == 1;
    const Typed typed = is_one ? type(edits.front(), Company::alone) : Typed::no;
    if (typed == Typed::longer) {
        write_typed(edits.front().text, out);
        return {};
    }
    Result<void> accepted;
    if (typed == Typed::no) {
        accepted = check_edits(edits);
        if (accepted) {
            accepted = make_edits(edits);
        }
    }
    transaction_.finish();
    if (transaction_.changed()) {
        encode_change(store_, transaction_, out);
    }
    transaction_.reset();
    return accepted;
}

Result<void> Document::make_edits(std::span<const EditView> edits) {
    LocalChange change(store_, transaction_, options_.actor);
    LocalEditor editor(store_, change);
    for (const EditView& edit : edits) {
        if (edits.size() > 1 && type(edit, Company::others) != Typed::no) {
            continue;
        }
        Result<EditPlace> place =
            edits.size() == 1 ? find_place(store_, edit) : find_checked_place(store_, edit);
        if (!place) {
            return place.error();  // only of a single one: several were checked
        }
        cursor_ = Cursor{};
        editor.make(edit, *place);
    }
    return {};
}

Result<void> Document::check_edits(std::span<const EditView> edits) {
    const EditView* before = nullptr;
    for (const EditView& edit : edits) {
        const bool names_same_root = before != nullptr && before->root.data() == edit.root.data() &&
                                     before->root.size() == edit.root.size();
        before = &edit;
        if (names_same_root && has_texts_only(edit) && utf16_length(as_bytes(edit.text))) {
            continue;  // a long stretch of typing, once through
        }
        Result<void> valid = check_arguments(edit);
        if (valid) {
            valid = check_value_depth(edit, options_.value_depth_max);
        }
        if (!valid) {
            return valid;
        }
    }
    Result<void> room = check_room(edits);
    if (!room || edits.size() < 2) {
        return room;
    }
    return is_foreseeable(store_, edits) ? check_sequence(store_, edits) : rehearse(edits);
}

/// Whether the store can take what the edits bring: by its options, and by what it can count.
Result<void> Document::check_room(std::span<const EditView> edits) const {
    std::uint64_t bytes = 0;
    std::uint64_t inserting = 0;
    for (const EditView& edit : edits) {
        if (!is_deletion(edit.kind)) {
            bytes += edit.text.size() + edit.value.size() + edit.attributes.size() +
                     edit.key.size() + edit.root.size();
            ++inserting;
        }
    }
    if (inserting == 0) {
        return {};
    }
    // A generous guess: an edit of a text with attributes brings formats, too.
    constexpr std::uint64_t items_per_edit = 4;
    constexpr std::uint64_t clocks_spared = std::uint64_t{1} << 24;
    const std::uint64_t added =
        bytes + inserting * items_per_edit * (sizeof(Item) + sizeof(StructList::Entry));
    const bool countable = bytes < content_bytes_max && store_.contents.has_room(2 * bytes) &&
                           store_.state(options_.actor) + bytes + clocks_spared < clock_max &&
                           store_.clients.size() < clients_max;
    if (!countable ||
        (options_.max_bytes != 0 && store_.memory_bytes() + added > options_.max_bytes)) {
        return Error{Code::limit,
                     "the document has no room for edits of " + std::to_string(bytes) + " bytes",
                     0};
    }
    return {};
}

/// Makes the edits on a copy, where those that need the ones before them can be checked, too.
Result<void> Document::rehearse(std::span<const EditView> edits) const {
    Bytes state;
    encode_diff(store_, {}, state);
    Document copy(options_);
    const BytesView view = state;
    Result<void> made = copy.load({&view, 1});
    for (std::size_t i = 0; made && i < edits.size(); ++i) {
        Bytes update;
        made = copy.edit(edits.subspan(i, 1), update);
        if (!made) {
            made = Error{made.error().code,
                         "edit " + std::to_string(i + 1) + ": " + made.error().message, 0};
        }
    }
    return made;
}

}  // namespace weft::yjs
