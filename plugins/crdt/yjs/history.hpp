// Earlier states of a document.
#pragma once

#include "document.hpp"
#include "snapshot_codec.hpp"

#include <memory>
#include <string>

namespace weft::yjs {

/// A document with this state, an update with all of it, which keeps what is deleted. `missing` if the update has holes.
Result<std::unique_ptr<Document>> open_state(BytesView state);

/// What the store has and what of it is deleted. Y.snapshot
Snapshot snapshot_of(const StructStore& store);

/// Appends the state at `snapshot` as an update for an empty document. What was alive then and was forgotten since is
/// missing from it: only a document with `gc` off has all. `missing` if the store lacks some of the snapshot.
/// Y.createDocFromSnapshot
Result<void> check_out(const StructStore& store, const Snapshot& snapshot, Bytes& out);

/// Appends what the text of a type was at `snapshot`, without building that state: linear in the type's items, whatever
/// else the document has. Embeds and types show nothing.
void append_text_at(const StructStore& store, const Type& type, const Snapshot& snapshot,
                    std::string& out);

/// The JSON of a root at `snapshot`. `not_found` if there was no such root, `missing` as `check_out`.
Result<std::string> json_at(const StructStore& store, std::string_view root,
                            const Snapshot& snapshot);

}  // namespace weft::yjs
