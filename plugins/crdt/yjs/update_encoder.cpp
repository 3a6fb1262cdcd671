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

void write_struct(Writer& writer, const StructView& view, std::uint64_t offset) {
    if (!view.is_item()) {
        writer.u8(static_cast<std::uint8_t>(view.content.ref));
        return write_content(writer, view.content, offset);
    }
    const bool has_origin = view.has_origin || offset > 0;
    writer.u8(static_cast<std::uint8_t>(
        static_cast<unsigned>(view.content.ref) | (has_origin ? 0x80u : 0u) |
        (view.has_right_origin ? 0x40u : 0u) | (view.has_parent_sub ? 0x20u : 0u)));
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
    std::uint64_t clients = 0;
    for (std::size_t i = 0; i < ranges.size(); ++i) {
        clients += i == 0 || ranges[i].client != ranges[i - 1].client ? 1 : 0;
    }
    writer.varuint(clients);
    for (std::size_t end = ranges.size(); end > 0;) {
        std::size_t begin = end - 1;
        while (begin > 0 && ranges[begin - 1].client == ranges[end - 1].client) {
            --begin;
        }
        writer.varuint(ranges[begin].client);
        writer.varuint(end - begin);
        for (std::size_t i = begin; i < end; ++i) {
            writer.varuint(ranges[i].clock);
            writer.varuint(ranges[i].length);
        }
        end = begin;
    }
}

}  // namespace weft::yjs
