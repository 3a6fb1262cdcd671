// Deleting marks; it never conflicts and is never undone.
#include "transaction.hpp"

#include <algorithm>

namespace weft::yjs {

bool Transaction::delete_range(ClientIndex client, Clock clock, Clock end) {
    StructList& structs = store_.clients[client].structs;
    const Clock known_before = store_.clients[client].known_before();
    bool all_new = true;
    StructList::Place place = structs.find(clock);
    const Item& first = store_.items[structs[place].item];
    if (!first.deleted && first.clock < clock) {
        merge_candidates_.push_back({client, clock});
        store_.split(structs, place, clock - first.clock);
        place = structs.find(clock);
    }
    do {
        const Handle handle = structs[place].item;
        const Item& item = store_.items[handle];
        if (item.clock >= end) {
            break;
        }
        if (item.deleted) {
            all_new =
                all_new && (item.freshly_deleted || std::max(item.clock, clock) >= known_before);
            continue;
        }
        if (end < item.end()) {
            merge_candidates_.push_back({client, end});
            store_.split(structs, place, end - item.clock);
            place = structs.find(item.clock);
        }
        remove(handle);
    } while (structs.next(place));
    return all_new;
}

void Transaction::mark_deleted(Item& item) {
    item.deleted = true;
    item.freshly_deleted = true;
    deleted_.push_back({item.client, item.clock, item.length});
}

/// Deletes an item and all that is below it. Types can be nested as deep as a client likes: no recursion.
void Transaction::remove(Handle handle) {
    if (store_.items[handle].deleted) {
        return;
    }
    std::vector<Handle> doomed;
    for (;;) {
        Item& item = store_.items[handle];
        if (!item.deleted) {
            if (item.countable() && store_.key_of(item) == none) {
                store_.lists.add_units(item.leaf, 0 - item.length);
            }
            mark_deleted(item);
            if (item.type() != none) {
                remove_children(item.type(), doomed);
            }
        }
        if (doomed.empty()) {
            return;
        }
        handle = doomed.back();
        doomed.pop_back();
    }
}

void Transaction::remove_children(Handle handle, std::vector<Handle>& doomed) {
    const Type& type = store_.types[handle];
    const auto visit = [&](Handle child) {
        const Item& item = store_.items[child];
        if (!item.deleted) {
            doomed.push_back(child);
        } else if (item.clock < store_.clients[item.client].known_before()) {
            // Deleted earlier; collecting the parent turns it into GC, which may merge with its neighbours.
            merge_candidates_.push_back(item.id());
        }
    };
    for (Handle child = type.start; child != none; child = store_.items[child].right) {
        visit(child);
    }
    for (const auto& [key, leaf] : type.map) {
        visit(store_.leaves[leaf].last);
    }
}

}  // namespace weft::yjs
