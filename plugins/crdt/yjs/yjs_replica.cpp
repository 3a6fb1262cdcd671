#include "yjs_replica.hpp"

#include "json_view.hpp"
#include "lib0.hpp"
#include "state_encoder.hpp"
#include "text_view.hpp"

#include <weft/sha256.hpp>

#include <algorithm>

namespace weft::yjs {
namespace {

Error no_such_root(std::string_view root) {
    return {Code::not_found, "the document has no root \"" + std::string(root) + "\"", 0};
}

/// Whose structs an update holds, ascending. One client has made most updates, and the first bytes name it.
void append_actors(BytesView update, std::vector<std::uint64_t>& actors) {
    Reader head(update);
    const std::uint64_t clients = head.varuint();
    if (clients < 2) {
        head.varuint();
        const std::uint64_t client = read_varuint(head);
        if (clients == 1 && head.ok()) {
            actors.push_back(client);
        }
        return;
    }
    UpdateLayout layout;
    if (layout.read(update)) {
        for (std::size_t i = layout.runs.size(); i > 0; --i) {
            actors.push_back(layout.runs[i - 1].client);
        }
    }
}

}  // namespace

void YjsReplica::apply(std::span<const BytesView> updates, std::span<Applied> applied) {
    take_back();
    // `updates_` moves while it grows, so the views into it are made at the end.
    ends_.clear();
    for (std::size_t i = 0; i < updates.size(); ++i) {
        document_->apply(updates[i], applied[i], updates_);
        ends_.push_back(updates_.size());
    }
    std::size_t begin = 0;
    for (std::size_t i = 0; i < ends_.size(); ++i) {
        if (ends_[i] != begin) {
            applied[i].effective = BytesView(updates_).subspan(begin, ends_[i] - begin);
        }
        begin = ends_[i];
    }
    tell_actors(applied);
}

/// What was lent out before is of no more use, nor is the memory that a large one needed.
void YjsReplica::take_back() {
    constexpr std::size_t keep = 64 * 1024;
    updates_.clear();
    if (updates_.capacity() > keep) {
        updates_.shrink_to_fit();
    }
    document_->drop_refusals();
}

Result<BytesView> YjsReplica::edit(std::span<const EditView> edits) {
    take_back();
    const Result<void> made = document_->edit(edits, updates_);
    if (!made) {
        return made.error();
    }
    return BytesView(updates_);
}

void YjsReplica::tell_actors(std::span<Applied> applied) {
    actors_.clear();
    ends_.clear();
    for (const Applied& one : applied) {
        append_actors(one.effective, actors_);
        ends_.push_back(actors_.size());
    }
    std::size_t begin = 0;
    for (std::size_t i = 0; i < applied.size(); ++i) {
        applied[i].actors = std::span(actors_).subspan(begin, ends_[i] - begin);
        begin = ends_[i];
    }
}

Result<std::string> YjsReplica::text(std::string_view root, std::uint64_t position,
                                     std::uint64_t units) const {
    const Handle type = document_->store().find_root(root);
    if (type == none) {
        return no_such_root(root);
    }
    std::string text;
    append_text(document_->store(), document_->store().types[type], position, units, text);
    return text;
}

Result<std::string> YjsReplica::json(std::string_view root) const {
    const Handle type = document_->store().find_root(root);
    if (type == none) {
        return no_such_root(root);
    }
    std::string text;
    append_json(document_->store(), type, text);
    return text;
}

std::vector<RootInfo> YjsReplica::roots() const {
    const StructStore& store = document_->store();
    std::vector<RootInfo> roots;
    for (const auto& [name, type] : store.roots()) {
        roots.push_back(
            {std::string(store.names.text(name)), name_of(kind_of(store, store.types[type]))});
    }
    std::sort(roots.begin(), roots.end(),
              [](const RootInfo& a, const RootInfo& b) { return a.name < b.name; });
    return roots;
}

Digest YjsReplica::digest() const {
    const StructStore& store = document_->store();
    Bytes bytes;
    Writer writer(bytes);
    writer.varuint(store.clients.size());
    for (const auto& [id, index] : store.clients_by_id()) {
        writer.varuint(id);
        writer.varuint(store.clients[index].state);
    }
    const std::vector<WireRange> deleted = deleted_ranges(store);
    writer.varuint(deleted.size());
    for (const WireRange& range : deleted) {
        writer.varuint(range.client);
        writer.varuint(range.clock);
        writer.varuint(range.length);
    }
    return sha256(bytes);
}

}  // namespace weft::yjs
