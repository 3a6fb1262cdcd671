// What the arguments of a local edit say by themselves, without the document.
#pragma once

#include "content.hpp"

#include <weft/crdt.hpp>

namespace weft::yjs {

/// What an edit takes the type for that it edits.
enum class EditFamily : std::uint8_t { text, map, array, xml, xml_attributes };

constexpr EditFamily family_of(EditKind kind) {
    switch (kind) {
    case EditKind::text_insert:
    case EditKind::text_embed:
    case EditKind::text_delete:
    case EditKind::text_format: return EditFamily::text;
    case EditKind::map_set:
    case EditKind::map_delete: return EditFamily::map;
    case EditKind::array_insert:
    case EditKind::array_delete: return EditFamily::array;
    case EditKind::xml_insert_element:
    case EditKind::xml_insert_text:
    case EditKind::xml_delete: return EditFamily::xml;
    default: return EditFamily::xml_attributes;
    }
}

/// Edits a list, at a position.
constexpr bool has_position(EditFamily family) {
    return family != EditFamily::map && family != EditFamily::xml_attributes;
}

constexpr bool is_deletion(EditKind kind) {
    return kind == EditKind::text_delete || kind == EditKind::map_delete ||
           kind == EditKind::array_delete || kind == EditKind::xml_delete ||
           kind == EditKind::xml_delete_attribute;
}

/// Units that must be there behind the position.
constexpr std::uint64_t covered_units(const EditView& edit) {
    return is_deletion(edit.kind) || edit.kind == EditKind::text_format ? edit.length : 0;
}

/// Types or deletes in a text, and says nothing else: of it only the texts need a check.
inline bool has_texts_only(const EditView& edit) {
    return (edit.kind == EditKind::text_insert || edit.kind == EditKind::text_delete) &&
           edit.path.empty() && edit.key.empty() && edit.value.empty() && edit.attributes.empty() &&
           edit.type.empty();
}

/// `invalid` for text that is no UTF-8, values that are no JSON or that the edit cannot take, `unsupported` for kinds of
/// edits and types that Yjs does not have. All functions below are about edits that passed this.
Result<void> check_arguments(const EditView& edit);

/// What the edit puts in place; of length 0 if that is nothing. `memory` holds what is not in the edit itself.
/// Yjs inserts an embed that is a string as text, and so does this.
ContentView content_of(const EditView& edit, Bytes& memory);

/// A JSON value as an item of a map or an array has it, in `memory`, which is empty.
ContentView any_content(std::string_view json, Bytes& memory);

}  // namespace weft::yjs
