// Writes update v2; the grammar stands in update_v2_decoder.hpp.
#pragma once

#include "update_decoder.hpp"

namespace weft::yjs {

/// Appends the update as update v2.
void encode_update_v2(const UpdateLayout& update, KeyMark mark, Bytes& out);

/// Appends a delete set in the form of v2, clients in descending order; `ranges` are normalised.
void write_delete_set_v2(Writer& writer, const std::vector<WireRange>& ranges);

}  // namespace weft::yjs
