// "Any" values: what JavaScript keeps in maps and arrays (lib0's encoding).
//
//   127 undefined   126 null   125 integer: varint   124 float32   123 float64   122 bigint: int64
//   121 false   120 true   119 varstring   118 object: count, (varstring key, any)*   117 array: count, any*
//   116 varbytes
//
// The store keeps them as the bytes that came, so that they go out again as they came in.
#pragma once

#include <weft/codec.hpp>

#include <cstdint>
#include <string>

namespace weft::yjs {

enum class AnyTag : std::uint8_t {
    bytes = 116,
    array = 117,
    object = 118,
    string = 119,
    boolean_true = 120,
    boolean_false = 121,
    bigint = 122,
    float64 = 123,
    float32 = 124,
    integer = 125,
    null = 126,
    undefined = 127,
};

/// Passes over one value and checks it; `reader` fails if it is malformed. Gives how deep it nests: 0 for a scalar, 1 for an
/// array of them. Any depth goes: nothing here recurses.
std::size_t skip_any(Reader& reader);

/// Passes over `count` values in a row and gives the depth of the deepest.
std::size_t skip_any(Reader& reader, std::uint64_t count);

/// Appends one value as JSON. What JSON lacks: undefined, NaN and infinities become null, −0 becomes 0, a bigint
/// becomes a number, bytes become a string in base64. The value was checked before.
void any_to_json(Reader& reader, std::string& out);

/// The same for the rest of a value that is neither array nor object, behind its tag.
void append_any_scalar(Reader& reader, AnyTag tag, std::string& out);

}  // namespace weft::yjs
