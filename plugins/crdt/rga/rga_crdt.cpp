#include "rga_crdt.hpp"

#include "rga_replica.hpp"

#include <algorithm>

namespace weft::rga {

std::unique_ptr<Replica> RgaCrdt::create_replica(const ReplicaOptions& options) const {
    return std::make_unique<RgaReplica>(options);
}

Result<void> RgaCrdt::merge(std::span<const BytesView> updates, Bytes& out) const {
    std::vector<OperationRun> all;
    for (const BytesView update : updates) {
        const auto runs = read_update(update);
        if (!runs) {
            return runs.error();
        }
        all.insert(all.end(), runs->begin(), runs->end());
    }
    UpdateWriter writer(out);
    add_runs(std::move(all), {}, writer);
    writer.finish();
    return {};
}

Result<void> RgaCrdt::check(BytesView update) const {
    const auto runs = read_update(update);
    return runs ? Result<void>() : runs.error();
}

Result<bool> RgaCrdt::overlaps(BytesView update, BytesView state_vector) const {
    const auto runs = read_update(update);
    if (!runs) {
        return runs.error();
    }
    const auto known = decode_state_vector(state_vector);
    if (!known) {
        return known.error();
    }
    return std::any_of(runs->begin(), runs->end(), [&](const OperationRun& run) {
        return run.clock < clock_of(*known, run.actor);
    });
}

CrdtExtensions RgaCrdt::extensions() const {
    CrdtExtensions extensions;
    extensions.restore = this;
    extensions.diff_view = this;
    extensions.anchor = this;
    extensions.stats = this;
    return extensions;
}

Result<ReplicaStatistics> RgaCrdt::stats(const Replica& replica) const {
    const auto& own = static_cast<const RgaReplica&>(replica);
    const Sequence& sequence = own.sequence();
    ReplicaStatistics stats;
    stats.actors = sequence.state_vector().size();
    stats.items = sequence.spans();
    stats.tombstones = sequence.erased_spans();
    for (const auto& [name, root] : sequence.roots()) {
        stats.units += sequence.units(root);
    }
    stats.parked_bytes = own.parked_bytes();
    stats.memory_bytes = own.memory_bytes();
    return stats;
}

}  // namespace weft::rga
