#include "kernel/host/plugin_crdt.hpp"

#include "kernel/host/plugin_extensions.hpp"
#include "kernel/host/plugin_replica.hpp"

namespace weft {

using calling::as_c;
using calling::checked;
using calling::to_c;
using calling::write_to;

PluginCrdt::PluginCrdt(const weft_instance& instance)
    : calls_(*static_cast<const weft_crdt_calls*>(instance.seam_calls)), self_(instance.self),
      extensions_(std::make_unique<PluginExtensions>(instance)) {}

PluginCrdt::~PluginCrdt() = default;

CrdtExtensions PluginCrdt::extensions() const {
    return extensions_->there();
}

std::unique_ptr<Replica> PluginCrdt::create_replica(const ReplicaOptions& options) const {
    const weft_replica_options lent{sizeof(weft_replica_options), 0, options.actor,
                                    options.max_bytes, options.max_parked_bytes};
    weft_replica* replica = nullptr;
    const auto made = checked(
        [&](weft_error* error) { return calls_.replica_create(self_, &lent, &replica, error); });
    if (!made || replica == nullptr) {
        return nullptr;
    }
    return std::make_unique<calling::PluginReplica>(calls_, replica);
}

Result<void> PluginCrdt::merge(std::span<const BytesView> updates, Bytes& out) const {
    return write_to(out, [&](weft_sink* sink, weft_error* error) {
        return calls_.merge(self_, as_c(updates), updates.size(), sink, error);
    });
}

Result<void> PluginCrdt::check(BytesView update) const {
    return checked([&](weft_error* error) { return calls_.check(self_, to_c(update), error); });
}

Result<bool> PluginCrdt::overlaps(BytesView update, BytesView state_vector) const {
    std::uint32_t overlaps = 0;
    const auto done = checked([&](weft_error* error) {
        return calls_.overlaps(self_, to_c(update), to_c(state_vector), &overlaps, error);
    });
    if (!done) {
        return done.error();
    }
    return overlaps != 0;
}

}  // namespace weft
