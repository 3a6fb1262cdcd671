// What a struct carries. The store keeps a content as the bytes of the wire, without its count or length:
//
//   json     n × varstring: JSON text, or the word "undefined"         length n
//   binary   the bytes                                                 length 1
//   string   UTF-8                                                     length in UTF-16 code units
//   embed    JSON text                                                 length 1
//   format   varstring key, varstring JSON text                        length 1
//   type     varuint type ref, for XML elements and hooks a varstring  length 1
//   any      n × any                                                   length n
//   doc      varstring guid, any                                       length 1
//   gc, deleted, skip: nothing
#pragma once

#include "content_store.hpp"
#include "utf16.hpp"

#include <weft/codec.hpp>

#include <cstdint>

namespace weft::yjs {

enum class ContentRef : std::uint8_t {
    gc = 0,
    deleted = 1,
    json = 2,
    binary = 3,
    string = 4,
    embed = 5,
    format = 6,
    type = 7,
    any = 8,
    doc = 9,
    skip = 10,  // only inside updates: nothing is known of these clocks
};

enum class TypeRef : std::uint8_t {
    array = 0,
    map = 1,
    text = 2,
    xml_element = 3,
    xml_fragment = 4,
    xml_hook = 5,
    xml_text = 6,
    unknown = 255,  // a root: the wire never says of which kind it is
};

constexpr bool is_named(TypeRef ref) {
    return ref == TypeRef::xml_element || ref == TypeRef::xml_hook;
}

/// Counts for the length of a list.
constexpr bool is_countable(ContentRef ref) {
    return ref != ContentRef::gc && ref != ContentRef::deleted && ref != ContentRef::format;
}

/// Structs of several units, which can be split and merged. (GC and skips too, but they have no content.)
constexpr bool is_divisible(ContentRef ref) {
    return ref == ContentRef::deleted || ref == ContentRef::json || ref == ContentRef::string ||
           ref == ContentRef::any;
}

/// Structs merge only as long as their contents stay below this, so that growing them fits 32 bits.
inline constexpr std::uint64_t content_bytes_max = std::uint64_t{1} << 26;

/// A content inside an update.
struct ContentView {
    ContentRef ref = ContentRef::gc;
    std::uint64_t length = 0;
    BytesView bytes;
};

/// Reads and checks the content of a struct. Fails `reader` if it is malformed or of length 0.
ContentView read_content(Reader& reader, ContentRef ref);

/// Writes the content from `offset` units on; an offset inside a surrogate pair gives U+FFFD first.
void write_content(Writer& writer, const ContentView& content, std::uint64_t offset);

struct TypeHeader {
    TypeRef ref = TypeRef::unknown;
    std::string_view name;  // of an XML element or hook
};
TypeHeader read_type_header(BytesView content);

struct FormatView {
    std::string_view key;
    std::string_view value;  // JSON text
};
FormatView read_format(BytesView content);

/// Where unit `offset` begins in the bytes of a json or any content.
std::size_t value_offset(ContentRef ref, BytesView bytes, std::uint64_t offset);

/// Cuts `left`, which has `length` units, at `offset` units and gives the rest. A surrogate pair that is cut becomes
/// two U+FFFD.
ContentBlock split_content(ContentStore& contents, ContentRef ref, ContentBlock& left,
                           std::uint64_t length, std::uint64_t offset);

/// What is stored of a content from `offset` units on.
ContentBlock store_content(ContentStore& contents, const ContentView& content,
                           std::uint64_t offset);

/// Where unit `offset` falls in a text of `length` units: at once if all of it is ASCII.
Utf16Cut cut_text(BytesView text, std::uint64_t length, std::uint64_t offset);

}  // namespace weft::yjs
