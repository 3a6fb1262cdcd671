// All structs of one document: per client a gapless list from clock 0 on, and the types that they build.
//
// Reading it: `roots` and `types` say what there is. The items of a type's list are `types[t].start` and from there
// `right` after `right`; what is `visible()` counts. Its keys are `types[t].map`: all items that a key ever had are
// `leaves[leaf].first` and rightwards to `leaves[leaf].last`, the value unless it is deleted. `contents.view` gives the
// bytes of an item (content.hpp says what is in them), `lists` positions, `find` the struct that holds a unit.
#pragma once

#include "arena.hpp"
#include "content_store.hpp"
#include "item.hpp"
#include "list_index.hpp"
#include "struct_list.hpp"
#include "update_decoder.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace weft::yjs {

/// The structs of one client, and what the running transaction remembers of it.
struct Client {
    std::uint64_t id = 0;
    Clock state = 0;         // the next clock
    Clock state_before = 0;  // at the start of the transaction, once `touched`
    Clock merge_from =
        0;  // once touched: new structs from here on may merge with what is in front of them
    bool touched = false;  // got new units in this transaction
    StructList structs;

    /// What the client had before this transaction.
    Clock known_before() const { return touched ? state_before : state; }
};

/// Text keys and names by handle, each kept once. They stay until the document goes.
class NameTable {
public:
    Handle intern(std::string_view name);
    Handle find(std::string_view name) const;  // none if it was never interned
    std::string_view text(Handle name) const { return *texts_[name]; }
    std::uint64_t memory_bytes() const {
        return memory_bytes_ + texts_.capacity() * sizeof(decltype(texts_)::value_type);
    }

private:
    std::map<std::string, Handle, std::less<>> handles_;
    std::vector<const std::string*> texts_;
    std::uint64_t memory_bytes_ = 0;
};

class StructStore {
public:
    StructStore() = default;
    StructStore(const StructStore&) = delete;
    StructStore& operator=(const StructStore&) = delete;

    ListIndex::Items items;
    ListIndex::Leaves leaves;
    ListIndex::Types types;
    ContentStore contents;
    NameTable names;
    ListIndex lists{items, leaves, types};
    std::vector<Client> clients;  // by ClientIndex, in the order in which they came

    /// `none` if no struct of this client is known.
    ClientIndex find_client(std::uint64_t id) const;
    ClientIndex client(std::uint64_t id);

    /// The next clock of a client; 0 if it is not known.
    std::uint64_t state(std::uint64_t client) const;

    /// Clients by id; indexes of `clients`.
    const std::map<std::uint64_t, ClientIndex>& clients_by_id() const { return by_id_; }

    /// The struct that holds a unit; its clock is below the client's state.
    Handle find(Id id) const {
        const StructList& structs = clients[id.client].structs;
        return structs[structs.find(id.clock)].item;
    }

    /// The type that an item stands in, and under which key (none: in the list).
    Handle parent_of(const Item& item) const { return leaves[item.leaf].type; }
    Handle key_of(const Item& item) const { return leaves[item.leaf].key; }

    /// The bytes of an item's content.
    BytesView content_of(const Item& item) const {
        return item.ref == ContentRef::type ? header_of(types[item.content.place])
                                            : contents.view(item.content);
    }

    /// The type that an item with this content carries.
    Handle create_type(Handle item, BytesView header);
    std::string_view name_of(const Type& type) const;

    /// The leaf of a key of a type, made if it is not there.
    Handle leaf_of(Handle type, Handle key);

    /// Forgets a type, its leaves and its nodes; of its items nothing is left.
    void release_type(Handle type);

    /// Adds a struct that starts at its client's state.
    void push(Handle item);

    /// The root type of this name, which exists as soon as it is named.
    Handle root(std::string_view name);
    Handle find_root(std::string_view name) const;
    /// Types by the handle of the root's name.
    const std::map<Handle, Handle>& roots() const { return roots_; }

    /// Cuts the item at `place` of its client's list at `offset` units, 0 < offset < length: the right part is new and
    /// stands behind it. Gives the right part.
    Handle split(StructList& structs, StructList::Place place, Clock offset);

    /// Joins two neighbours into the left one; `right` is the place of the right one. Gives the place of the left one.
    StructList::Place join(StructList& structs, StructList::Place right);

    /// Turns an item, which carries no type, into a GC struct in place. Neither its neighbours nor its leaf are told.
    void forget(Item& item);

    /// Gives the content's memory back and leaves a tombstone of the same length. The content is no type.
    void drop_content(Item& item);

    /// Gives back the memory of contents that were dropped, if there is much of it.
    void compact();

    /// Forgets everything: as new.
    void clear() {
        std::destroy_at(this);
        std::construct_at(this);
    }

    /// A struct as it is written into an update. Views into the store.
    StructView view(const Item& item) const;

    std::uint64_t memory_bytes() const;

private:
    BytesView header_of(const Type& type) const;
    WireId wire(Id id) const { return {clients[id.client].id, id.clock}; }
    void link_right_part(Handle left, Handle right);
    void unlink_joined(Handle left, Handle right);

    std::map<std::uint64_t, ClientIndex> by_id_;
    std::map<Handle, Handle> roots_;
    std::uint64_t list_bytes_ = 0;  // of all clients' lists
    std::uint64_t map_bytes_ = 0;   // of all types' maps
    static constexpr std::size_t remembered_clients = 16;
    mutable Handle last_root_ = none;  // found last
    mutable ClientIndex last_clients_[remembered_clients] =
        {};  // found last, by their ids' low bits
};

}  // namespace weft::yjs
