#include "content.hpp"

#include "any_value.hpp"
#include "json_syntax.hpp"
#include "utf16.hpp"

namespace weft::yjs {
namespace {

BytesView since(const std::uint8_t* from, const Reader& reader) {
    return {from, static_cast<std::size_t>(reader.cursor() - from)};
}

BytesView read_string(Reader& reader) {
    const BytesView bytes = reader.varbytes();
    if (!utf16_length(bytes)) {
        reader.fail();
    }
    return bytes;
}

BytesView read_json(Reader& reader) {
    const BytesView bytes = read_string(reader);
    if (!is_json(as_text(bytes))) {
        reader.fail();
    }
    return bytes;
}

ContentView read_json_values(Reader& reader) {
    const std::uint64_t count = reader.varuint();
    const std::uint8_t* from = reader.cursor();
    for (std::uint64_t i = 0; i < count && reader.ok(); ++i) {
        const BytesView value = read_string(reader);
        if (as_text(value) != "undefined" && !is_json(as_text(value))) {
            reader.fail();
        }
    }
    return {ContentRef::json, count, since(from, reader)};
}

ContentView read_type(Reader& reader) {
    const std::uint8_t* from = reader.cursor();
    const std::uint64_t ref = reader.varuint();
    if (ref > static_cast<std::uint64_t>(TypeRef::xml_text)) {
        reader.fail();
    } else if (ref == static_cast<std::uint64_t>(TypeRef::xml_element) ||
               ref == static_cast<std::uint64_t>(TypeRef::xml_hook)) {
        read_string(reader);
    }
    return {ContentRef::type, 1, since(from, reader)};
}

ContentView read_format_content(Reader& reader) {
    const std::uint8_t* from = reader.cursor();
    read_string(reader);
    read_json(reader);
    return {ContentRef::format, 1, since(from, reader)};
}

ContentView read_any_values(Reader& reader) {
    const std::uint64_t count = reader.varuint();
    const std::uint8_t* from = reader.cursor();
    skip_any(reader, count);
    return {ContentRef::any, count, since(from, reader)};
}

ContentView read_doc(Reader& reader) {
    const std::uint8_t* from = reader.cursor();
    read_string(reader);
    // Options that are no object would stop Yjs clients, which look for keys in them.
    if (Reader(reader).u8() != static_cast<std::uint8_t>(AnyTag::object)) {
        reader.fail();
    }
    skip_any(reader);
    return {ContentRef::doc, 1, since(from, reader)};
}

ContentView read_unchecked_length(Reader& reader, ContentRef ref) {
    switch (ref) {
    case ContentRef::gc:
    case ContentRef::deleted:
    case ContentRef::skip: return {ref, reader.varuint(), {}};
    case ContentRef::json: return read_json_values(reader);
    case ContentRef::binary: return {ref, 1, reader.varbytes()};
    case ContentRef::string: {
        const BytesView text = reader.varbytes();
        return {ref, utf16_length(text).value_or(0), text};
    }
    case ContentRef::embed: return {ref, 1, read_json(reader)};
    case ContentRef::format: return read_format_content(reader);
    case ContentRef::type: return read_type(reader);
    case ContentRef::any: return read_any_values(reader);
    case ContentRef::doc: return read_doc(reader);
    }
    reader.fail();
    return {};
}

}  // namespace

ContentView read_content(Reader& reader, ContentRef ref) {
    const ContentView content = read_unchecked_length(reader, ref);
    if (content.length == 0) {
        reader.fail();
    }
    return reader.ok() ? content : ContentView{};
}

std::size_t value_offset(ContentRef ref, BytesView bytes, std::uint64_t offset) {
    Reader reader(bytes);
    if (ref == ContentRef::any) {
        skip_any(reader, offset);
    } else {
        for (; offset > 0; --offset) {
            reader.varbytes();
        }
    }
    return bytes.size() - reader.remaining();
}

void write_content(Writer& writer, const ContentView& content, std::uint64_t offset) {
    const BytesView bytes = content.bytes;
    switch (content.ref) {
    case ContentRef::gc:
    case ContentRef::deleted:
    case ContentRef::skip: return writer.varuint(content.length - offset);
    case ContentRef::json:
    case ContentRef::any:
        writer.varuint(content.length - offset);
        return writer.bytes(offset == 0 ? bytes
                                        : bytes.subspan(value_offset(content.ref, bytes, offset)));
    case ContentRef::string: {
        const Utf16Cut cut = offset == 0 ? Utf16Cut{} : cut_text(bytes, content.length, offset);
        if (!cut.inside_pair) {
            return writer.varbytes(bytes.subspan(cut.byte));
        }
        const BytesView rest = bytes.subspan(cut.byte + 4);
        writer.varuint(rest.size() + replacement_character.size());
        writer.bytes(as_bytes(replacement_character));
        return writer.bytes(rest);
    }
    case ContentRef::binary:
    case ContentRef::embed: return writer.varbytes(bytes);
    case ContentRef::format:
    case ContentRef::type:
    case ContentRef::doc: return writer.bytes(bytes);
    }
}

TypeHeader read_type_header(BytesView content) {
    Reader reader(content);
    TypeHeader header{static_cast<TypeRef>(reader.varuint()), {}};
    if (!reader.at_end()) {
        header.name = reader.varstring();
    }
    return header;
}

FormatView read_format(BytesView content) {
    Reader reader(content);
    FormatView format;
    format.key = reader.varstring();
    format.value = reader.varstring();
    return format;
}

Utf16Cut cut_text(BytesView text, std::uint64_t length, std::uint64_t offset) {
    // A unit takes one byte only in ASCII, so as many bytes as units say it.
    return text.size() == length ? Utf16Cut{static_cast<std::size_t>(offset), false}
                                 : utf16_cut(text, offset);
}

ContentBlock split_content(ContentStore& contents, ContentRef ref, ContentBlock& left,
                           std::uint64_t length, std::uint64_t offset) {
    const BytesView bytes = contents.view(left);
    if (ref != ContentRef::string) {
        const std::size_t at = bytes.empty() ? 0 : value_offset(ref, bytes, offset);
        return contents.cut(left, static_cast<std::uint32_t>(at));
    }
    const Utf16Cut cut = cut_text(bytes, length, offset);
    const auto at = static_cast<std::uint32_t>(cut.byte);
    if (!cut.inside_pair) {
        return contents.cut(left, at);
    }
    ContentBlock rest = contents.cut(left, at);
    ContentBlock pair = rest;
    rest = contents.cut(pair, 4);
    contents.release(pair);
    ContentBlock right = contents.store(as_bytes(replacement_character));
    contents.join(right, rest);
    contents.append(left, as_bytes(replacement_character));
    return right;
}

ContentBlock store_content(ContentStore& contents, const ContentView& content,
                           std::uint64_t offset) {
    if (offset == 0) {
        return contents.store(content.bytes);
    }
    if (content.ref != ContentRef::string) {
        return contents.store(content.bytes.empty() ? content.bytes
                                                    : content.bytes.subspan(value_offset(
                                                          content.ref, content.bytes, offset)));
    }
    const Utf16Cut cut = cut_text(content.bytes, content.length, offset);
    if (!cut.inside_pair) {
        return contents.store(content.bytes.subspan(cut.byte));
    }
    ContentBlock rest = contents.store(as_bytes(replacement_character));
    contents.append(rest, content.bytes.subspan(cut.byte + 4));
    return rest;
}

}  // namespace weft::yjs
