// The extension "stats".
#include "yjs_crdt.hpp"
#include "yjs_replica.hpp"

namespace weft::yjs {

Result<ReplicaStatistics> YjsCrdt::stats(const Replica& replica) const {
    const Document& document = static_cast<const YjsReplica&>(replica).document();
    const StructStore& store = document.store();
    ReplicaStatistics stats;
    stats.actors = store.clients.size();
    for (const Client& client : store.clients) {
        client.structs.each({}, [&](const StructList::Entry& entry) {
            const Item& item = store.items[entry.item];
            ++stats.items;
            stats.tombstones += item.deleted ? 1 : 0;
            stats.units += item.units();
        });
    }
    stats.parked_bytes = document.parked_bytes();
    stats.memory_bytes = document.memory_bytes();
    return stats;
}

}  // namespace weft::yjs
