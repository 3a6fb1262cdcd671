#include "bulk_load.hpp"

#include <algorithm>
#include <cstring>

namespace weft::yjs {

bool BulkLoad::load(BytesView update) {
    if (!store_.contents.has_room(update.size())) {
        return false;
    }
    Reader reader(update);
    const std::uint64_t clients = reader.varuint();
    for (std::uint64_t i = 0; i < clients; ++i) {
        if (!read_run(reader)) {
            return false;
        }
    }
    // Structs that were never joined take less memory in the general way, which joins them as they come.
    constexpr std::uint64_t few = 16;
    if (!reader.ok() || loose_ > few + structs_ / 8) {
        return false;
    }
    runs_.resize(store_.clients.size());
    if (!link_runs() || !apply_deletes(reader)) {
        return false;
    }
    // What was deleted only now may merge wherever it stands.
    if (transaction_.deleted().empty()) {
        for (const ClientIndex client : order_) {
            store_.clients[client].merge_from = runs_[client].merge_from;
        }
    }
    return true;
}

// ---- reading ----

/// The usual order is descending by client, and an empty document has no place for what begins behind clock 0.
bool BulkLoad::read_run(Reader& reader) {
    const std::uint64_t count = reader.varuint();
    const std::uint64_t id = read_varuint(reader);
    const std::uint64_t clock = read_varuint(reader);
    if (!reader.ok() || count == 0) {
        return reader.ok();
    }
    if (clock != 0 || (!order_.empty() && id >= store_.clients[order_.back()].id)) {
        return false;
    }
    const ClientIndex client = store_.client(id);
    order_.push_back(client);
    runs_.resize(std::max<std::size_t>(runs_.size(), store_.clients.size()));
    Run& run = runs_[client];
    run.client = client;
    run.structs.reserve(std::min<std::uint64_t>(count, reader.remaining() / 2));
    own_id_ = RepeatedId(id);
    for (std::uint64_t i = 0; i < count; ++i) {
        if (!read_struct(reader, run)) {
            return false;
        }
    }
    return store_.clients.size() < clients_max;
}

/// Most structs are text, or what is left of it, beside other text.
bool BulkLoad::read_struct(Reader& reader, Run& run) {
    ++structs_;
    const std::uint8_t info = reader.remaining() == 0 ? 0 : *reader.cursor();
    const auto ref = static_cast<ContentRef>(info & content_ref_bits);
    if ((ref != ContentRef::string && ref != ContentRef::deleted) ||
        (info & (has_origin_bit | has_right_origin_bit)) == 0) {
        return read_unusual(reader, run);
    }
    reader.u8();
    const Id origin = (info & has_origin_bit) != 0 ? read_id(reader, run) : Id{};
    const Id right_origin = (info & has_right_origin_bit) != 0 ? read_id(reader, run) : Id{};
    ContentView content{ref, 0, {}};
    if (ref == ContentRef::deleted) {
        content.length = read_varuint(reader);
    } else {
        content.bytes = reader.varbytes();
        content.length = utf16_length(content.bytes).value_or(0);
    }
    return reader.ok() && content.length != 0 && add_item(run, content, origin, right_origin, none);
}

Id BulkLoad::read_id(Reader& reader, const Run& run) {
    Id id;
    if (own_id_.pass(reader)) {
        id.client = run.client;
    } else {
        const std::uint64_t client = read_varuint(reader);
        id.client = reader.ok() ? store_.client(client) : none;
    }
    const std::uint64_t clock = read_varuint(reader);
    if (clock > clock_max || (id.client == run.client && clock >= run.end)) {
        reader.fail();
    }
    id.clock = static_cast<Clock>(clock);
    return id;
}

bool BulkLoad::read_unusual(Reader& reader, Run& run) {
    StructRun rest;
    rest.client = store_.clients[run.client].id;
    rest.clock = run.end;
    rest.bytes = {reader.cursor(), reader.remaining()};
    StructView view;
    std::size_t size = 0;
    if (!peek_struct(rest, view, size) || view.content.ref == ContentRef::skip) {
        return false;
    }
    reader.bytes(size);
    if (!view.is_item()) {
        return add_gc(run, view.length());
    }
    const auto id_of = [&](const WireId& id) {
        return Id{store_.client(id.client), static_cast<Clock>(id.clock)};
    };
    if ((view.has_origin && view.origin.clock > clock_max) ||
        (view.has_right_origin && view.right_origin.clock > clock_max)) {
        return false;
    }
    Handle home = none;
    if (!view.has_origin && !view.has_right_origin) {
        home = static_cast<Handle>(homes_.size());
        homes_.push_back({view.parent_item, view.parent == StructView::Parent::root,
                          view.has_parent_sub, view.root, view.parent_sub});
    }
    return add_item(run, view.content, view.has_origin ? id_of(view.origin) : Id{},
                    view.has_right_origin ? id_of(view.right_origin) : Id{}, home);
}

/// Neighbouring GC structs always merge.
bool BulkLoad::add_gc(Run& run, std::uint64_t length) {
    if (length > clock_max - run.end) {
        return false;
    }
    const bool joins = !run.structs.empty() && store_.items[run.structs.back().item].is_gc();
    const Handle handle = joins ? run.structs.back().item : store_.items.create();
    Item& gc = store_.items[handle];
    if (!joins) {
        gc.client = run.client & clients_max;
        gc.clock = run.end;
        gc.deleted = true;
        run.structs.push_back({run.end, handle});
    }
    gc.length += static_cast<Clock>(length);
    run.end += static_cast<Clock>(length);
    return true;
}

bool BulkLoad::add_item(Run& run, const ContentView& content, Id origin, Id right_origin,
                        Handle home) {
    if (content.length > clock_max - run.end) {
        return false;
    }
    const Handle handle = store_.items.create();
    Item& item = store_.items[handle];
    item.client = run.client & clients_max;
    item.clock = run.end;
    item.length = static_cast<Clock>(content.length);
    item.ref = content.ref;
    item.deleted = content.ref == ContentRef::deleted;
    item.leaf = home;
    item.set_origin(origin);
    item.set_right_origin(right_origin);
    if (item.ref == ContentRef::type) {
        item.content.place = store_.create_type(handle, content.bytes);
    } else if (item.ref != ContentRef::deleted) {
        item.content = store_.contents.store(content.bytes);
    }
    if (origin.client == run.client && origin.clock + 1 == item.clock) {
        const Item& last = store_.items[run.structs.back().item];
        if (last.ref == item.ref && is_divisible(item.ref) && last.right_origin() == right_origin) {
            run.merge_from = std::min(run.merge_from, item.clock);
            loose_ += item.ref == ContentRef::string ? 1 : 0;
        }
    }
    run.structs.push_back({item.clock, handle});
    run.end = item.end();
    return true;
}

// ---- putting items into lists ----

/// Each run goes as far as it can, and then the one that it waits for. False if they wait for each other, or for what is
/// not there.
bool BulkLoad::link_runs() {
    for (const ClientIndex client : order_) {
        transaction_.touch(client);
    }
    ClientIndex waits_for = none;
    std::size_t stuck = 0;
    std::uint64_t turns = 0;
    for (std::size_t first = 0; first < order_.size();) {
        Run& run = runs_[waits_for != none ? waits_for : order_[first]];
        const std::size_t before = run.next;
        waits_for = link(run);
        stuck = run.next == before ? stuck + 1 : 0;
        if (stuck > order_.size() || ++turns > 64 + 4 * structs_) {
            return false;
        }
        while (first < order_.size() &&
               runs_[order_[first]].next == runs_[order_[first]].structs.size()) {
            ++first;
        }
    }
    return true;
}

/// Gives the client that the run waits for; none at its end.
ClientIndex BulkLoad::link(Run& run) {
    for (; run.next < run.structs.size(); ++run.next) {
        const Handle handle = run.structs[run.next].item;
        const Item& item = store_.items[handle];
        if (item.is_gc()) {
            store_.push(handle);
            continue;
        }
        const ClientIndex missing = missing_for(item);
        if (missing != none) {
            return missing;
        }
        place(run, handle);
    }
    return none;
}

ClientIndex BulkLoad::missing_for(const Item& item) const {
    const auto lacks = [&](ClientIndex client, std::uint64_t clock) {
        return client != item.client && clock >= store_.clients[client].state;
    };
    if (item.origin_client != clients_max && lacks(item.origin_client, item.origin_clock)) {
        return item.origin_client;
    }
    if (item.right_origin_client != clients_max &&
        lacks(item.right_origin_client, item.right_origin_clock)) {
        return item.right_origin_client;
    }
    if (item.leaf == none || homes_[item.leaf].in_root) {
        return none;
    }
    const WireId& parent = homes_[item.leaf].parent;
    const ClientIndex client = store_.find_client(parent.client);
    if (client == none) {
        return item.client;  // which does not get there
    }
    return lacks(client, parent.clock) ? client : none;
}

void BulkLoad::place(Run& run, Handle handle) {
    Item& item = store_.items[handle];
    Transaction::Place place;
    place.left = item.origin().exists() ? left_of(item.origin()) : none;
    place.right = item.right_origin().exists() ? right_of(item.right_origin()) : none;
    const auto forgotten = [&](Handle beside) {
        return beside != none && store_.items[beside].is_gc();
    };
    if (!forgotten(place.left) && !forgotten(place.right)) {
        find_parent(item, place);
    }
    if (place.parent != none) {
        return link_between(handle, place);
    }
    if (item.type() != none) {
        store_.release_type(item.content.place);
        item.content = ContentBlock{};
    }
    store_.forget(item);
    run.merge_from = std::min(run.merge_from, item.clock);
    store_.push(handle);
}

void BulkLoad::find_parent(const Item& item, Transaction::Place& place) {
    const Handle beside = place.left != none ? place.left : place.right;
    if (beside != none) {
        place.parent = store_.parent_of(store_.items[beside]);
        place.key = store_.key_of(store_.items[beside]);
        return;
    }
    const Home& home = homes_[item.leaf];
    if (home.in_root) {
        place.parent = store_.root(home.root);
    } else {
        const Id carrier{store_.find_client(home.parent.client),
                         static_cast<Clock>(home.parent.clock)};
        place.parent = store_.items[store_.find(carrier)].type();
    }
    if (home.has_key && place.parent != none) {
        place.key = store_.names.intern(home.key);
    }
}

/// The item that has this unit, or its first part if it was cut.
Handle BulkLoad::item_with(Id unit) const {
    const StructList::Entry* base = runs_[unit.client].structs.data();
    for (std::size_t count = runs_[unit.client].structs.size(); count > 1;) {
        const std::size_t half = count / 2;
        base += base[half].clock <= unit.clock ? half : 0;
        count -= half;
    }
    return base->item;
}

Handle BulkLoad::left_of(Id origin) {
    const Handle handle = item_with(origin);
    const Item& item = store_.items[handle];
    return item.is_gc() || item.end() - 1 == origin.clock ? handle : transaction_.clean_end(origin);
}

Handle BulkLoad::right_of(Id right_origin) {
    const Handle handle = item_with(right_origin);
    const Item& item = store_.items[handle];
    return item.is_gc() || item.clock == right_origin.clock
               ? handle
               : transaction_.clean_start(right_origin);
}

/// Where the neighbours are neighbours still, there is nothing to order.
void BulkLoad::link_between(Handle handle, const Transaction::Place& place) {
    const Handle beside = place.left != none ? place.left : place.right;
    const Handle carrier = store_.types[place.parent].item;
    const bool usual = beside != none && place.key == none &&
                       (place.left != none ? store_.items[place.left].right == place.right
                                           : store_.items[place.right].left == none) &&
                       (carrier == none || !store_.items[carrier].deleted);
    if (!usual) {
        return transaction_.insert(handle, place);
    }
    Item& item = store_.items[handle];
    item.left = place.left;
    item.right = place.right;
    item.leaf = store_.items[beside].leaf;
    Type& parent = store_.types[place.parent];
    if (place.left != none) {
        store_.items[place.left].right = handle;
    } else {
        parent.start = handle;
    }
    if (place.right != none) {
        store_.items[place.right].left = handle;
    }
    parent.formatted |= item.ref == ContentRef::format;
    store_.lists.insert_unindexed(handle);
    store_.push(handle);
}

// ---- deleting ----

bool BulkLoad::apply_deletes(Reader& reader) {
    std::vector<WireRange> ranges;
    if (!read_delete_set(reader, ranges)) {
        return false;
    }
    normalise(ranges);
    // Descending by client, as in the general way.
    for (auto end = ranges.cend(); end != ranges.cbegin();) {
        const ClientIndex client = store_.find_client(std::prev(end)->client);
        if (client == none || std::prev(end)->end() > store_.clients[client].state) {
            return false;
        }
        auto first = std::prev(end);
        while (first != ranges.cbegin() && std::prev(first)->client == first->client) {
            --first;
        }
        apply_deletes_of(runs_[client], {first, end});
        end = first;
    }
    return true;
}

/// Nearly all of it says of tombstones that they are deleted.
void BulkLoad::apply_deletes_of(const Run& run, std::span<const WireRange> ranges) {
    const std::vector<StructList::Entry>& structs = run.structs;
    const auto is_tombstone = [&](std::size_t at) {
        const Item& item = store_.items[structs[at].item];
        const Clock end = at + 1 < structs.size() ? structs[at + 1].clock : run.end;
        return item.deleted && item.end() == end;  // of one that was cut we see the first part
    };
    std::size_t at = 0;
    for (const WireRange& range : ranges) {
        while (at + 1 < structs.size() && structs[at + 1].clock <= range.clock) {
            ++at;
        }
        bool known = is_tombstone(at);
        while (known && at + 1 < structs.size() && structs[at + 1].clock < range.end()) {
            known = is_tombstone(++at);
        }
        if (!known) {
            transaction_.delete_range(run.client, static_cast<Clock>(range.clock),
                                      static_cast<Clock>(range.end()));
        }
    }
}

}  // namespace weft::yjs
