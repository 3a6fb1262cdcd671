#include "edit_place.hpp"

#include "text_view.hpp"

#include <algorithm>

namespace weft::yjs {
namespace {

Error no_way(const EditView& edit, std::size_t step, std::string_view why) {
    return {Code::invalid,
            "step " + std::to_string(step + 1) + " of the path from root \"" +
                std::string(edit.root) + "\" " + std::string(why),
            0};
}

/// The item that is the value of a key or has an element; none if there is none.
Handle item_at(StructStore& store, Handle type_handle, const PathStepView& step) {
    const Type& type = store.types[type_handle];
    if (step.kind == StepKind::index) {
        return step.index < type.length
                   ? store.lists.find(type_handle, static_cast<std::uint32_t>(step.index)).item
                   : none;
    }
    const Handle key = store.names.find(step.key);
    const Handle leaf = key == none ? none : type.get(key);
    const Handle item = leaf == none ? none : store.leaves[leaf].last;
    return item == none || store.items[item].deleted ? none : item;
}

bool is_text_item(const Item& item) {
    return item.ref == ContentRef::string || item.ref == ContentRef::embed;
}

bool is_xml_node(const StructStore& store, const Item& item) {
    if (item.type() == none) {
        return false;
    }
    const TypeRef ref = store.types[item.type()].ref;
    return ref == TypeRef::xml_element || ref == TypeRef::xml_text || ref == TypeRef::xml_hook;
}

bool has_keys(const StructStore& store, const Type& type) {
    return std::any_of(type.map.begin(), type.map.end(), [&](const auto& entry) {
        return !store.items[store.leaves[entry.second].last].deleted;
    });
}

/// A root has the kind of what is in it; an empty one takes everything, but has no attributes.
bool root_takes(StructStore& store, Handle handle, EditFamily family) {
    const Type& type = store.types[handle];
    if (family == EditFamily::xml_attributes) {
        return false;
    }
    if (type.length == 0) {
        return family == EditFamily::map || !has_keys(store, type);
    }
    const Item& first = store.items[store.lists.find(handle, 0).item];
    switch (family) {
    case EditFamily::text: return is_text_item(first) || kind_of(store, type) == Kind::text;
    case EditFamily::array: return !is_text_item(first) && !is_xml_node(store, first);
    case EditFamily::xml: return is_xml_node(store, first);
    default: return false;
    }
}

bool takes(StructStore& store, Handle handle, EditFamily family) {
    const auto is_one_of = [&](auto... refs) { return ((store.types[handle].ref == refs) || ...); };
    if (handle == none || store.types[handle].ref == TypeRef::unknown) {
        return handle == none ? family != EditFamily::xml_attributes
                              : root_takes(store, handle, family);
    }
    switch (family) {
    case EditFamily::text: return is_one_of(TypeRef::text, TypeRef::xml_text);
    case EditFamily::map: return is_one_of(TypeRef::map, TypeRef::xml_hook);
    case EditFamily::array: return is_one_of(TypeRef::array);
    case EditFamily::xml: return is_one_of(TypeRef::xml_element, TypeRef::xml_fragment);
    case EditFamily::xml_attributes: return is_one_of(TypeRef::xml_element, TypeRef::xml_text);
    }
    return false;
}

Error wrong_kind(const EditView& edit) {
    constexpr const char* families[] = {"text", "map", "array", "parent of XML nodes",
                                        "XML node with attributes"};
    const auto family = static_cast<std::size_t>(family_of(edit.kind));
    return {Code::invalid,
            (edit.path.empty() ? "root \"" : "what the path leads to from root \"") +
                std::string(edit.root) + "\" is no " + families[family],
            0};
}

bool cuts_pair(const StructStore& store, const Item& item, Clock boundary) {
    return item.ref == ContentRef::string && boundary < item.length &&
           cut_text(store.contents.view(item.content), item.length, boundary).inside_pair;
}

/// Likewise `covered` units behind the place. An edit walks over them in any case.
bool ends_inside_pair(const StructStore& store, const EditPlace& place, std::uint64_t covered) {
    Handle item = place.before.item;
    if (item == none) {
        item = store.types[place.type].start;
    } else {
        covered += place.before.offset + 1;
    }
    while (covered > store.items[item].units()) {
        covered -= store.items[item].units();
        item = store.items[item].right;
    }
    return cuts_pair(store, store.items[item], static_cast<Clock>(covered));
}

}  // namespace

Result<Handle> find_type(StructStore& store, const EditView& edit) {
    Handle type = store.find_root(edit.root);
    for (std::size_t i = 0; i < edit.path.size(); ++i) {
        const Handle item = type == none ? none : item_at(store, type, edit.path[i]);
        if (item == none) {
            return no_way(edit, i, "leads nowhere");
        }
        type = store.items[item].type();
        if (type == none) {
            return no_way(edit, i, "leads to a value, not to a shared type");
        }
    }
    return type;
}

Result<void> check_range(std::uint64_t position, std::uint64_t covered, std::uint64_t length) {
    if (position > length || covered > length - position) {
        return Error{Code::invalid,
                     "an edit of " + std::to_string(covered) + " units at " +
                         std::to_string(position) + " is beyond the end at " +
                         std::to_string(length),
                     0};
    }
    return {};
}

bool is_inside_pair(StructStore& store, Handle type, std::uint64_t position) {
    if (position == 0) {
        return false;
    }
    const auto before = store.lists.find(type, static_cast<std::uint32_t>(position - 1));
    return cuts_pair(store, store.items[before.item], before.offset + 1);
}

Error cut_pair(std::uint64_t position) {
    return {Code::invalid,
            "position " + std::to_string(position) + " is inside a character of two units", 0};
}

Result<EditPlace> find_checked_place(StructStore& store, const EditView& edit) {
    const Result<Handle> type = find_type(store, edit);
    if (!type) {
        return type.error();
    }
    EditPlace place;
    place.type = *type;
    if (has_position(family_of(edit.kind))) {
        const std::uint64_t length = *type == none ? 0 : store.types[*type].length;
        const Result<void> in_range = check_range(edit.position, covered_units(edit), length);
        if (!in_range) {
            return in_range.error();
        }
        if (edit.position > 0) {
            place.before = store.lists.find(*type, static_cast<std::uint32_t>(edit.position - 1));
        }
    }
    return place;
}

Result<EditPlace> find_place(StructStore& store, const EditView& edit) {
    Result<EditPlace> place = find_checked_place(store, edit);
    const EditFamily family = family_of(edit.kind);
    // What stands at the place tells the kind of most texts: the whole is only looked at when it does not.
    const Handle item = place ? place->before.item : none;
    const bool is_text = family == EditFamily::text && item != none &&
                         is_text_item(store.items[item]) &&
                         store.types[place->type].ref == TypeRef::unknown;
    if (!is_text) {
        const Result<Handle> type = place ? place->type : find_type(store, edit);
        if (type && !takes(store, *type, family)) {
            return wrong_kind(edit);
        }
    }
    if (!place || family != EditFamily::text) {
        return place;
    }
    if (item != none && cuts_pair(store, store.items[item], place->before.offset + 1)) {
        return cut_pair(edit.position);
    }
    const std::uint64_t covered = covered_units(edit);
    if (covered > 0 && ends_inside_pair(store, *place, covered)) {
        return cut_pair(edit.position + covered);
    }
    return place;
}

}  // namespace weft::yjs
