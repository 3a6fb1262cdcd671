// Structs as the store keeps them.
//
// The terms are those of YATA (P. Nicolaescu, K. Jahns, M. Derntl, R. Klamma: "Near Real-Time Peer-to-Peer Shared
// Editing on Extensible Data Types", GROUP 2016) and of Yjs, which implements it: `origin` and `right_origin` are
// the neighbours that an item had when it was made, `left` and `right` those that it has now.
#pragma once

#include "byte_arena.hpp"
#include "content.hpp"
#include "id.hpp"

#include <cstdint>
#include <utility>
#include <vector>

namespace weft::yjs {

/// One struct: an item, or a GC struct (`ref == ContentRef::gc`: position and content are forgotten).
struct Item {
    std::uint64_t clock = 0;
    std::uint64_t length = 0;  // in clock units: UTF-16 code units, values
    std::uint64_t origin_clock = 0;
    std::uint64_t right_origin_clock = 0;
    ClientIndex client = none;
    ClientIndex origin_client = none;
    ClientIndex right_origin_client = none;
    Handle left = none;
    Handle right = none;
    Handle parent = none;         // a type
    Handle parent_sub = none;     // a key in the table of names
    Handle type = none;           // the type that this item carries (ContentRef::type)
    std::uint32_t scan_mark = 0;  // when the search for a place last passed this item
    ContentBlock content;
    ContentRef ref = ContentRef::gc;
    bool deleted = false;
    bool freshly_deleted = false;  // in the running transaction

    std::uint64_t end() const { return clock + length; }
    bool is_gc() const { return ref == ContentRef::gc; }
    bool countable() const { return is_countable(ref); }
    Id id() const { return {client, clock}; }
    Id last_id() const { return {client, end() - 1}; }
    Id origin() const { return {origin_client, origin_clock}; }
    Id right_origin() const { return {right_origin_client, right_origin_clock}; }

    void set_origin(Id id) {
        origin_client = id.client;
        origin_clock = id.clock;
    }
    void set_right_origin(Id id) {
        right_origin_client = id.client;
        right_origin_clock = id.clock;
    }
};

/// A shared type: a list (`start`, then right and right…) and a map (key → the rightmost item of that key's own list).
struct Type {
    Handle start = none;
    Handle item = none;  // the item that carries it; none: a root
    Handle name = none;  // of the root, of the XML element, of the hook
    TypeRef ref = TypeRef::unknown;
    std::uint64_t length = 0;
    std::vector<std::pair<Handle, Handle>> map;  // (key, item), ascending by key

    Handle get(Handle key) const;
    void set(Handle key, Handle item);
};

}  // namespace weft::yjs
