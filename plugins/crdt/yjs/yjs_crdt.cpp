#include "yjs_crdt.hpp"

#include "merge_updates.hpp"
#include "value_depth.hpp"
#include "yjs_replica.hpp"

namespace weft::yjs {

std::unique_ptr<Replica> YjsCrdt::create_replica(const ReplicaOptions& options) const {
    DocumentOptions document;
    document.actor = options.actor & varuint_max;  // client ids have 53 bits
    document.max_bytes = options.max_bytes;
    document.max_parked_bytes = options.max_parked_bytes;
    document.value_depth_max = options_.value_depth;
    document.collect_garbage = options_.gc;
    return std::make_unique<YjsReplica>(document);
}

Result<void> YjsCrdt::merge(std::span<const BytesView> updates, Bytes& out) const {
    return merge_updates(updates, out);
}

Result<void> YjsCrdt::check(BytesView update) const {
    UpdateLayout layout;
    const Result<void> read = layout.read(update);
    return read ? check_value_depth(layout, update.size(), options_.value_depth) : read;
}

Result<bool> YjsCrdt::overlaps(BytesView update, BytesView state_vector) const {
    UpdateLayout layout;
    if (const Result<void> read = layout.read(update); !read) {
        return read.error();
    }
    const Result<StateVector> clocks = decode_state_vector(state_vector);
    if (!clocks) {
        return clocks.error();
    }
    return yjs::overlaps(layout, *clocks);
}

CrdtExtensions YjsCrdt::extensions() const {
    CrdtExtensions extensions;
    extensions.restore = this;
    extensions.diff_view = this;
    extensions.gc = this;
    extensions.anchor = this;
    extensions.stats = this;
    return extensions;
}

}  // namespace weft::yjs
