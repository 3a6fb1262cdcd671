// Reads update v2, which Yjs has for storage: the values of update v1 spread over columns, each kind in its own.
//
//   update v2 = varuint 0, nine columns as varbytes, rest
//   columns   = keyClock IntDiffOptRle, client UintOptRle, leftClock IntDiffOptRle, rightClock IntDiffOptRle, info Rle,
//               string String, parentInfo Rle, typeRef UintOptRle, len UintOptRle
//   rest      = what no column has: counts of clients and structs, first clocks, lengths of skips, any-values, bytes, and
//               the delete set as in snapshot_codec.hpp
//
// A key (of a format; the name of an XML element or hook) is a number in keyClock: one that was seen says the key again, the
// next one takes a new string. Yjs writes a new one each time.
//
// The engine reads update v1 only. A decoder of columns can do nothing but run from front to end, so an update v2 is
// written out as update v1 and then read like any other: checked once, by the same code.
#pragma once

#include "update_decoder.hpp"

namespace weft::yjs {

struct UnfoldOptions {
    JsonForm json = JsonForm::any;  // of the values of embeds and formats
    KeyMark mark = KeyMark::kept;
    std::size_t bytes_max = 0;
};

/// Appends the update as update v1. It still has to be checked by `UpdateLayout::read`: this refuses only what cannot be
/// written out. Errors: `corrupt`; `limit` when it would take more than `bytes_max`.
Result<void> unfold_update_v2(BytesView update, const UnfoldOptions& options, Bytes& out);

/// Reads a delete set in the form of v2; the ranges are appended as they come. `reader` fails if it is malformed.
void read_delete_set_v2(Reader& reader, std::vector<WireRange>& ranges);

}  // namespace weft::yjs
