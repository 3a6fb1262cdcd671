#pragma once

#include <weft/abi/crdt.h>
#include <weft/crdt.hpp>

namespace weft {

/// The algorithm of a plugin as the kernel calls it. Outlives its replicas; the instance outlives it.
class PluginCrdt final : public Crdt {
public:
    /// `calls` was checked to be complete.
    PluginCrdt(const weft_crdt_calls& calls, void* self) : calls_(calls), self_(self) {}

    /// Null when the plugin cannot make one (no memory).
    std::unique_ptr<Replica> create_replica(const ReplicaOptions& options) const override;
    Result<void> merge(std::span<const BytesView> updates, Bytes& out) const override;
    Result<void> check(BytesView update) const override;
    Result<bool> overlaps(BytesView update, BytesView state_vector) const override;

private:
    const weft_crdt_calls& calls_;
    void* const self_;
};

}  // namespace weft
