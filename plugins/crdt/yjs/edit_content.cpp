#include "edit_content.hpp"

#include "any_value.hpp"
#include "json_any.hpp"
#include "json_syntax.hpp"

#include <optional>

namespace weft::yjs {
namespace {

Error invalid_edit(std::string message) {
    return {Code::invalid, std::move(message), 0};
}

bool is_utf8(std::string_view text) {
    return utf16_length(as_bytes(text)).has_value();
}

std::optional<TypeRef> type_named(std::string_view name) {
    if (name == "text") {
        return TypeRef::text;
    }
    if (name == "map") {
        return TypeRef::map;
    }
    if (name == "array") {
        return TypeRef::array;
    }
    return name == "xml" ? std::optional(TypeRef::xml_fragment) : std::nullopt;
}

/// The first character of a value that says what it is, and how it ends does not count.
char first_of_json(std::string_view json) {
    return json[json.find_first_not_of(" \t\r\n")];
}

Result<void> check_json(std::string_view what, std::string_view json) {
    if (!is_utf8(json) || !is_json(json)) {
        return invalid_edit("the " + std::string(what) + " of an edit is not JSON");
    }
    return {};
}

Result<void> check_attributes(std::string_view json) {
    if (json.empty()) {
        return {};
    }
    Result<void> valid = check_json("attributes", json);
    if (valid && first_of_json(json) != '{') {
        return invalid_edit("the attributes of an edit are not a JSON object");
    }
    return valid;
}

Result<void> check_value_or_type(const EditView& edit) {
    if (edit.type.empty()) {
        return check_json("value", edit.value);
    }
    if (!type_named(edit.type)) {
        return Error{Code::unsupported, "Yjs has no shared type \"" + std::string(edit.type) + "\"",
                     0};
    }
    return {};
}

/// Yjs would insert the empty text as a struct of length 0, which nobody can read.
Result<void> check_embed(const EditView& edit) {
    Result<void> valid = check_value_or_type(edit);
    if (valid && edit.type.empty()) {
        Bytes memory;
        const bool is_null = first_of_json(edit.value) == 'n';
        if (is_null || content_of(edit, memory).length == 0) {
            return invalid_edit("null and the empty text cannot be embedded in a text");
        }
    }
    return valid ? check_attributes(edit.attributes) : valid;
}

Result<void> check_array_insert(const EditView& edit) {
    Result<void> valid = check_value_or_type(edit);
    if (valid && edit.type.empty() && first_of_json(edit.value) != '[') {
        return invalid_edit("the value of an edit is not a JSON array of elements");
    }
    return valid;
}

Result<void> check_element(const EditView& edit) {
    if (edit.key.empty()) {
        return invalid_edit("an XML element needs a name");
    }
    return check_attributes(edit.attributes);
}

Result<void> check_texts(const EditView& edit) {
    bool valid = is_utf8(edit.root) && is_utf8(edit.key) && is_utf8(edit.text);
    for (const PathStepView& step : edit.path) {
        valid = valid && is_utf8(step.key);
    }
    return valid ? Result<void>() : invalid_edit("a text of an edit is not valid UTF-8");
}

ContentView new_type(TypeRef ref, std::string_view name, Bytes& memory) {
    Writer writer(memory);
    writer.varuint(static_cast<std::uint64_t>(ref));
    if (is_named(ref)) {
        writer.varstring(name);
    }
    return {ContentRef::type, 1, memory};
}

/// The elements of an array without its head.
ContentView element_content(std::string_view json, Bytes& memory) {
    ContentView content = any_content(json, memory);
    Reader reader(memory);
    reader.u8();
    content.length = reader.varuint();
    content.bytes = content.bytes.last(reader.remaining());
    return content;
}

ContentView text_content(std::string_view text) {
    const BytesView bytes = as_bytes(text);
    return {ContentRef::string, utf16_length(bytes).value_or(0), bytes};
}

ContentView embed_content(std::string_view json, Bytes& memory) {
    Bytes any;
    Writer writer(any);
    json_to_any(json, writer);
    Reader reader(any);
    if (reader.u8() == static_cast<std::uint8_t>(AnyTag::string)) {
        memory = to_bytes(reader.varbytes());
        return text_content(as_text(memory));
    }
    Reader whole(any);
    std::string text;
    any_to_json_text(whole, text);
    memory = to_bytes(as_bytes(text));
    return {ContentRef::embed, 1, memory};
}

}  // namespace

ContentView any_content(std::string_view json, Bytes& memory) {
    Writer writer(memory);
    json_to_any(json, writer);
    return {ContentRef::any, 1, memory};
}

Result<void> check_arguments(const EditView& edit) {
    Result<void> valid = check_texts(edit);
    if (!valid) {
        return valid;
    }
    switch (edit.kind) {
    case EditKind::text_insert:
    case EditKind::text_format: return check_attributes(edit.attributes);
    case EditKind::text_embed: return check_embed(edit);
    case EditKind::map_set: return check_value_or_type(edit);
    case EditKind::array_insert: return check_array_insert(edit);
    case EditKind::xml_insert_element: return check_element(edit);
    case EditKind::xml_set_attribute: return check_json("value", edit.value);
    case EditKind::text_delete:
    case EditKind::map_delete:
    case EditKind::array_delete:
    case EditKind::xml_insert_text:
    case EditKind::xml_delete:
    case EditKind::xml_delete_attribute: return {};
    }
    return Error{Code::unsupported,
                 "Yjs has no edit of kind " + std::to_string(static_cast<unsigned>(edit.kind)), 0};
}

ContentView content_of(const EditView& edit, Bytes& memory) {
    switch (edit.kind) {
    case EditKind::text_insert: return text_content(edit.text);
    case EditKind::xml_insert_element: return new_type(TypeRef::xml_element, edit.key, memory);
    case EditKind::xml_insert_text: return new_type(TypeRef::xml_text, {}, memory);
    case EditKind::xml_set_attribute: return any_content(edit.value, memory);
    case EditKind::text_embed:
    case EditKind::map_set:
    case EditKind::array_insert: break;
    default: return {};
    }
    if (const std::optional<TypeRef> type = type_named(edit.type)) {
        return new_type(*type, {}, memory);
    }
    if (edit.kind == EditKind::map_set) {
        return any_content(edit.value, memory);
    }
    return edit.kind == EditKind::text_embed ? embed_content(edit.value, memory)
                                             : element_content(edit.value, memory);
}

}  // namespace weft::yjs
