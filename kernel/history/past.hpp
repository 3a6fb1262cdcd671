// A document as it was: replayed from what the store gives as of a version. On a worker.
#pragma once

#include <weft/crdt.hpp>
#include <weft/storage.hpp>

#include <memory>
#include <string>
#include <vector>

namespace weft {

/// A replica of what `parts` hold.
Result<std::unique_ptr<Replica>> replay(const Crdt& crdt, const std::vector<StoredPart>& parts,
                                        const ReplicaOptions& options = {});

/// All of it as one update.
Result<Bytes> state_of(const Crdt& crdt, const std::vector<StoredPart>& parts);

/// The edit that brings what `past` holds back to a document that is what `present` holds, made by `options.actor`. Empty when the
/// content is the same. `unsupported` when the algorithm cannot.
Result<Bytes> way_back(const Crdt& crdt, const std::vector<StoredPart>& present,
                       const std::vector<StoredPart>& past, const ReplicaOptions& options);

}  // namespace weft
