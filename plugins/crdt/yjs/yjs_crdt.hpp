// The crdt plugin `yjs`: documents that Yjs 13 clients edit, byte for byte.
#pragma once

#include <weft/crdt_extensions.hpp>
#include <weft/options.hpp>
#include <weft/plugin.hpp>

namespace weft::yjs {

struct YjsOptions {
    bool gc = true;
    std::uint32_t value_depth = 0;

    static constexpr auto fields() {
        return std::tuple{
            weft::field(&YjsOptions::gc, "gc",
                        "Forget deleted content, as Yjs does; off keeps it in memory and states"),
            weft::field(
                &YjsOptions::value_depth, "value_depth",
                "Refuse values that nest deeper, which browsers cannot decode; 0 takes any")};
    }
};

class YjsCrdt final : public Crdt,
                      public Restore,
                      public DiffView,
                      public GarbageCollection,
                      public Anchors,
                      public Statistics {
public:
    static constexpr About about{"yjs", "1.0.0", "Yjs 13: text, maps, arrays, XML", "MIT"};
    static constexpr std::string_view capabilities =
        R"({"format":"yjs-update-v1","canonical":false,"types":["text","map","array","xml"],"gc":true})";
    using Options = YjsOptions;

    explicit YjsCrdt(Options options) : options_(options) {}

    std::unique_ptr<Replica> create_replica(const ReplicaOptions& options) const override;
    Result<void> merge(std::span<const BytesView> updates, Bytes& out) const override;
    Result<void> check(BytesView update) const override;
    Result<bool> overlaps(BytesView update, BytesView state_vector) const override;
    CrdtExtensions extensions() const override;

    Result<void> restore(Replica& replica, BytesView state, Bytes& out) const override;
    Result<std::string> diff_view(BytesView before, BytesView after) const override;
    Result<std::uint64_t> collect(Replica& replica) const override;
    Result<void> anchor(const Replica& replica, std::string_view root, std::uint64_t position,
                        AnchorSide side, Bytes& out) const override;
    Result<Place> position(const Replica& replica, BytesView anchor) const override;
    Result<ReplicaStatistics> stats(const Replica& replica) const override;

private:
    const Options options_;
};

}  // namespace weft::yjs
