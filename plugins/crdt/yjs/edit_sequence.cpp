#include "edit_sequence.hpp"

#include <algorithm>

namespace weft::yjs {
namespace {

/// Up to so many edits, each boundary is followed back through those before it.
constexpr std::size_t followed_max = 64;

bool has_same_target(const EditView& a, const EditView& b) {
    const auto same_step = [](const PathStepView& one, const PathStepView& other) {
        return one.kind == other.kind && one.index == other.index && one.key == other.key;
    };
    const bool same_root = a.root.data() == b.root.data() && a.root.size() == b.root.size();
    return (same_root || a.root == b.root) && family_of(a.kind) == family_of(b.kind) &&
           ((a.path.empty() && b.path.empty()) ||
            std::equal(a.path.begin(), a.path.end(), b.path.begin(), b.path.end(), same_step));
}

/// Whether there is a character beyond the basic plane: four bytes of UTF-8.
bool has_pair(std::string_view text) {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) >= 0xf0; });
}

/// In JSON it may be escaped, too.
bool may_have_pair(std::string_view json) {
    return has_pair(json) || json.find('\\') != std::string_view::npos;
}

bool may_have_pair(const StructStore& store, Handle type) {
    for (Handle next = store.types[type].start; next != none; next = store.items[next].right) {
        const Item& item = store.items[next];
        if (item.ref == ContentRef::string && has_pair(as_text(store.content_of(item)))) {
            return true;
        }
    }
    return false;
}

std::uint64_t added_units(const EditView& edit) {
    if (is_deletion(edit.kind)) {
        return 0;
    }
    if (edit.kind == EditKind::text_insert) {
        return utf16_length(as_bytes(edit.text)).value_or(0);
    }
    Bytes memory;
    const bool is_node = family_of(edit.kind) == EditFamily::xml && !is_deletion(edit.kind);
    return is_node ? 1 : content_of(edit, memory).length;
}

/// Whether a boundary, in a text as `before` leave it, is inside a pair. Between two contents there is none.
bool is_inside_pair_after(StructStore& store, Handle type, std::span<const EditView> before,
                          std::uint64_t position) {
    for (std::size_t i = before.size(); i-- > 0;) {
        const EditView& edit = before[i];
        if (edit.kind == EditKind::text_format || position < edit.position) {
            continue;
        }
        if (edit.kind == EditKind::text_delete) {
            if (position == edit.position && edit.length > 0) {
                return false;
            }
            position += edit.length;
            continue;
        }
        Bytes memory;
        const ContentView content = content_of(edit, memory);
        const std::uint64_t offset = position - edit.position;
        if (offset > content.length) {
            position -= content.length;
        } else if (content.length > 0) {
            return offset > 0 && offset < content.length &&
                   cut_text(content.bytes, content.length, offset).inside_pair;
        }
    }
    return type != none && is_inside_pair(store, type, position);
}

Result<void> check_pairs(StructStore& store, Handle type, std::span<const EditView> edits,
                         std::size_t index) {
    const EditView& edit = edits[index];
    for (const std::uint64_t boundary : {edit.position, edit.position + covered_units(edit)}) {
        if (is_inside_pair_after(store, type, edits.first(index), boundary)) {
            return cut_pair(boundary);
        }
    }
    return {};
}

}  // namespace

bool is_foreseeable(StructStore& store, std::span<const EditView> edits) {
    const bool pairs_count =
        family_of(edits.front().kind) == EditFamily::text && edits.size() > followed_max;
    // Once through all of them: many edits are more than the cache holds.
    const bool foreseeable = std::all_of(edits.begin(), edits.end(), [&](const EditView& edit) {
        return has_same_target(edit, edits.front()) &&
               !(pairs_count && (has_pair(edit.text) || may_have_pair(edit.value)));
    });
    if (!foreseeable || !pairs_count) {
        return foreseeable;
    }
    const Result<Handle> type = find_type(store, edits.front());
    return !type || *type == none || !may_have_pair(store, *type);
}

Result<void> check_sequence(StructStore& store, std::span<const EditView> edits) {
    const Result<EditPlace> first = find_place(store, edits.front());
    if (!first) {
        return first.error();
    }
    const EditFamily family = family_of(edits.front().kind);
    if (!has_position(family)) {
        return {};
    }
    std::uint64_t length = first->type == none ? 0 : store.types[first->type].length;
    for (std::size_t i = 0; i < edits.size(); ++i) {
        const EditView& edit = edits[i];
        const std::uint64_t covered = covered_units(edit);
        Result<void> valid;
        if (edit.position > length || covered > length - edit.position) {
            valid = check_range(edit.position, covered, length);
        }
        if (valid && family == EditFamily::text && edits.size() <= followed_max) {
            valid = check_pairs(store, first->type, edits, i);
        }
        if (!valid) {
            return Error{valid.error().code,
                         "edit " + std::to_string(i + 1) + ": " + valid.error().message, 0};
        }
        length += added_units(edit);
        length -= is_deletion(edit.kind) ? edit.length : 0;
    }
    return {};
}

}  // namespace weft::yjs
