// One replica behind the crdt seam.
#pragma once

#include "delivery.hpp"
#include "sequence.hpp"

#include <weft/crdt.hpp>

#include <forward_list>

namespace weft::rga {

class RgaReplica final : public Replica {
public:
    explicit RgaReplica(const ReplicaOptions& options);

    void apply(std::span<const BytesView> updates, std::span<Applied> applied) override;
    Result<void> load(std::span<const BytesView> updates) override;
    void state_vector(Bytes& out) const override;
    Result<void> diff(BytesView state_vector, ParkedParts parked, Bytes& out) const override;
    Result<std::string> text(std::string_view root, std::uint64_t position,
                             std::uint64_t units) const override;
    Result<std::string> json(std::string_view root) const override;
    std::vector<RootInfo> roots() const override;
    Result<BytesView> edit(std::span<const EditView> edits) override;
    using Replica::edit;

    /// SHA-256 over the state vector, then for each actor of it the erased ranges of its characters: varuints
    /// `ranges, (begin, end)*`.
    Digest digest() const override;

    std::uint64_t memory_bytes() const override;

    /// The whole text of a root; empty when there is no such root.
    std::string content(std::string_view root) const;
    const Sequence& sequence() const { return sequence_; }
    std::uint64_t parked_bytes() const { return delivery_.parked_bytes(); }

private:
    void apply_one(BytesView update, Applied& applied);
    Result<void> check_size(std::uint64_t more) const;
    /// Up to the own operation with the clock `own_end`, without it.
    void integrate(const std::vector<OperationRun>& runs, std::uint64_t own_end = all_units);
    Result<void> edit_one(const EditView& edit);
    Result<void> insert(std::optional<std::uint32_t> root, const EditView& edit);
    Result<void> erase(std::uint32_t root, const EditView& edit);
    Result<void> take_own(Operation operation);
    void forget_own_from(std::uint64_t clock);

    const ReplicaOptions options_;
    Sequence sequence_;
    Delivery delivery_;

    // What the last call lent out.
    Bytes updates_;
    std::forward_list<std::string> refusals_;
    std::vector<std::uint64_t> actors_;
};

}  // namespace weft::rga
