// The end of a transaction: deleted contents are forgotten, and structs that say together what one could say are merged.
#include "transaction.hpp"

#include <algorithm>

namespace weft::yjs {

void Transaction::finish() {
    normalise_deleted();
    collect_deleted();
    merge_neighbours();
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
}

void Transaction::normalise_deleted() {
    std::sort(deleted_.begin(), deleted_.end(), [](const DeletedRange& a, const DeletedRange& b) {
        return a.client != b.client ? a.client < b.client : a.clock < b.clock;
    });
    std::size_t kept = 0;
    for (const DeletedRange& range : deleted_) {
        if (kept > 0 && deleted_[kept - 1].client == range.client &&
            deleted_[kept - 1].end() >= range.clock) {
            DeletedRange& last = deleted_[kept - 1];
            last.length = std::max(last.end(), range.end()) - last.clock;
        } else {
            deleted_[kept++] = range;
        }
    }
    deleted_.resize(kept);
}

void Transaction::collect_deleted() {
    for (const DeletedRange& range : deleted_) {
        const std::vector<Handle>& structs = store_.clients[range.client].structs;
        for (std::size_t i = store_.index_of(range.client, range.clock); i < structs.size(); ++i) {
            Item& item = store_.items[structs[i]];
            if (item.clock >= range.end()) {
                break;
            }
            item.freshly_deleted = false;
            if (collect_garbage_ && !item.is_gc()) {
                collect(structs[i]);
            }
        }
    }
}

/// Forgets the content of an item, which keeps its place, and all items below it, which keep only their ids.
void Transaction::collect(Handle handle) {
    std::vector<Handle> types;
    const auto take_type = [&](Item& item) {
        if (item.type != none) {
            types.push_back(item.type);
            item.type = none;
        }
    };
    take_type(store_.items[handle]);
    while (!types.empty()) {
        const Handle type = types.back();
        types.pop_back();
        for (Handle child = store_.types[type].start; child != none;) {
            const Handle next = store_.items[child].right;
            take_type(store_.items[child]);
            store_.forget(child);
            child = next;
        }
        for (const auto& entry : store_.types[type].map) {
            for (Handle child = entry.second; child != none;) {
                const Handle next = store_.items[child].left;
                take_type(store_.items[child]);
                store_.forget(child);
                child = next;
            }
        }
        store_.types.release(type);
    }
    store_.drop_content(store_.items[handle]);
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

void Transaction::merge(Handle left_handle, Handle right_handle) {
    Item& left = store_.items[left_handle];
    Item& right = store_.items[right_handle];
    left.length += right.length;
    if (!left.is_gc()) {
        store_.contents.append(left.content, right.content);
        store_.contents.release(right.content);
        left.right = right.right;
        if (left.right != none) {
            store_.items[left.right].left = left_handle;
        }
        if (right.parent_sub != none &&
            store_.types[right.parent].get(right.parent_sub) == right_handle) {
            store_.types[right.parent].set(right.parent_sub, left_handle);
        }
    }
    store_.items.release(right_handle);
}

/// Merges what can be merged among the structs at [first, last] of a client, and leftwards from there.
void Transaction::merge_range(ClientIndex client, std::size_t first, std::size_t last) {
    std::vector<Handle>& structs = store_.clients[client].structs;
    last = std::min(last, structs.size() - 1);
    while (first > 0 && mergeable(structs[first - 1], structs[first])) {
        --first;
    }
    std::size_t kept = first;
    for (std::size_t i = first + 1; i <= last; ++i) {
        if (mergeable(structs[kept], structs[i])) {
            merge(structs[kept], structs[i]);
        } else {
            structs[++kept] = structs[i];
        }
    }
    const auto at = [&](std::size_t index) {
        return structs.begin() + static_cast<std::ptrdiff_t>(index);
    };
    if (kept < last) {
        structs.erase(at(kept + 1), at(last + 1));
    }
}

void Transaction::merge_around(Id id) {
    const std::size_t index = store_.index_of(id.client, id.clock);
    merge_range(id.client, index, index + 1);
}

void Transaction::merge_neighbours() {
    for (const ClientIndex index : touched_) {
        const Client& client = store_.clients[index];
        const std::size_t first =
            client.state_before == 0 ? 0 : store_.index_of(index, client.state_before);
        merge_range(index, first, client.structs.size());
    }
    for (const DeletedRange& range : deleted_) {
        if (range.clock < store_.clients[range.client].known_before()) {
            const std::size_t first = store_.index_of(range.client, range.clock);
            merge_range(range.client, first, store_.index_of(range.client, range.end() - 1) + 1);
        }
    }
    for (const Id id : merge_candidates_) {
        merge_around(id);
    }
}

}  // namespace weft::yjs
