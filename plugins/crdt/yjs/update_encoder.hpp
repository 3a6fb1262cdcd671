// Writes update v1; the grammar stands in update_decoder.hpp.
#pragma once

#include "update_decoder.hpp"

namespace weft::yjs {

/// Writes a struct from `offset` units on. What is cut off in front becomes the origin of the rest.
void write_struct(Writer& writer, const StructView& view, std::uint64_t offset);

/// Says that nothing is known of the next `length` clocks.
void write_skip(Writer& writer, std::uint64_t length);

/// `ranges` are normalised. Clients go out in descending order.
void write_delete_set(Writer& writer, const std::vector<WireRange>& ranges);

}  // namespace weft::yjs
