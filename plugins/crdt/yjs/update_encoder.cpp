#include "update_encoder.hpp"

namespace weft::yjs {
namespace {

void write_id(Writer& writer, const WireId& id) {
    writer.varuint(id.client);
    writer.varuint(id.clock);
}

void write_parent(Writer& writer, const StructView& view) {
    if (view.parent == StructView::Parent::root) {
        writer.varuint(1);
        writer.varstring(view.root);
    } else {
        writer.varuint(0);
        write_id(writer, view.parent_item);
    }
    if (view.has_parent_sub) {
        writer.varstring(view.parent_sub);
    }
}

}  // namespace

std::uint8_t info_byte(const StructView& view, bool has_origin, bool has_key_mark) {
    return static_cast<std::uint8_t>(static_cast<unsigned>(view.content.ref) |
                                     (has_origin ? has_origin_bit : 0u) |
                                     (view.has_right_origin ? has_right_origin_bit : 0u) |
                                     (has_key_mark ? has_parent_sub_bit : 0u));
}

void write_struct(Writer& writer, const StructView& view, std::uint64_t offset) {
    if (!view.is_item()) {
        writer.u8(static_cast<std::uint8_t>(view.content.ref));
        return write_content(writer, view.content, offset);
    }
    const bool has_origin = view.has_origin || offset > 0;
    writer.u8(info_byte(view, has_origin, view.has_parent_sub));
    if (has_origin) {
        write_id(writer, offset > 0 ? WireId{view.client, view.clock + offset - 1} : view.origin);
    }
    if (view.has_right_origin) {
        write_id(writer, view.right_origin);
    }
    if (!has_origin && !view.has_right_origin) {
        write_parent(writer, view);
    }
    write_content(writer, view.content, offset);
}

void write_skip(Writer& writer, std::uint64_t length) {
    writer.u8(static_cast<std::uint8_t>(ContentRef::skip));
    writer.varuint(length);
}

void write_delete_set(Writer& writer, const std::vector<WireRange>& ranges) {
    write_by_client(writer, ranges, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            writer.varuint(ranges[i].clock);
            writer.varuint(ranges[i].length);
        }
    });
}

void write_state_vector(Writer& writer, const StateVector& clocks) {
    writer.varuint(clocks.size());
    for (auto entry = clocks.rbegin(); entry != clocks.rend(); ++entry) {
        writer.varuint(entry->client);
        writer.varuint(entry->clock);
    }
}

}  // namespace weft::yjs
