#include "kernel/history/past.hpp"

#include <weft/crdt_extensions.hpp>

namespace weft {

Result<std::unique_ptr<Replica>> replay(const Crdt& crdt, const std::vector<StoredPart>& parts,
                                        const ReplicaOptions& options) {
    std::vector<BytesView> updates;
    updates.reserve(parts.size());
    for (const StoredPart& part : parts) {
        updates.push_back(part.bytes.view());
    }
    auto replica = crdt.create_replica(options);
    if (const auto loaded = replica->load(updates); !loaded) {
        return loaded.error();
    }
    return replica;
}

Result<Bytes> state_of(const Crdt& crdt, const std::vector<StoredPart>& parts) {
    const auto replica = replay(crdt, parts);
    if (!replica) {
        return replica.error();
    }
    Bytes state;
    if (const auto done = (*replica)->diff({}, state); !done) {
        return done.error();
    }
    return state;
}

Result<Bytes> way_back(const Crdt& crdt, const std::vector<StoredPart>& present,
                       const std::vector<StoredPart>& past, const ReplicaOptions& options) {
    const Restore* const restore = crdt.extensions().restore;
    if (restore == nullptr) {
        return Error{Code::unsupported, "the algorithm cannot go back to a version", 0};
    }
    const auto replica = replay(crdt, present, options);
    if (!replica) {
        return replica.error();
    }
    const auto state = state_of(crdt, past);
    if (!state) {
        return state.error();
    }
    Bytes update;
    if (const auto done = restore->restore(**replica, *state, update); !done) {
        return done.error();
    }
    return update;
}

}  // namespace weft
