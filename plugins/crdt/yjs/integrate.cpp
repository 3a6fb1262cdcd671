// Integration of structs: YATA's order of concurrent insertions (cited in item.hpp).
#include "transaction.hpp"

#include <algorithm>

namespace weft::yjs {

void Transaction::touch(ClientIndex index) {
    Client& client = store_.clients[index];
    if (!client.touched) {
        client.touched = true;
        client.state_before = client.state;
        client.merge_from = none;
        touched_.push_back(index);
    }
}

Handle Transaction::clean_start(Id id) {
    StructList& structs = store_.clients[id.client].structs;
    const StructList::Place place = structs.find(id.clock);
    const Handle handle = structs[place].item;
    const Item& item = store_.items[handle];
    if (item.clock == id.clock || item.is_gc()) {
        return handle;
    }
    merge_candidates_.push_back(id);
    return store_.split(structs, place, id.clock - item.clock);
}

Handle Transaction::clean_end(Id id) {
    StructList& structs = store_.clients[id.client].structs;
    const StructList::Place place = structs.find(id.clock);
    const Handle handle = structs[place].item;
    const Item& item = store_.items[handle];
    if (item.end() - 1 != id.clock && !item.is_gc()) {
        merge_candidates_.push_back({id.client, id.clock + 1});
        store_.split(structs, place, id.clock + 1 - item.clock);
    }
    return handle;
}

void Transaction::integrate(const StructView& view, std::uint64_t offset) {
    const ClientIndex client = store_.client(view.client);
    const auto clock = static_cast<Clock>(view.clock + offset);
    const auto length = static_cast<Clock>(view.length() - offset);
    touch(client);
    if (!view.is_item()) {
        return push_gc(client, clock, length);
    }
    if (offset == 0 && try_extend(view, client)) {
        return;
    }
    const Place place = find_place(view, client, offset);
    if (place.parent == none) {
        return push_gc(client, clock, length);
    }
    const Handle handle = store_.items.create();
    Item& item = store_.items[handle];
    item.client = client & clients_max;
    item.clock = clock;
    item.length = length;
    item.ref = view.content.ref;
    if (item.ref == ContentRef::type) {
        item.content.place = store_.create_type(handle, view.content.bytes);
    } else {
        item.content = store_content(store_.contents, view.content, offset);
    }
    if (offset > 0) {
        item.set_origin({client, clock - 1});
    } else if (view.has_origin) {
        item.set_origin(id_of(view.origin));
    }
    if (view.has_right_origin) {
        item.set_right_origin(id_of(view.right_origin));
    }
    insert(handle, place);
}

void Transaction::push_gc(ClientIndex client, Clock clock, Clock length) {
    // Neighbouring GC structs always merge, so a claim of millions of them takes no memory.
    Client& owner = store_.clients[client];
    if (!owner.structs.empty()) {
        Item& last = store_.items[owner.structs.back().item];
        if (last.is_gc()) {
            owner.merge_from = std::min(owner.merge_from, last.clock);
            last.length += length;
            owner.state += length;
            return;
        }
    }
    const Handle handle = store_.items.create();
    Item& gc = store_.items[handle];
    gc.client = client & clients_max;
    gc.clock = clock;
    gc.length = length;
    gc.deleted = true;
    store_.push(handle);
}

/// Whether text that follows the last unit of `client` only makes its last struct longer: then what integration and
/// the merge after it would come to is done at once, without an item.
bool Transaction::extends(Handle handle, ClientIndex client, std::size_t size,
                          Id right_origin) const {
    const Item& last = store_.items[handle];
    if (last.ref != ContentRef::string || last.deleted || last.client != client ||
        last.end() != store_.clients[client].state ||
        last.content.size + size > content_bytes_max || store_.key_of(last) != none) {
        return false;
    }
    const Id right = last.right == none ? Id{} : store_.items[last.right].id();
    return right_origin == last.right_origin() && right_origin == right;
}

void Transaction::extend(Item& last, BytesView text, Clock units) {
    store_.contents.append(last.content, text);
    last.length += units;
    store_.lists.add_units(last.leaf, units);
    store_.clients[last.client].state += units;
}

bool Transaction::try_type(ClientIndex client, Id right_origin, BytesView text, Clock units) {
    const StructList& structs = store_.clients[client].structs;
    if (structs.empty() || !extends(structs.back().item, client, text.size(), right_origin)) {
        return false;
    }
    extend(store_.items[structs.back().item], text, units);
    return true;
}

bool Transaction::try_type_behind(Handle left, ClientIndex client, BytesView text, Clock units) {
    Item& item = store_.items[left];
    const Id right_origin = item.right == none ? Id{} : store_.items[item.right].id();
    if (!extends(left, client, text.size(), right_origin)) {
        return false;
    }
    extend(item, text, units);
    return true;
}

/// The usual edit: a client types on at the end of its last run.
bool Transaction::try_extend(const StructView& view, ClientIndex client) {
    const StructList& structs = store_.clients[client].structs;
    if (view.content.ref != ContentRef::string || !view.has_origin || structs.empty() ||
        view.origin != WireId{view.client, view.clock - 1}) {
        return false;
    }
    const Id right_origin = view.has_right_origin ? id_of(view.right_origin) : Id{};
    const Handle last = structs.back().item;
    if (!extends(last, client, view.content.bytes.size(), right_origin)) {
        return false;
    }
    extended_[client].push_back(static_cast<Clock>(view.clock));
    extend(store_.items[last], view.content.bytes, static_cast<Clock>(view.length()));
    return true;
}

/// Whether Yjs would still have a struct that begins among the units [first, last]: it merges at the end of a transaction, `try_extend`
/// at once.
bool Transaction::has_extended_at(Id first, Clock last) const {
    const auto of_client = extended_.find(first.client);
    if (of_client == extended_.end()) {
        return false;
    }
    const std::vector<Clock>& clocks = of_client->second;  // ascending
    const auto found = std::lower_bound(clocks.begin(), clocks.end(), first.clock);
    return found != clocks.end() && *found <= last;
}

Transaction::Place Transaction::find_place(const StructView& view, ClientIndex client,
                                           std::uint64_t offset) {
    Place place;
    if (offset > 0) {
        place.left = clean_end({client, static_cast<Clock>(view.clock + offset - 1)});
    } else if (view.has_origin) {
        place.left = clean_end(id_of(view.origin));
    }
    if (view.has_right_origin) {
        place.right = clean_start(id_of(view.right_origin));
    }
    if (offset == 0 && place.left != none && is_cut_off(view, place.left)) {
        place.left = place.right;
    }
    const auto forgotten = [&](Handle item) { return item != none && store_.items[item].is_gc(); };
    if (!forgotten(place.left) && !forgotten(place.right)) {
        find_parent(view, place);
    }
    return place;
}

/// An undo can name a right origin in front of its origin. If one struct has both, to cut it at the right origin takes the origin
/// away from `left`, and Yjs goes on with what remains on the left. So where Yjs has two structs, we must not take them for one.
bool Transaction::is_cut_off(const StructView& view, Handle left) const {
    const Item& item = store_.items[left];
    return view.has_origin && view.has_right_origin && !item.is_gc() &&
           item.end() <= view.origin.clock &&
           has_extended_at(id_of(view.right_origin), static_cast<Clock>(view.origin.clock));
}

void Transaction::find_parent(const StructView& view, Place& place) {
    if (place.left != none || place.right != none) {
        const Item& neighbour = store_.items[place.left != none ? place.left : place.right];
        place.parent = store_.parent_of(neighbour);
        place.key = store_.key_of(neighbour);
        return;
    }
    // A parent that carries no type any more has been deleted and collected.
    place.parent = view.parent == StructView::Parent::root
                       ? store_.root(view.root)
                       : store_.items[store_.find(id_of(view.parent_item))].type();
    if (view.has_parent_sub && place.parent != none) {
        place.key = store_.names.intern(view.parent_sub);
    }
}

void Transaction::insert(Handle handle, const Place& found) {
    Item& item = store_.items[handle];
    Place place = found;
    const bool adjacent = place.left == none
                              ? place.right != none && store_.items[place.right].left == none
                              : store_.items[place.left].right == place.right;
    if (!adjacent) {
        place.left = order_concurrent(item, place);
    }
    link(handle, place);
    store_.push(handle);
    if (item.ref == ContentRef::deleted) {
        mark_deleted(item);
    }
    const Handle carrier = store_.types[place.parent].item;
    const bool parent_deleted = carrier != none && store_.items[carrier].deleted;
    if (parent_deleted || (place.key != none && item.right != none)) {
        remove(handle);
    }
}

/// The first item of the list, or of all that the key ever had.
Handle Transaction::first_of(const Place& place) const {
    const Type& parent = store_.types[place.parent];
    if (place.key == none) {
        return parent.start;
    }
    const Handle leaf = parent.get(place.key);
    return leaf == none ? none : store_.leaves[leaf].first;
}

/// Finds the left neighbour of `item` among the items that others inserted at the same place.
///
/// The paper's two sets are ranges of marks: what was scanned since `before_origin`, and since `conflicting`.
Handle Transaction::order_concurrent(const Item& item, const Place& place) {
    if (mark_ > 0x80000000) {
        marks_.clear();
        mark_ = 0;
    }
    Handle left = place.left;
    Handle scanned = left == none ? first_of(place) : store_.items[left].right;
    const std::uint32_t before_origin = mark_ + 1;
    std::uint32_t conflicting = before_origin;
    const std::uint64_t client = store_.clients[item.client].id;
    while (scanned != none && scanned != place.right) {
        const Item& other = store_.items[scanned];
        marks_.resize(std::max<std::size_t>(marks_.size(), store_.items.size()));
        marks_[scanned] = ++mark_;
        if (other.origin() == item.origin()) {
            if (store_.clients[other.client].id < client) {
                left = scanned;
                conflicting = mark_ + 1;
            } else if (other.right_origin() == item.right_origin()) {
                break;
            }
        } else if (other.origin().exists()) {
            const std::uint32_t mark = marks_[store_.find(other.origin())];
            if (mark < before_origin) {
                break;
            }
            if (mark < conflicting) {
                left = scanned;
                conflicting = mark_ + 1;
            }
        } else {
            break;
        }
        scanned = other.right;
    }
    return left;
}

void Transaction::link(Handle handle, const Place& place) {
    Item& item = store_.items[handle];
    item.left = place.left;
    item.right = place.left != none ? store_.items[place.left].right : first_of(place);
    if (item.left != none) {
        store_.items[item.left].right = handle;
    }
    if (item.right != none) {
        store_.items[item.right].left = handle;
    }
    if (place.key == none) {
        if (item.left == none) {
            store_.types[place.parent].start = handle;
        }
        store_.types[place.parent].formatted |= item.ref == ContentRef::format;
        store_.lists.insert(handle, place.parent);
        return;
    }
    item.leaf = store_.leaf_of(place.parent, place.key);
    Leaf& leaf = store_.leaves[item.leaf];
    ++leaf.items;
    if (item.left == none) {
        leaf.first = handle;
    }
    if (item.right == none) {
        leaf.last = handle;
        if (item.left != none) {
            remove(item.left);
        }
    }
}

Handle Transaction::insert_text(ClientIndex client, Handle parent, Handle left, BytesView text,
                                Clock units) {
    touch(client);
    Place place;
    place.parent = parent;
    place.left = left;
    place.right = left == none ? store_.types[parent].start : store_.items[left].right;
    const Id right_origin = place.right == none ? Id{} : store_.items[place.right].id();
    if (left != none && extends(left, client, text.size(), right_origin)) {
        extend(store_.items[left], text, units);
        return left;
    }
    const Handle handle = store_.items.create();
    Item& item = store_.items[handle];
    item.client = client & clients_max;
    item.clock = store_.clients[client].state;
    item.length = units;
    item.ref = ContentRef::string;
    item.content = store_.contents.store(text);
    item.set_origin(left == none ? Id{} : store_.items[left].last_id());
    item.set_right_origin(right_origin);
    insert(handle, place);
    return handle;
}

Handle Transaction::insert_local(ClientIndex client, Handle parent, Handle key, Handle left,
                                 const ContentView& content) {
    touch(client);
    Place place;
    place.parent = parent;
    place.key = key;
    place.left = left;
    place.right = left == none ? first_of(place) : store_.items[left].right;
    const Handle handle = store_.items.create();
    Item& item = store_.items[handle];
    item.client = client & clients_max;
    item.clock = store_.clients[client].state;
    item.length = static_cast<Clock>(content.length);
    item.ref = content.ref;
    if (item.ref == ContentRef::type) {
        item.content.place = store_.create_type(handle, content.bytes);
    } else {
        item.content = store_.contents.store(content.bytes);
    }
    item.set_origin(left == none ? Id{} : store_.items[left].last_id());
    item.set_right_origin(place.right == none ? Id{} : store_.items[place.right].id());
    insert(handle, place);
    return handle;
}

}  // namespace weft::yjs
