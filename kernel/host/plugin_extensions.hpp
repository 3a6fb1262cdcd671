#pragma once

#include <weft/abi/crdt_extensions.h>
#include <weft/abi/host.h>
#include <weft/crdt_extensions.hpp>

namespace weft {

/// The extensions of a crdt plugin as the kernel calls them: the tables are asked for once.
class PluginExtensions final : public Restore,
                               public DiffView,
                               public GarbageCollection,
                               public Anchors,
                               public Statistics {
public:
    explicit PluginExtensions(const weft_instance& instance);

    /// Those whose table the plugin gave, with all of its calls.
    CrdtExtensions there() const;

    Result<void> restore(Replica& replica, BytesView state, Bytes& out) const override;
    Result<std::string> diff_view(BytesView before, BytesView after) const override;
    Result<std::uint64_t> collect(Replica& replica) const override;
    Result<void> anchor(const Replica& replica, std::string_view root, std::uint64_t position,
                        AnchorSide side, Bytes& out) const override;
    Result<Place> position(const Replica& replica, BytesView anchor) const override;
    Result<ReplicaStatistics> stats(const Replica& replica) const override;

private:
    void* const self_;
    const weft_crdt_restore* const restore_;
    const weft_crdt_diff_view* const diff_view_;
    const weft_crdt_gc* const gc_;
    const weft_crdt_anchor* const anchor_;
    const weft_crdt_stats* const stats_;
};

}  // namespace weft
