// Deleting marks; it never conflicts and is never undone.
#include "transaction.hpp"

#include <algorithm>

namespace weft::yjs {

bool Transaction::delete_range(ClientIndex client, std::uint64_t clock, std::uint64_t end) {
    const std::vector<Handle>& structs = store_.clients[client].structs;
    const std::uint64_t known_before = store_.clients[client].known_before();
    bool all_new = true;
    std::size_t index = store_.index_of(client, clock);
    const Item& first = store_.items[structs[index]];
    if (!first.deleted && first.clock < clock) {
        merge_candidates_.push_back({client, clock});
        store_.split(client, index, clock - first.clock);
        ++index;
    }
    for (; index < structs.size(); ++index) {
        const Handle handle = structs[index];
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
            store_.split(client, index, end - item.clock);
        }
        remove(handle);
    }
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
            if (item.countable() && item.parent_sub == none) {
                store_.types[item.parent].length -= item.length;
            }
            mark_deleted(item);
            if (item.type != none) {
                remove_children(item.type, doomed);
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
    for (const auto& [key, child] : type.map) {
        visit(child);
    }
}

}  // namespace weft::yjs
