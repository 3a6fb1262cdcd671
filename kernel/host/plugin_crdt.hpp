#pragma once

#include <weft/abi/crdt.h>
#include <weft/abi/host.h>
#include <weft/crdt.hpp>

#include <memory>

namespace weft {

class PluginExtensions;

/// The algorithm of a plugin as the kernel calls it. Outlives its replicas; the instance outlives it.
class PluginCrdt final : public Crdt {
public:
    /// `instance` was checked to have all calls of the seam.
    explicit PluginCrdt(const weft_instance& instance);
    ~PluginCrdt() override;

    /// Null when the plugin cannot make one (no memory).
    std::unique_ptr<Replica> create_replica(const ReplicaOptions& options) const override;
    Result<void> merge(std::span<const BytesView> updates, Bytes& out) const override;
    Result<void> check(BytesView update) const override;
    Result<bool> overlaps(BytesView update, BytesView state_vector) const override;
    CrdtExtensions extensions() const override;

private:
    const weft_crdt_calls& calls_;
    void* const self_;
    const std::unique_ptr<PluginExtensions> extensions_;
};

}  // namespace weft
