// The crdt plugin `rga`: plain text as a replicated growable array.
#pragma once

#include <weft/crdt_extensions.hpp>
#include <weft/plugin.hpp>

namespace weft::rga {

class RgaCrdt final : public Crdt, Restore, DiffView, Anchors, Statistics {
public:
    static constexpr About about{"rga", "1.0.0", "Plain text: replicated growable array", "MIT"};
    static constexpr std::string_view capabilities =
        R"({"format":"rga-update-v1","canonical":true,"types":["text"],"gc":false})";

    std::unique_ptr<Replica> create_replica(const ReplicaOptions& options) const override;
    Result<void> merge(std::span<const BytesView> updates, Bytes& out) const override;
    Result<void> check(BytesView update) const override;
    Result<bool> overlaps(BytesView update, BytesView state_vector) const override;
    CrdtExtensions extensions() const override;

private:
    Result<void> restore(Replica& replica, BytesView state, Bytes& out) const override;
    Result<std::string> diff_view(BytesView before, BytesView after) const override;
    Result<void> anchor(const Replica& replica, std::string_view root, std::uint64_t position,
                        AnchorSide side, Bytes& out) const override;
    Result<Place> position(const Replica& replica, BytesView anchor) const override;
    Result<ReplicaStatistics> stats(const Replica& replica) const override;
};

}  // namespace weft::rga
