#include "kernel/host/plugin_extensions.hpp"

#include "kernel/host/plugin_replica.hpp"
#include "kernel/host/seam_table.hpp"

namespace weft {
namespace {

using calling::checked;
using calling::text_of;
using calling::to_c;
using calling::write_to;

template <class Table>
const Table* find(const weft_instance& instance, std::string_view id) {
    const void* table = instance.extension(instance.self, to_c(id));
    return has_all_calls<Table>(table) ? static_cast<const Table*>(table) : nullptr;
}

/// Extensions are called with replicas of their own plugin only.
weft_replica* c(const Replica& replica) {
    return static_cast<const calling::PluginReplica&>(replica).c();
}

}  // namespace

PluginExtensions::PluginExtensions(const weft_instance& instance)
    : self_(instance.self), restore_(find<weft_crdt_restore>(instance, WEFT_CRDT_RESTORE)),
      diff_view_(find<weft_crdt_diff_view>(instance, WEFT_CRDT_DIFF_VIEW)),
      gc_(find<weft_crdt_gc>(instance, WEFT_CRDT_GC)),
      anchor_(find<weft_crdt_anchor>(instance, WEFT_CRDT_ANCHOR)),
      stats_(find<weft_crdt_stats>(instance, WEFT_CRDT_STATS)) {}

CrdtExtensions PluginExtensions::there() const {
    CrdtExtensions there;
    there.restore = restore_ != nullptr ? this : nullptr;
    there.diff_view = diff_view_ != nullptr ? this : nullptr;
    there.gc = gc_ != nullptr ? this : nullptr;
    there.anchor = anchor_ != nullptr ? this : nullptr;
    there.stats = stats_ != nullptr ? this : nullptr;
    return there;
}

Result<void> PluginExtensions::restore(Replica& replica, BytesView state, Bytes& out) const {
    return write_to(out, [&](weft_sink* sink, weft_error* error) {
        return restore_->restore(self_, c(replica), to_c(state), sink, error);
    });
}

Result<std::string> PluginExtensions::diff_view(BytesView before, BytesView after) const {
    return text_of([&](weft_sink* sink, weft_error* error) {
        return diff_view_->diff_view(self_, to_c(before), to_c(after), sink, error);
    });
}

Result<std::uint64_t> PluginExtensions::collect(Replica& replica) const {
    std::uint64_t freed = 0;
    const auto done =
        checked([&](weft_error* error) { return gc_->collect(self_, c(replica), &freed, error); });
    return done ? Result<std::uint64_t>(freed) : done.error();
}

Result<void> PluginExtensions::anchor(const Replica& replica, std::string_view root,
                                      std::uint64_t position, AnchorSide side, Bytes& out) const {
    return write_to(out, [&](weft_sink* sink, weft_error* error) {
        return anchor_->anchor(self_, c(replica), to_c(root), position,
                               static_cast<std::uint32_t>(side), sink, error);
    });
}

Result<Anchors::Place> PluginExtensions::position(const Replica& replica, BytesView anchor) const {
    Place place;
    const auto done = write_to(place.root, [&](weft_sink* sink, weft_error* error) {
        return anchor_->position(self_, c(replica), to_c(anchor), sink, &place.position, error);
    });
    return done ? Result<Place>(std::move(place)) : done.error();
}

Result<ReplicaStatistics> PluginExtensions::stats(const Replica& replica) const {
    weft_crdt_statistics told{};
    told.size = sizeof told;
    const auto done =
        checked([&](weft_error* error) { return stats_->stats(self_, c(replica), &told, error); });
    if (!done) {
        return done.error();
    }
    return ReplicaStatistics{told.actors, told.items,        told.tombstones,
                             told.units,  told.parked_bytes, told.memory_bytes};
}

}  // namespace weft
