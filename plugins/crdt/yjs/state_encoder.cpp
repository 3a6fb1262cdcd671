#include "state_encoder.hpp"

#include "update_encoder.hpp"

#include <algorithm>

namespace weft::yjs {
namespace {

void write_client(Writer& writer, const StructStore& store, ClientIndex index, std::uint64_t from) {
    const Client& client = store.clients[index];
    const std::size_t first = store.index_of(index, from);
    writer.varuint(client.structs.size() - first);
    writer.varuint(client.id);
    writer.varuint(from);
    for (std::size_t i = first; i < client.structs.size(); ++i) {
        const Item& item = store.items[client.structs[i]];
        write_struct(writer, store.view(item), i == first ? from - item.clock : 0);
    }
}

struct NewStructs {
    ClientIndex client = none;
    std::uint64_t from = 0;
};

void write_clients(Writer& writer, const StructStore& store, std::vector<NewStructs>& clients) {
    std::sort(clients.begin(), clients.end(), [&](const NewStructs& a, const NewStructs& b) {
        return store.clients[a.client].id > store.clients[b.client].id;
    });
    writer.varuint(clients.size());
    for (const NewStructs& entry : clients) {
        write_client(writer, store, entry.client, entry.from);
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
            lacking.push_back({index, from});
        }
    }
    Writer writer(out);
    write_clients(writer, store, lacking);
    write_delete_set(writer, deleted_ranges(store));
}

void encode_change(const StructStore& store, const Transaction& transaction, Bytes& out) {
    std::vector<NewStructs> added;
    for (const ClientIndex index : transaction.touched()) {
        added.push_back({index, store.clients[index].state_before});
    }
    std::vector<WireRange> deleted;
    for (const DeletedRange& range : transaction.deleted()) {
        deleted.push_back({store.clients[range.client].id, range.clock, range.length});
    }
    normalise(deleted);
    Writer writer(out);
    write_clients(writer, store, added);
    write_delete_set(writer, deleted);
}

std::vector<WireRange> deleted_ranges(const StructStore& store) {
    std::vector<WireRange> ranges;
    for (const auto& [id, index] : store.clients_by_id()) {
        for (const Handle handle : store.clients[index].structs) {
            const Item& item = store.items[handle];
            if (!item.deleted) {
                continue;
            }
            if (!ranges.empty() && ranges.back().client == id &&
                ranges.back().end() == item.clock) {
                ranges.back().length += item.length;
            } else {
                ranges.push_back({id, item.clock, item.length});
            }
        }
    }
    return ranges;
}

}  // namespace weft::yjs
