// Snapshots: points in the history of a document, as a delete set and a state vector.
//
//   snapshot v1 = deleteSet stateVector             both as in update_decoder.hpp
//   snapshot v2 = deleteSetV2 stateVector
//   deleteSetV2 = varuint clientCount, (varuint client, varuint rangeCount, (varuint gap, varuint length - 1)*)*
//                 where gap is the distance from the end of the client's range before
#pragma once

#include "update_tools.hpp"

#include <vector>

namespace weft::yjs {

struct Snapshot {
    std::vector<WireRange> deletes;  // normalised
    StateVector clocks;
};

/// Y.decodeSnapshot, Y.decodeSnapshotV2
Result<Snapshot> decode_snapshot(BytesView bytes, UpdateFormat format);

/// Appends the snapshot. Y.encodeSnapshot, Y.encodeSnapshotV2
void encode_snapshot(const Snapshot& snapshot, UpdateFormat format, Bytes& out);

/// Y.equalSnapshots
bool equal_snapshots(const Snapshot& a, const Snapshot& b);

/// Whether the update brings nothing that the snapshot lacks: all its structs end within the state vector, and all its
/// deletes are among the snapshot's. Y.snapshotContainsUpdate, Y.snapshotContainsUpdateV2
Result<bool> snapshot_contains_update(const Snapshot& snapshot, BytesView update,
                                      UpdateFormat format);

}  // namespace weft::yjs
