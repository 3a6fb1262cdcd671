// One replica behind the crdt seam.
#pragma once

#include "document.hpp"

#include <weft/crdt.hpp>

#include <memory>
#include <utility>

namespace weft::yjs {

class YjsReplica final : public Replica {
public:
    explicit YjsReplica(const DocumentOptions& options)
        : document_(std::make_unique<Document>(options)) {}

    void apply(std::span<const BytesView> updates, std::span<Applied> applied) override;
    Result<void> load(std::span<const BytesView> updates) override {
        return document_->load(updates);
    }
    void state_vector(Bytes& out) const override { document_->state_vector(out); }
    Result<void> diff(BytesView state_vector, ParkedParts parked, Bytes& out) const override {
        const bool included = parked == ParkedParts::included;
        return document_->diff(
            state_vector, included ? Document::Parked::included : Document::Parked::left_out, out);
    }
    Result<std::string> text(std::string_view root, std::uint64_t position,
                             std::uint64_t units) const override;
    Result<std::string> json(std::string_view root) const override;
    std::vector<RootInfo> roots() const override;
    Result<BytesView> edit(std::span<const EditView> edits) override;
    using Replica::edit;

    /// SHA-256 over the state vector, ascending by client, and the deleted ranges: varuints
    /// `clients, (client, clock)*, ranges, (client, clock, length)*`.
    Digest digest() const override;

    std::uint64_t memory_bytes() const override { return document_->memory_bytes(); }

    const Document& document() const { return *document_; }

    /// From now on this is the replica's document: the same operations, integrated anew.
    void replace(std::unique_ptr<Document> document) { document_ = std::move(document); }

private:
    void take_back();
    void tell_actors(std::span<Applied> applied);

    std::unique_ptr<Document> document_;
    // What the last call lent out.
    Bytes updates_;
    std::vector<std::uint64_t> actors_;
    std::vector<std::size_t> ends_;  // kept for its memory
};

}  // namespace weft::yjs
