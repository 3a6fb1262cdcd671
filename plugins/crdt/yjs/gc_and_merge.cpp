// The end of a transaction: deleted contents are forgotten, and structs that say together what one could say are merged.
#include "transaction.hpp"

#include <algorithm>

namespace weft::yjs {

void Transaction::finish() {
    order_touched();
    normalise_deleted();
    collect_deleted();
    merge_neighbours();
    store_.compact();
}

void Transaction::reset() {
    for (const ClientIndex index : touched_) {
        store_.clients[index].touched = false;
    }
    constexpr std::size_t keep = 256;
    const auto clear = [](auto& list) {
        list.clear();
        if (list.capacity() > keep) {
            list.shrink_to_fit();
        }
    };
    clear(touched_);
    clear(deleted_);
    clear(merge_candidates_);
    extended_.clear();
}

void Transaction::order_touched() {
    if (touched_.size() > 1) {
        std::sort(touched_.begin(), touched_.end(), [&](ClientIndex a, ClientIndex b) {
            return store_.clients[a].id > store_.clients[b].id;
        });
    }
}

void Transaction::normalise_deleted() {
    if (deleted_.size() < 2) {
        return;
    }
    const auto id = [&](ClientIndex client) { return store_.clients[client].id; };
    const auto before = [&](const DeletedRange& a, const DeletedRange& b) {
        return a.client != b.client ? id(a.client) > id(b.client) : a.clock < b.clock;
    };
    if (!std::is_sorted(deleted_.begin(), deleted_.end(), before)) {
        std::sort(deleted_.begin(), deleted_.end(), before);
    }
    std::size_t kept = 0;
    for (const DeletedRange& range : deleted_) {
        if (kept > 0 && deleted_[kept - 1].client == range.client &&
            deleted_[kept - 1].end() >= range.clock) {
            DeletedRange& last = deleted_[kept - 1];
            last.length = std::max(last.end(), range.end()) - last.clock;
            last.settled = last.settled && range.settled;
        } else {
            deleted_[kept++] = range;
        }
    }
    deleted_.resize(kept);
}

void Transaction::collect_deleted() {
    for (const DeletedRange& range : deleted_) {
        if (range.settled) {
            continue;
        }
        const StructList& structs = store_.clients[range.client].structs;
        StructList::Place place = structs.find(range.clock);
        do {
            Item& item = store_.items[structs[place].item];
            if (item.clock >= range.end()) {
                break;
            }
            item.freshly_deleted = false;
            if (collect_garbage_ && !item.is_gc()) {
                collect(item);
            }
        } while (structs.next(place));
    }
}

/// Forgets the content of an item, which keeps its place, and all items below it, which keep only their ids.
void Transaction::collect(Item& item) {
    if (item.type() != none) {
        std::vector<Handle> types{item.content.place};
        item.content = ContentBlock{};
        while (!types.empty()) {
            const Handle type = types.back();
            types.pop_back();
            collect_children(type, types);
            store_.release_type(type);
        }
    }
    store_.drop_content(item);
}

void Transaction::collect_children(Handle handle, std::vector<Handle>& types) {
    const auto collect_from = [&](Handle child) {
        while (child != none) {
            Item& item = store_.items[child];
            child = item.right;
            if (item.type() != none) {
                types.push_back(item.content.place);
                item.content = ContentBlock{};
            }
            store_.forget(item);
        }
    };
    const Type& type = store_.types[handle];
    collect_from(type.start);
    for (const auto& [key, leaf] : type.map) {
        collect_from(store_.leaves[leaf].first);
    }
}

bool Transaction::mergeable(Handle left_handle, Handle right_handle) const {
    const Item& left = store_.items[left_handle];
    const Item& right = store_.items[right_handle];
    if (left.ref != right.ref || left.deleted != right.deleted) {
        return false;
    }
    if (left.is_gc()) {
        return true;
    }
    return is_divisible(left.ref) && left.right == right_handle &&
           right.origin() == left.last_id() && left.right_origin() == right.right_origin() &&
           std::uint64_t{left.content.size} + right.content.size <= content_bytes_max;
}

/// Merges what can be merged among the structs that hold [first, last] of a client, and leftwards from there.
void Transaction::merge_range(ClientIndex client, Clock first, Clock last) {
    StructList& structs = store_.clients[client].structs;
    StructList::Place place = structs.find(first);
    StructList::Place left = place;
    while (structs.previous(left) && mergeable(structs[left].item, structs[place].item)) {
        place = left;
    }
    while (structs.next(place) && structs[place].clock <= last) {
        left = place;
        structs.previous(left);
        if (mergeable(structs[left].item, structs[place].item)) {
            place = store_.join(structs, place);
        }
    }
}

/// Likewise, and with one neighbour to the right of them.
void Transaction::merge_around(ClientIndex client, Clock first, Clock last) {
    const StructList& structs = store_.clients[client].structs;
    StructList::Place behind = structs.find(last);
    structs.next(behind);
    merge_range(client, first, structs[behind].clock);
}

void Transaction::merge_neighbours() {
    for (const ClientIndex index : touched_) {
        const Client& client = store_.clients[index];
        if (client.merge_from != none) {
            merge_range(index, client.merge_from, client.state);
        }
    }
    // The last one first, as in Yjs: each takes one neighbour to its right along, so the order decides how far they reach.
    for (auto range = deleted_.rbegin(); range != deleted_.rend(); ++range) {
        if (!range->settled && range->clock < store_.clients[range->client].known_before()) {
            merge_around(range->client, range->clock, range->end() - 1);
        }
    }
    for (auto id = merge_candidates_.rbegin(); id != merge_candidates_.rend(); ++id) {
        merge_around(id->client, id->clock, id->clock);
    }
}

}  // namespace weft::yjs
