// Positions that move with the content of a type (Y.RelativePosition): they hold on to the unit on one of their sides.
//
//   position = varuint 0, varuint client, varuint clock   the unit right of it (assoc < 0: left of it)
//            | varuint 1, varstring root name             the end of a root (assoc < 0: its beginning)
//            | varuint 2, varuint client, varuint clock   the end (beginning) of the type that this item carries
//              then [varint assoc]                        0 if missing
#pragma once

#include "struct_store.hpp"

#include <weft/result.hpp>

#include <string>

namespace weft::yjs {

struct RelativePosition {
    enum class Kind : std::uint8_t { unit = 0, root = 1, type = 2 };

    Kind kind = Kind::unit;
    WireId id;         // of the unit, or of the item that carries the type
    std::string root;  // its name
    std::int64_t assoc = 0;
};

/// Y.decodeRelativePosition. `corrupt` for anything else.
Result<RelativePosition> decode_relative_position(BytesView bytes);

/// Y.encodeRelativePosition. Appends to `out`.
void encode_relative_position(const RelativePosition& position, Bytes& out);

/// The position in front of the unit at `index` of a type's list; what is beyond its end is its end.
/// Y.createRelativePositionFromTypeIndex
RelativePosition relative_position(const StructStore& store, Handle type, std::uint64_t index,
                                   std::int64_t assoc);

struct AbsolutePosition {
    Handle type = none;
    std::uint64_t index = 0;
};

/// Where it is now, also if what it holds on to is deleted: 0 in a type that is deleted itself. `missing` if the store has not
/// got that yet, `not_found` if it is forgotten. Y.createAbsolutePositionFromRelativePosition
Result<AbsolutePosition> absolute_position(const StructStore& store,
                                           const RelativePosition& position);

}  // namespace weft::yjs
