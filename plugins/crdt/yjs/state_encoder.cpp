#include "state_encoder.hpp"

#include "update_encoder.hpp"

#include <algorithm>

namespace weft::yjs {
namespace {

void write_client(Writer& writer, const StructStore& store, ClientIndex index, Clock from) {
    const Client& client = store.clients[index];
    const StructList::Place first = client.structs.find(from);
    std::uint64_t offset = from - client.structs[first].clock;
    writer.varuint(client.structs.count_from(first));
    writer.varuint(client.id);
    writer.varuint(from);
    client.structs.each(first, [&](const StructList::Entry& entry) {
        write_struct(writer, store.view(store.items[entry.item]), offset);
        offset = 0;
    });
}

struct NewStructs {
    ClientIndex client = none;
    Clock from = 0;
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
            lacking.push_back({index, static_cast<Clock>(from)});
        }
    }
    Writer writer(out);
    write_clients(writer, store, lacking);
    write_delete_set(writer, deleted_ranges(store));
}

void encode_change(const StructStore& store, const Transaction& transaction, Bytes& out) {
    Writer writer(out);
    writer.varuint(transaction.touched().size());
    for (const ClientIndex index : transaction.touched()) {
        write_client(writer, store, index, store.clients[index].state_before);
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
    writer.varuint(clients);
    for (std::size_t at = 0; at < deleted.size();) {
        const std::size_t end = same_client(at);
        writer.varuint(store.clients[deleted[at].client].id);
        writer.varuint(end - at);
        for (; at < end; ++at) {
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
