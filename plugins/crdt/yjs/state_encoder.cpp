#include "state_encoder.hpp"

#include "update_encoder.hpp"
#include "update_writer.hpp"

#include <algorithm>

namespace weft::yjs {
namespace {

class StateEncoder {
public:
    StateEncoder(const StructStore& store, UpdateWriter& writer) : store_(store), writer_(writer) {}

    void write_client(ClientIndex index, Clock from) {
        const Client& client = store_.clients[index];
        const StructList::Place first = client.structs.find(from);
        Clock offset = from - client.structs[first].clock;
        writer_.reserve(32);
        writer_.varuint(client.structs.count_from(first));
        writer_.varuint(client.id);
        writer_.varuint(from);
        client.structs.each(first, [&](const StructList::Entry& entry) {
            write_struct(store_.items[entry.item], offset);
            offset = 0;
        });
    }

private:
    /// The struct from `offset` units on. What is cut off in front becomes the origin of the rest.
    void write_struct(const Item& item, Clock offset) {
        writer_.reserve(64);
        if (item.is_gc()) {
            writer_.u8(static_cast<std::uint8_t>(ContentRef::gc));
            return writer_.varuint(item.length - offset);
        }
        const Leaf& leaf = store_.leaves[item.leaf];
        const Id origin = offset > 0 ? Id{item.client, item.clock + offset - 1} : item.origin();
        const Id right_origin = item.right_origin();
        writer_.u8(static_cast<std::uint8_t>(static_cast<unsigned>(item.ref) |
                                             (origin.exists() ? has_origin_bit : 0u) |
                                             (right_origin.exists() ? has_right_origin_bit : 0u) |
                                             (leaf.key != none ? has_parent_sub_bit : 0u)));
        if (origin.exists()) {
            write_id(origin);
        }
        if (right_origin.exists()) {
            write_id(right_origin);
        }
        if (!origin.exists() && !right_origin.exists()) {
            write_parent(leaf);
        }
        write_content_of(item, offset);
    }

    void write_id(Id id) {
        writer_.varuint(store_.clients[id.client].id);
        writer_.varuint(id.clock);
    }

    void write_parent(const Leaf& leaf) {
        const Type& parent = store_.types[leaf.type];
        if (parent.item == none) {
            writer_.varuint(1);
            writer_.varbytes(as_bytes(store_.names.text(parent.name)));
        } else {
            writer_.varuint(0);
            write_id(store_.items[parent.item].id());
        }
        if (leaf.key != none) {
            writer_.varbytes(as_bytes(store_.names.text(leaf.key)));
        }
    }

    void write_content_of(const Item& item, Clock offset) {
        if (item.ref == ContentRef::deleted) {
            writer_.varuint(item.length - offset);
        } else if (item.ref == ContentRef::string && offset == 0) {
            writer_.varbytes(store_.contents.view(item.content));
        } else {
            writer_.write([&](Writer& writer) {
                write_content(writer, {item.ref, item.length, store_.content_of(item)}, offset);
            });
        }
    }

    const StructStore& store_;
    UpdateWriter& writer_;
};

struct NewStructs {
    ClientIndex client = none;
    Clock from = 0;
};

void write_clients(UpdateWriter& writer, const StructStore& store,
                   std::vector<NewStructs>& clients) {
    std::sort(clients.begin(), clients.end(), [&](const NewStructs& a, const NewStructs& b) {
        return store.clients[a.client].id > store.clients[b.client].id;
    });
    writer.reserve(16);
    writer.varuint(clients.size());
    StateEncoder encoder(store, writer);
    for (const NewStructs& entry : clients) {
        encoder.write_client(entry.client, entry.from);
    }
}

}  // namespace

void encode_state_vector(const StructStore& store, Bytes& out) {
    Writer writer(out);
    writer.varuint(store.clients.size());
    for (auto entry = store.clients_by_id().rbegin(); entry != store.clients_by_id().rend();
         ++entry) {
        writer.varuint(entry->first);
        writer.varuint(store.clients[entry->second].state);
    }
}

void encode_diff(const StructStore& store, const StateVector& state_vector, Bytes& out) {
    std::vector<NewStructs> lacking;
    for (ClientIndex index = 0; index < store.clients.size(); ++index) {
        const Client& client = store.clients[index];
        const std::uint64_t from = clock_of(state_vector, client.id);
        if (from < client.state) {
            lacking.push_back({index, static_cast<Clock>(from)});
        }
    }
    UpdateWriter writer(out);
    write_clients(writer, store, lacking);
    writer.write([&](Writer& plain) { write_delete_set(plain, deleted_ranges(store)); });
}

void encode_change(const StructStore& store, const Transaction& transaction, Bytes& out) {
    UpdateWriter writer(out);
    writer.reserve(16);
    writer.varuint(transaction.touched().size());
    StateEncoder encoder(store, writer);
    for (const ClientIndex index : transaction.touched()) {
        encoder.write_client(index, store.clients[index].state_before);
    }
    const std::vector<DeletedRange>& deleted = transaction.deleted();
    const auto same_client = [&](std::size_t from) {
        std::size_t end = from + 1;
        while (end < deleted.size() && deleted[end].client == deleted[from].client) {
            ++end;
        }
        return end;
    };
    std::uint64_t clients = 0;
    for (std::size_t at = 0; at < deleted.size(); at = same_client(at)) {
        ++clients;
    }
    writer.reserve(16);
    writer.varuint(clients);
    for (std::size_t at = 0; at < deleted.size();) {
        const std::size_t end = same_client(at);
        writer.reserve(32);
        writer.varuint(store.clients[deleted[at].client].id);
        writer.varuint(end - at);
        for (; at < end; ++at) {
            writer.reserve(16);
            writer.varuint(deleted[at].clock);
            writer.varuint(deleted[at].length);
        }
    }
}

std::vector<WireRange> deleted_ranges(const StructStore& store) {
    std::vector<WireRange> ranges;
    for (const auto& [id, index] : store.clients_by_id()) {
        const std::uint64_t client = id;
        store.clients[index].structs.each({}, [&](const StructList::Entry& entry) {
            const Item& item = store.items[entry.item];
            if (!item.deleted) {
                return;
            }
            if (!ranges.empty() && ranges.back().client == client &&
                ranges.back().end() == item.clock) {
                ranges.back().length += item.length;
            } else {
                ranges.push_back({client, item.clock, item.length});
            }
        });
    }
    return ranges;
}

}  // namespace weft::yjs
