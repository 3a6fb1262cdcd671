// What can be done with updates as bytes, without a document, in both formats. Each function gives the bytes that the
// function of Yjs gives whose name stands beside it.
//
// Threads   Any; nothing is shared.
// Errors    `corrupt` for bytes that are no update (or no state vector), `limit` for an update v2 that would unfold beyond
//           `unfolded_bytes_max`. What was appended to `out` before an error is not taken back.
// Cost      Linear in the bytes; merging also sorts the updates of each client that do not come in the order of clocks.
#pragma once

#include "merge_updates.hpp"

#include <weft/bytes.hpp>
#include <weft/result.hpp>

#include <cstdint>
#include <span>

namespace weft::yjs {

enum class UpdateFormat : std::uint8_t { v1, v2 };

/// How much memory an update v2 may take as update v1. A few bytes of run-length columns can stand for any number of
/// structs, so what comes from outside needs a limit.
inline constexpr std::size_t unfolded_bytes_max = std::size_t{256} << 20;

/// An update of either format, checked as a whole. One of v2 is held as update v1 with any-values (`JsonForm::any`).
struct OpenUpdate {
    Bytes unfolded;
    UpdateLayout layout;

    /// Replaces what was here. The views live as long as `update` and this.
    Result<void> read(BytesView update, UpdateFormat format,
                      std::size_t bytes_max = unfolded_bytes_max);
};

/// Whether the bytes are an update that an engine may apply: the same answer as applying it would give.
Result<void> check_update(BytesView update, UpdateFormat format);

/// Joins updates into one that is appended to `out`. What several have goes out once: content rather than what is left
/// of deleted content, and that rather than GC. Holes between structs of one client become skips.
/// Y.mergeUpdates, Y.mergeUpdatesV2 (where no update knows less than another of the same units).
Result<void> merge_updates(std::span<const BytesView> updates, UpdateFormat format, Bytes& out);

/// What the update has beyond the clocks of `state_vector`, and its whole delete set. Y.diffUpdate, Y.diffUpdateV2
Result<void> diff_update(BytesView update, UpdateFormat format, BytesView state_vector, Bytes& out);

/// What a replica has that has integrated this update alone, as the bytes of a state vector.
/// Y.encodeStateVectorFromUpdate, Y.encodeStateVectorFromUpdateV2
Result<void> state_vector_from_update(BytesView update, UpdateFormat format, Bytes& out);

/// Y.convertUpdateFormatV1ToV2. Structs that have an origin lose the mark that they stand under a key, as they do there.
Result<void> convert_v1_to_v2(BytesView update, Bytes& out);

/// Y.convertUpdateFormatV2ToV1
Result<void> convert_v2_to_v1(BytesView update, Bytes& out,
                              std::size_t bytes_max = unfolded_bytes_max);

/// The same update in the other format with nothing lost: what Yjs writes as v1 becomes what it writes as v2 at the same
/// moment, and back. For documents, which read and write v1.
Result<void> transcode_v1_to_v2(BytesView update, Bytes& out);
Result<void> transcode_v2_to_v1(BytesView update, Bytes& out,
                                std::size_t bytes_max = unfolded_bytes_max);

}  // namespace weft::yjs
