// Integration of structs: YATA's order of concurrent insertions (cited in item.hpp).
#include "transaction.hpp"

namespace weft::yjs {

void Transaction::touch(ClientIndex index) {
    Client& client = store_.clients[index];
    if (!client.touched) {
        client.touched = true;
        client.state_before = client.state;
        touched_.push_back(index);
    }
}

Handle Transaction::clean_start(Id id) {
    const std::size_t index = store_.index_of(id.client, id.clock);
    const Handle handle = store_.clients[id.client].structs[index];
    const Item& item = store_.items[handle];
    if (item.clock == id.clock || item.is_gc()) {
        return handle;
    }
    merge_candidates_.push_back(id);
    return store_.split(id.client, index, id.clock - item.clock);
}

Handle Transaction::clean_end(Id id) {
    const std::size_t index = store_.index_of(id.client, id.clock);
    const Handle handle = store_.clients[id.client].structs[index];
    const Item& item = store_.items[handle];
    if (item.end() - 1 != id.clock && !item.is_gc()) {
        merge_candidates_.push_back({id.client, id.clock + 1});
        store_.split(id.client, index, id.clock + 1 - item.clock);
    }
    return handle;
}

void Transaction::integrate(const StructView& view, std::uint64_t offset) {
    const ClientIndex client = store_.client(view.client);
    touch(client);
    if (!view.is_item()) {
        return push_gc(client, view.clock + offset, view.length() - offset);
    }
    if (offset == 0 && try_extend(view, client)) {
        return;
    }
    const Place place = find_place(view, client, offset);
    if (place.parent == none) {
        return push_gc(client, view.clock + offset, view.length() - offset);
    }
    const Handle handle = store_.items.create();
    Item& item = store_.items[handle];
    item.client = client;
    item.clock = view.clock + offset;
    item.length = view.length() - offset;
    item.ref = view.content.ref;
    item.content = store_content(store_.contents, view.content, offset);
    if (offset > 0) {
        item.set_origin({client, item.clock - 1});
    } else if (view.has_origin) {
        item.set_origin(id_of(view.origin));
    }
    if (view.has_right_origin) {
        item.set_right_origin(id_of(view.right_origin));
    }
    insert(handle, place);
}

void Transaction::push_gc(ClientIndex client, std::uint64_t clock, std::uint64_t length) {
    // Neighbouring GC structs always merge, so a claim of millions of them takes no memory.
    Client& owner = store_.clients[client];
    if (!owner.structs.empty() && store_.items[owner.structs.back()].is_gc()) {
        store_.items[owner.structs.back()].length += length;
        owner.state += length;
        return;
    }
    const Handle handle = store_.items.create();
    Item& gc = store_.items[handle];
    gc.client = client;
    gc.clock = clock;
    gc.length = length;
    gc.deleted = true;
    store_.push(handle);
}

/// The usual edit: a client types on at the end of its last run. What integration and the merge after it would come
/// to is done at once, without an item.
bool Transaction::try_extend(const StructView& view, ClientIndex client) {
    Client& owner = store_.clients[client];
    if (view.content.ref != ContentRef::string || owner.structs.empty() ||
        view.origin != WireId{view.client, view.clock - 1} || !view.has_origin) {
        return false;
    }
    Item& last = store_.items[owner.structs.back()];
    if (last.ref != ContentRef::string || last.deleted || last.parent_sub != none ||
        last.content.size + view.content.bytes.size() > content_bytes_max) {
        return false;
    }
    const Id right_origin = view.has_right_origin ? id_of(view.right_origin) : Id{};
    const Id right = last.right == none ? Id{} : store_.items[last.right].id();
    if (!(right_origin == last.right_origin()) || !(right_origin == right)) {
        return false;
    }
    store_.contents.append(last.content, view.content.bytes);
    last.length += view.length();
    store_.types[last.parent].length += view.length();
    owner.state += view.length();
    return true;
}

Transaction::Place Transaction::find_place(const StructView& view, ClientIndex client,
                                           std::uint64_t offset) {
    Place place;
    if (offset > 0) {
        place.left = clean_end({client, view.clock + offset - 1});
    } else if (view.has_origin) {
        place.left = clean_end(id_of(view.origin));
    }
    if (view.has_right_origin) {
        place.right = clean_start(id_of(view.right_origin));
    }
    const auto forgotten = [&](Handle item) { return item != none && store_.items[item].is_gc(); };
    if (!forgotten(place.left) && !forgotten(place.right)) {
        find_parent(view, place);
    }
    return place;
}

void Transaction::find_parent(const StructView& view, Place& place) {
    if (place.left != none || place.right != none) {
        const Item& neighbour = store_.items[place.left != none ? place.left : place.right];
        place.parent = neighbour.parent;
        place.parent_sub = neighbour.parent_sub;
        return;
    }
    // A parent that carries no type any more has been deleted and collected.
    place.parent = view.parent == StructView::Parent::root
                       ? store_.root(view.root)
                       : store_.items[store_.find(id_of(view.parent_item))].type;
    if (view.has_parent_sub && place.parent != none) {
        place.parent_sub = store_.names.intern(view.parent_sub);
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
    item.parent = place.parent;
    item.parent_sub = place.parent_sub;
    link(handle, place);
    if (item.parent_sub == none && item.countable()) {
        store_.types[item.parent].length += item.length;
    }
    store_.push(handle);
    attach_content(handle);
    const Handle carrier = store_.types[item.parent].item;
    const bool parent_deleted = carrier != none && store_.items[carrier].deleted;
    if (parent_deleted || (item.parent_sub != none && item.right != none)) {
        remove(handle);
    }
}

/// The first item of the list, or of the key's chain.
Handle Transaction::first_of(const Place& place) const {
    const Type& parent = store_.types[place.parent];
    if (place.parent_sub == none) {
        return parent.start;
    }
    Handle first = parent.get(place.parent_sub);
    while (first != none && store_.items[first].left != none) {
        first = store_.items[first].left;
    }
    return first;
}

/// Finds the left neighbour of `item` among the items that others inserted at the same place.
///
/// The paper's two sets are ranges of marks: what was scanned since `before_origin`, and since `conflicting`.
Handle Transaction::order_concurrent(const Item& item, const Place& place) {
    if (scan_mark_ > 0x80000000) {
        scan_mark_ = 0;
        for (const Client& client : store_.clients) {
            for (const Handle other : client.structs) {
                store_.items[other].scan_mark = 0;
            }
        }
    }
    Handle left = place.left;
    Handle scanned = left == none ? first_of(place) : store_.items[left].right;
    const std::uint32_t before_origin = scan_mark_ + 1;
    std::uint32_t conflicting = before_origin;
    while (scanned != none && scanned != place.right) {
        Item& other = store_.items[scanned];
        other.scan_mark = ++scan_mark_;
        if (other.origin() == item.origin()) {
            if (store_.clients[other.client].id < store_.clients[item.client].id) {
                left = scanned;
                conflicting = scan_mark_ + 1;
            } else if (other.right_origin() == item.right_origin()) {
                break;
            }
        } else if (other.origin().exists()) {
            const std::uint32_t mark = store_.items[store_.find(other.origin())].scan_mark;
            if (mark < before_origin) {
                break;
            }
            if (mark < conflicting) {
                left = scanned;
                conflicting = scan_mark_ + 1;
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
    Type& parent = store_.types[item.parent];
    item.left = place.left;
    if (place.left != none) {
        item.right = store_.items[place.left].right;
        store_.items[place.left].right = handle;
    } else {
        item.right = first_of(place);
        if (item.parent_sub == none) {
            parent.start = handle;
        }
    }
    if (item.right != none) {
        store_.items[item.right].left = handle;
    } else if (item.parent_sub != none) {
        parent.set(item.parent_sub, handle);
        if (item.left != none) {
            remove(item.left);
        }
    }
}

void Transaction::attach_content(Handle handle) {
    Item& item = store_.items[handle];
    if (item.ref == ContentRef::deleted) {
        mark_deleted(item);
    } else if (item.ref == ContentRef::type) {
        const TypeHeader header = read_type_header(store_.contents.view(item.content));
        item.type = store_.types.create();
        Type& type = store_.types[item.type];
        type.item = handle;
        type.ref = header.ref;
        type.name = header.name.empty() ? none : store_.names.intern(header.name);
    }
}

void Transaction::insert_text(ClientIndex client, Handle parent, Handle left, BytesView text,
                              std::uint64_t units) {
    touch(client);
    Place place;
    place.parent = parent;
    place.left = left;
    place.right = left == none ? store_.types[parent].start : store_.items[left].right;
    const Handle handle = store_.items.create();
    Item& item = store_.items[handle];
    item.client = client;
    item.clock = store_.clients[client].state;
    item.length = units;
    item.ref = ContentRef::string;
    item.content = store_.contents.store(text);
    item.set_origin(left == none ? Id{} : store_.items[left].last_id());
    item.set_right_origin(place.right == none ? Id{} : store_.items[place.right].id());
    insert(handle, place);
}

}  // namespace weft::yjs
