// Deleting marks; it never conflicts and is never undone.
#include "transaction.hpp"

#include <algorithm>

namespace weft::yjs {

bool Transaction::delete_range(ClientIndex client, Clock clock, Clock end) {
    StructList& structs = store_.clients[client].structs;
    const Clock known_before = store_.clients[client].known_before();
    bool all_new = true;
    StructList::Place place = structs.find(clock);
    if (collect_garbage_ && try_move_border(client, place, clock, end)) {
        return true;
    }
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

/// The usual delete: text next to what was deleted before it, backwards or forwards. What splitting the text and merging
/// the deleted part into its neighbour would come to is done at once: only the border between the two moves.
bool Transaction::try_move_border(ClientIndex client, StructList::Place place, Clock clock,
                                  Clock end) {
    StructList& structs = store_.clients[client].structs;
    const Handle handle = structs[place].item;
    Item& item = store_.items[handle];
    const bool at_end = end == item.end() && item.clock < clock;
    const bool at_start = clock == item.clock && end < item.end();
    StructList::Place beside = place;
    if (item.ref != ContentRef::string || item.deleted || store_.key_of(item) != none ||
        !(at_end ? structs.next(beside) : at_start && structs.previous(beside))) {
        return false;
    }
    Item& grave = store_.items[structs[beside].item];
    const Item& left = at_end ? item : grave;
    const Item& right = at_end ? grave : item;
    if (grave.ref != ContentRef::deleted || !(right.origin() == left.last_id()) ||
        left.right != structs[at_end ? beside : place].item ||
        !(left.right_origin() == right.right_origin())) {
        return false;
    }
    const Clock units = end - clock;
    const Clock kept = item.length - units;
    ContentBlock rest =
        split_content(store_.contents, item.ref, item.content, item.length, at_end ? kept : units);
    store_.contents.release(at_end ? rest : item.content);
    item.content = at_end ? item.content : rest;
    item.length = kept;
    grave.length += units;
    Item& moved = at_end ? grave : item;
    moved.clock = at_end ? clock : end;
    moved.set_origin({client, moved.clock - 1});
    structs.move(at_end ? beside : place, moved.clock);
    store_.lists.add_units(item.leaf, 0 - units);
    deleted_.push_back({client, clock, units, true});
    return true;
}

/// What is deleted never comes back, so its content can go at once; types wait for the end of the transaction.
void Transaction::mark_deleted(Item& item) {
    item.deleted = true;
    item.freshly_deleted = true;
    deleted_.push_back({item.client, item.clock, item.length, false});
    if (collect_garbage_ && item.ref != ContentRef::type) {
        store_.drop_content(item);
    }
}

/// Deletes an item and all that is below it, in the order in which Yjs does. Types can be nested as deep as a client likes: no
/// recursion.
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
                take_children(item.type(), doomed);
            }
        } else if (item.clock < store_.clients[item.client].known_before()) {
            // Deleted earlier; collecting the parent turns it into GC, which may merge with its neighbours.
            merge_candidates_.push_back(item.id());
        }
        if (doomed.empty()) {
            return;
        }
        handle = doomed.back();
        doomed.pop_back();
    }
}

/// Appends the children of a type, the first one last: those of its list, then the values of its keys, the oldest key first.
void Transaction::take_children(Handle handle, std::vector<Handle>& doomed) const {
    const Type& type = store_.types[handle];
    const auto before = static_cast<std::ptrdiff_t>(doomed.size());
    for (Handle child = type.start; child != none; child = store_.items[child].right) {
        doomed.push_back(child);
    }
    const std::size_t values = doomed.size();
    doomed.resize(values + type.map.size());
    for (const auto& [key, of_key] : type.map) {
        const Leaf& leaf = store_.leaves[of_key];
        doomed[values + leaf.units] = leaf.last;
    }
    std::reverse(doomed.begin() + before, doomed.end());
}

}  // namespace weft::yjs
