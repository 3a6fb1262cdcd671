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

void Type::set(Handle key, Handle value) {
    const auto found = std::lower_bound(map.begin(), map.end(), key, key_below);
    if (found != map.end() && found->first == key) {
        found->second = value;
    } else {
        map.insert(found, {key, value});
    }
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
    if (last_client_ != none && clients[last_client_].id == id) {
        return last_client_;
    }
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) {
        return none;
    }
    last_client_ = found->second;
    return last_client_;
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

std::size_t StructStore::index_of(ClientIndex client, std::uint64_t clock) const {
    const Client& owner = clients[client];
    const std::vector<Handle>& structs = owner.structs;
    const auto holds = [&](std::size_t at) {
        const Item& item = items[structs[at]];
        return item.clock <= clock && clock < item.end();
    };
    // Edits come in runs: the last place that was asked for, its neighbour, and the end are the usual answers.
    for (const std::size_t guess : {owner.last_found, owner.last_found + 1, structs.size() - 1}) {
        if (guess < structs.size() && holds(guess)) {
            owner.last_found = guess;
            return guess;
        }
    }
    const auto after =
        std::upper_bound(structs.begin(), structs.end(), clock,
                         [&](std::uint64_t at, Handle item) { return at < items[item].clock; });
    owner.last_found = static_cast<std::size_t>(after - structs.begin()) - 1;
    return owner.last_found;
}

void StructStore::push(Handle handle) {
    const Item& item = items[handle];
    Client& owner = clients[item.client];
    owner.structs.push_back(handle);
    owner.state = item.end();
}

Handle StructStore::root(std::string_view name) {
    const Handle key = names.intern(name);
    const auto found = roots_.find(key);
    if (found != roots_.end()) {
        return found->second;
    }
    const Handle type = types.create();
    types[type].name = key;
    roots_.emplace(key, type);
    return type;
}

Handle StructStore::find_root(std::string_view name) const {
    const Handle key = names.find(name);
    const auto found = key == none ? roots_.end() : roots_.find(key);
    return found == roots_.end() ? none : found->second;
}

Handle StructStore::split(ClientIndex client, std::size_t index, std::uint64_t offset) {
    std::vector<Handle>& structs = clients[client].structs;
    const Handle left_handle = structs[index];
    const Handle right_handle = items.create();
    Item& left = items[left_handle];
    Item& right = items[right_handle];
    right = left;
    right.clock = left.clock + offset;
    right.length = left.length - offset;
    right.set_origin({client, right.clock - 1});
    right.scan_mark = 0;
    left.length = offset;
    right.content = split_content(contents, left.ref, left.content, offset);
    right.left = left_handle;
    left.right = right_handle;
    if (right.right != none) {
        items[right.right].left = right_handle;
    } else if (right.parent_sub != none) {
        types[right.parent].set(right.parent_sub, right_handle);
    }
    structs.insert(structs.begin() + static_cast<std::ptrdiff_t>(index) + 1, right_handle);
    return right_handle;
}

void StructStore::forget(Handle handle) {
    Item& item = items[handle];
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
    if (item.type != none) {
        types.release(item.type);
        item.type = none;
    }
    item.ref = ContentRef::deleted;
}

StructView StructStore::view(const Item& item) const {
    StructView view;
    view.client = clients[item.client].id;
    view.clock = item.clock;
    view.content = {item.ref, item.length, contents.view(item.content)};
    if (item.is_gc()) {
        return view;
    }
    view.has_parent_sub = item.parent_sub != none;
    if (item.origin().exists()) {
        view.has_origin = true;
        view.origin = wire(item.origin());
    }
    if (item.right_origin().exists()) {
        view.has_right_origin = true;
        view.right_origin = wire(item.right_origin());
    }
    if (!view.has_origin && !view.has_right_origin) {
        const Type& parent = types[item.parent];
        view.parent = parent.item == none ? StructView::Parent::root : StructView::Parent::item;
        if (parent.item == none) {
            view.root = names.text(parent.name);
        } else {
            view.parent_item = wire(items[parent.item].id());
        }
        view.parent_sub =
            item.parent_sub == none ? std::string_view{} : names.text(item.parent_sub);
    }
    return view;
}

std::uint64_t StructStore::memory_bytes() const {
    constexpr std::uint64_t map_node_bytes = 48;
    std::uint64_t lists = 0;
    for (const Client& client : clients) {
        lists += sizeof(Client) + map_node_bytes + client.structs.capacity() * sizeof(Handle);
    }
    return items.memory_bytes() + types.memory_bytes() + contents.memory_bytes() +
           names.memory_bytes() + lists + roots_.size() * map_node_bytes;
}

}  // namespace weft::yjs
