// The extension "anchor": anchors are Yjs's relative positions (relative_position.hpp).
#include "relative_position.hpp"
#include "yjs_crdt.hpp"
#include "yjs_replica.hpp"

namespace weft::yjs {

Result<void> YjsCrdt::anchor(const Replica& replica, std::string_view root, std::uint64_t position,
                             AnchorSide side, Bytes& out) const {
    const StructStore& store = static_cast<const YjsReplica&>(replica).document().store();
    const Handle type = store.find_root(root);
    if (type == none) {
        return Error{Code::not_found, "the document has no root \"" + std::string(root) + "\"", 0};
    }
    const std::uint64_t end = store.types[type].length;
    if (position > end) {
        return Error{Code::invalid,
                     "position " + std::to_string(position) + " is beyond the end at " +
                         std::to_string(end),
                     0};
    }
    const std::int64_t assoc = side == AnchorSide::before ? -1 : 0;
    encode_relative_position(relative_position(store, type, position, assoc), out);
    return {};
}

Result<Anchors::Place> YjsCrdt::position(const Replica& replica, BytesView anchor) const {
    const StructStore& store = static_cast<const YjsReplica&>(replica).document().store();
    const Result<RelativePosition> decoded = decode_relative_position(anchor);
    if (!decoded) {
        return decoded.error();
    }
    const Result<AbsolutePosition> found = absolute_position(store, *decoded);
    if (!found) {
        return found.error();
    }
    const Type& type = store.types[found->type];
    if (type.item != none) {
        return Error{Code::unsupported, "the anchor is inside a nested type", 0};
    }
    return Place{std::string(store.name_of(type)), found->index};
}

}  // namespace weft::yjs
