#include "struct_store.hpp"

#include <algorithm>

namespace weft::yjs {
namespace {

bool key_below(const std::pair<Handle, Handle>& entry, Handle key) {
    return entry.first < key;
}

}  // namespace

Handle Type::get(Handle key) const {
    const auto found = std::lower_bound(map.begin(), map.end(), key, key_below);
    return found != map.end() && found->first == key ? found->second : none;
}

Handle NameTable::intern(std::string_view name) {
    const auto found = handles_.find(name);
    if (found != handles_.end()) {
        return found->second;
    }
    const auto handle = static_cast<Handle>(texts_.size());
    const auto added = handles_.emplace(std::string(name), handle).first;
    texts_.push_back(&added->first);
    constexpr std::uint64_t node_bytes = 96;
    memory_bytes_ += node_bytes + name.size();
    return handle;
}

Handle NameTable::find(std::string_view name) const {
    const auto found = handles_.find(name);
    return found == handles_.end() ? none : found->second;
}

ClientIndex StructStore::find_client(std::uint64_t id) const {
    ClientIndex& last = last_clients_[id % remembered_clients];
    if (last < clients.size() && clients[last].id == id) {
        return last;
    }
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) {
        return none;
    }
    last = found->second;
    return last;
}

ClientIndex StructStore::client(std::uint64_t id) {
    const ClientIndex known = find_client(id);
    if (known != none) {
        return known;
    }
    const auto index = static_cast<ClientIndex>(clients.size());
    clients.emplace_back().id = id;
    by_id_.emplace(id, index);
    return index;
}

std::uint64_t StructStore::state(std::uint64_t client) const {
    const ClientIndex index = find_client(client);
    return index == none ? 0 : clients[index].state;
}

BytesView StructStore::header_of(const Type& type) const {
    static constexpr std::uint8_t refs[] = {0, 1, 2, 3, 4, 5, 6};
    const auto ref = static_cast<std::uint8_t>(type.ref);
    return type.name == none ? BytesView(refs + ref, 1) : as_bytes(names.text(type.name));
}

Handle StructStore::create_type(Handle item, BytesView header) {
    const TypeHeader read = read_type_header(header);
    const Handle handle = types.create();
    Type& type = types[handle];
    type.item = item;
    type.ref = read.ref;
    type.name = is_named(read.ref) ? names.intern(as_text(header)) : none;
    return handle;
}

std::string_view StructStore::name_of(const Type& type) const {
    if (type.name == none) {
        return {};
    }
    return type.item == none ? names.text(type.name)
                             : read_type_header(as_bytes(names.text(type.name))).name;
}

Handle StructStore::leaf_of(Handle type_handle, Handle key) {
    Type& type = types[type_handle];
    const auto found = std::lower_bound(type.map.begin(), type.map.end(), key, key_below);
    if (found != type.map.end() && found->first == key) {
        return found->second;
    }
    const std::size_t capacity = type.map.capacity();
    const Handle leaf = leaves.create();
    leaves[leaf].type = type_handle;
    leaves[leaf].key = key;
    leaves[leaf].units = static_cast<std::uint32_t>(type.map.size());
    type.map.insert(found, {key, leaf});
    map_bytes_ += (type.map.capacity() - capacity) * sizeof(type.map.front());
    return leaf;
}

void StructStore::release_type(Handle handle) {
    Type& type = types[handle];
    lists.clear(handle);
    for (const auto& [key, leaf] : type.map) {
        leaves.release(leaf);
    }
    map_bytes_ -= type.map.capacity() * sizeof(type.map.front());
    types.release(handle);
}

void StructStore::push(Handle handle) {
    const Item& item = items[handle];
    Client& owner = clients[item.client];
    const std::uint64_t before = owner.structs.memory_bytes();
    owner.structs.push_back({item.clock, handle});
    list_bytes_ += owner.structs.memory_bytes() - before;
    owner.state = item.end();
    owner.merge_from = std::min(owner.merge_from, item.clock);
}

Handle StructStore::root(std::string_view name) {
    const Handle known = find_root(name);
    if (known != none) {
        return known;
    }
    const Handle key = names.intern(name);
    const Handle type = types.create();
    types[type].name = key;
    roots_.emplace(key, type);
    return type;
}

Handle StructStore::find_root(std::string_view name) const {
    if (last_root_ != none && names.text(types[last_root_].name) == name) {
        return last_root_;
    }
    const Handle key = names.find(name);
    const auto found = key == none ? roots_.end() : roots_.find(key);
    if (found == roots_.end()) {
        return none;
    }
    last_root_ = found->second;
    return last_root_;
}

Handle StructStore::split(StructList& structs, StructList::Place place, Clock offset) {
    const Handle left_handle = structs[place].item;
    const Handle right_handle = items.create();
    Item& left = items[left_handle];
    Item& right = items[right_handle];
    const Clock length = left.length;
    const std::uint32_t units = left.units();
    right = left;
    right.clock = left.clock + offset;
    right.length = length - offset;
    right.set_origin({left.client, right.clock - 1});
    left.length = offset;
    right.content = split_content(contents, left.ref, left.content, length, offset);
    link_right_part(left_handle, right_handle);
    if (leaves[left.leaf].key == none) {
        // The list counts the right part as new.
        if (units != 0) {
            lists.add_units(left.leaf, 0 - right.length);
        }
        lists.insert(right_handle, leaves[left.leaf].type);
    }
    const std::uint64_t before = structs.memory_bytes();
    structs.insert_after(place, {right.clock, right_handle});
    list_bytes_ += structs.memory_bytes() - before;
    return right_handle;
}

void StructStore::link_right_part(Handle left_handle, Handle right_handle) {
    Item& left = items[left_handle];
    Item& right = items[right_handle];
    right.left = left_handle;
    left.right = right_handle;
    if (right.right != none) {
        items[right.right].left = right_handle;
    } else if (leaves[left.leaf].key != none) {
        leaves[left.leaf].last = right_handle;
    }
}

StructList::Place StructStore::join(StructList& structs, StructList::Place right_place) {
    const Handle right_handle = structs[right_place].item;
    StructList::Place left_place = right_place;
    structs.previous(left_place);
    const Handle left_handle = structs[left_place].item;
    Item& left = items[left_handle];
    Item& right = items[right_handle];
    if (!left.is_gc()) {
        contents.join(left.content, right.content);
        unlink_joined(left_handle, right_handle);
    }
    left.length += right.length;
    items.release(right_handle);
    const std::uint64_t before = structs.memory_bytes();
    left_place = structs.erase(right_place);
    list_bytes_ += structs.memory_bytes() - before;
    return left_place;
}

void StructStore::unlink_joined(Handle left_handle, Handle right_handle) {
    Item& left = items[left_handle];
    const Item& right = items[right_handle];
    Leaf& leaf = leaves[right.leaf];
    if (leaf.key == none) {
        lists.erase(right_handle, left_handle);
    } else if (leaf.last == right_handle) {
        leaf.last = left_handle;
    }
    left.right = right.right;
    if (left.right != none) {
        items[left.right].left = left_handle;
    }
}

void StructStore::forget(Item& item) {
    drop_content(item);
    Item gc;
    gc.client = item.client;
    gc.clock = item.clock;
    gc.length = item.length;
    gc.deleted = true;
    item = gc;
}

void StructStore::drop_content(Item& item) {
    contents.release(item.content);
    item.ref = ContentRef::deleted;
}

void StructStore::compact() {
    if (!contents.is_wasteful()) {
        return;
    }
    ContentStore old;
    contents.begin_compaction(old);
    for (Client& client : clients) {
        client.structs.each({}, [&](const StructList::Entry& entry) {
            Item& item = items[entry.item];
            if (item.ref != ContentRef::type) {
                item.content = contents.store(old.view(item.content));
            }
        });
    }
}

StructView StructStore::view(const Item& item) const {
    StructView view;
    view.client = clients[item.client].id;
    view.clock = item.clock;
    view.content = {item.ref, item.length, {}};
    if (item.is_gc()) {
        return view;
    }
    view.content.bytes = content_of(item);
    const Leaf& leaf = leaves[item.leaf];
    view.has_parent_sub = leaf.key != none;
    if (item.origin().exists()) {
        view.has_origin = true;
        view.origin = wire(item.origin());
    }
    if (item.right_origin().exists()) {
        view.has_right_origin = true;
        view.right_origin = wire(item.right_origin());
    }
    if (!view.has_origin && !view.has_right_origin) {
        const Type& parent = types[leaf.type];
        view.parent = parent.item == none ? StructView::Parent::root : StructView::Parent::item;
        if (parent.item == none) {
            view.root = names.text(parent.name);
        } else {
            view.parent_item = wire(items[parent.item].id());
        }
        view.parent_sub = leaf.key == none ? std::string_view{} : names.text(leaf.key);
    }
    return view;
}

std::uint64_t StructStore::memory_bytes() const {
    constexpr std::uint64_t map_node_bytes = 48;
    return items.memory_bytes() + leaves.memory_bytes() + types.memory_bytes() +
           lists.memory_bytes() + contents.memory_bytes() + names.memory_bytes() + map_bytes_ +
           list_bytes_ + clients.capacity() * sizeof(Client) + clients.size() * map_node_bytes +
           roots_.size() * map_node_bytes;
}

}  // namespace weft::yjs
