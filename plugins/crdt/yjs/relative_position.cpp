#include "relative_position.hpp"

#include "lib0.hpp"

#include <optional>

namespace weft::yjs {
namespace {

/// The beginning or end of a type's list.
RelativePosition border_of(const StructStore& store, Handle handle, std::int64_t assoc) {
    const Type& type = store.types[handle];
    RelativePosition position;
    position.assoc = assoc;
    if (type.item == none) {
        position.kind = RelativePosition::Kind::root;
        position.root = store.name_of(type);
    } else {
        const Item& item = store.items[type.item];
        position.kind = RelativePosition::Kind::type;
        position.id = {store.clients[item.client].id, item.clock};
    }
    return position;
}

RelativePosition at_unit(const StructStore& store, const Item& item, Clock clock,
                         std::int64_t assoc) {
    RelativePosition position;
    position.id = {store.clients[item.client].id, clock};
    position.assoc = assoc;
    return position;
}

/// The struct that holds a unit, or why there is none.
Result<Handle> holder_of(const StructStore& store, const WireId& id) {
    if (id.clock >= store.state(id.client)) {
        return Error{Code::missing, "what the position holds on to is not here yet", 0};
    }
    return store.find({store.find_client(id.client), static_cast<Clock>(id.clock)});
}

Error forgotten() {
    return {Code::not_found, "what the position held on to is forgotten", 0};
}

Result<AbsolutePosition> beside_unit(const StructStore& store, const RelativePosition& position) {
    const Result<Handle> holder = holder_of(store, position.id);
    if (!holder) {
        return holder.error();
    }
    const Item& item = store.items[*holder];
    if (item.is_gc()) {
        return forgotten();
    }
    AbsolutePosition found{store.parent_of(item), 0};
    const Handle carrier = store.types[found.type].item;
    if (carrier != none && store.items[carrier].deleted) {
        return found;
    }
    if (item.visible()) {
        found.index = position.id.clock - item.clock + (position.assoc < 0 ? 1 : 0);
    }
    for (Handle left = item.left; left != none; left = store.items[left].left) {
        found.index += store.items[left].units();
    }
    return found;
}

}  // namespace

Result<RelativePosition> decode_relative_position(BytesView bytes) {
    Reader reader(bytes);
    RelativePosition position;
    const std::uint64_t kind = reader.varuint();
    position.kind = static_cast<RelativePosition::Kind>(kind);
    if (kind == 1) {
        position.root = reader.varstring();
    } else {
        position.id.client = reader.varuint();
        position.id.clock = reader.varuint();
    }
    if (!reader.at_end()) {
        position.assoc = read_varint(reader).value();
    }
    if (!reader.ok() || kind > 2 || !utf16_length(as_bytes(position.root))) {
        return Error::malformed("these " + std::to_string(bytes.size()) +
                                " bytes are no relative position");
    }
    return position;
}

void encode_relative_position(const RelativePosition& position, Bytes& out) {
    Writer writer(out);
    writer.varuint(static_cast<std::uint64_t>(position.kind));
    if (position.kind == RelativePosition::Kind::root) {
        writer.varstring(position.root);
    } else {
        writer.varuint(position.id.client);
        writer.varuint(position.id.clock);
    }
    write_varint(writer, SignedMagnitude::of(position.assoc));
}

RelativePosition relative_position(const StructStore& store, Handle type, std::uint64_t index,
                                   std::int64_t assoc) {
    if (assoc < 0) {
        if (index == 0) {
            return border_of(store, type, assoc);
        }
        --index;
    }
    const Item* last = nullptr;
    for (Handle handle = store.types[type].start; handle != none;
         handle = store.items[handle].right) {
        last = &store.items[handle];
        if (index < last->units()) {
            return at_unit(store, *last, last->clock + static_cast<Clock>(index), assoc);
        }
        index -= last->units();
    }
    // Beyond the end a position still holds on to what is left of it.
    return assoc < 0 && last != nullptr ? at_unit(store, *last, last->end() - 1, assoc)
                                        : border_of(store, type, assoc);
}

Result<AbsolutePosition> absolute_position(const StructStore& store,
                                           const RelativePosition& position) {
    AbsolutePosition found;
    if (position.kind == RelativePosition::Kind::unit) {
        return beside_unit(store, position);
    }
    if (position.kind == RelativePosition::Kind::root) {
        found.type = store.find_root(position.root);
        if (found.type == none) {
            return Error{Code::missing, "the document has no root \"" + position.root + "\" yet",
                         0};
        }
    } else {
        const Result<Handle> carrier = holder_of(store, position.id);
        if (!carrier) {
            return carrier.error();
        }
        found.type = store.items[*carrier].type();
        if (found.type == none) {
            return forgotten();
        }
    }
    found.index = position.assoc < 0 ? 0 : store.types[found.type].length;
    return found;
}

}  // namespace weft::yjs
