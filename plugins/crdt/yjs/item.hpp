// Structs as the store keeps them.
//
// The terms are those of YATA (P. Nicolaescu, K. Jahns, M. Derntl, R. Klamma: "Near Real-Time Peer-to-Peer Shared
// Editing on Extensible Data Types", GROUP 2016) and of Yjs, which implements it: `origin` and `right_origin` are
// the neighbours that an item had when it was made, `left` and `right` those that it has now.
#pragma once

#include "content.hpp"
#include "id.hpp"

#include <cstdint>
#include <utility>
#include <vector>

namespace weft::yjs {

/// One struct: an item, or a GC struct (`ref == ContentRef::gc`: position and content are forgotten).
/// A document has as many of them as it has runs of edits, so they are packed: 48 bytes.
struct Item {
    Clock clock = 0;
    Clock length = 0;  // in clock units: UTF-16 code units, values
    std::uint32_t client : 24 = clients_max;
    ContentRef ref = ContentRef::gc;
    std::uint32_t origin_client : 24 = clients_max;  // clients_max: none
    bool deleted = false;
    std::uint32_t right_origin_client : 24 = clients_max;
    bool freshly_deleted = false;  // in the running transaction
    Clock origin_clock = 0;
    Clock right_origin_clock = 0;
    Handle left = none;
    Handle right = none;
    Handle leaf = none;    // what part of which list it stands in
    ContentBlock content;  // of a type that is alive: `place` is the type

    Clock end() const { return clock + length; }
    bool is_gc() const { return ref == ContentRef::gc; }
    bool countable() const { return is_countable(ref); }
    /// Counts for the length of a list.
    bool visible() const { return !deleted && countable(); }
    Clock units() const { return visible() ? length : 0; }
    Id id() const { return {client, clock}; }
    Id last_id() const { return {client, end() - 1}; }
    Id origin() const {
        return {origin_client == clients_max ? none : origin_client, origin_clock};
    }
    Id right_origin() const {
        return {right_origin_client == clients_max ? none : right_origin_client,
                right_origin_clock};
    }

    void set_origin(Id id) {
        origin_client = id.client & clients_max;
        origin_clock = id.clock;
    }
    void set_right_origin(Id id) {
        right_origin_client = id.client & clients_max;
        right_origin_clock = id.clock;
    }

    /// The type that this item carries, unless that was forgotten.
    Handle type() const { return ref == ContentRef::type ? content.place : none; }

    Handle& free_link() { return left; }
};
static_assert(sizeof(Item) == 48);

/// Items that stand next to each other: a stretch of a type's list (all of it, until the list is indexed by position),
/// or all that one key of a type ever had, of which the rightmost is the value.
struct Leaf {
    Handle type = none;
    Handle key = none;     // none: part of the list
    Handle first = none;   // the leftmost item
    Handle last = none;    // of a key: the rightmost item
    Handle parent = none;  // of a list that is indexed: the node above
    std::uint32_t items = 0;
    std::uint32_t units = 0;  // of the visible items; of a key: how many keys its type had before

    Handle& free_link() { return first; }
};

/// A shared type: a list, and a map from keys to values, each of which is the last of a list of its own.
struct Type {
    Handle start = none;  // the leftmost item of the list
    Handle item = none;   // the item that carries it; none: a root
    Handle name =
        none;  // of a root: its name; of an XML element or hook: its content, type ref and name
    TypeRef ref = TypeRef::unknown;
    bool indexed = false;      // by position
    bool formatted = false;    // a format was ever put into the list
    std::uint8_t levels = 0;   // of nodes above the leaves
    std::uint32_t length = 0;  // visible units of the list
    Handle root = none;        // of the index: a node, or with no level the only leaf
    std::vector<std::pair<Handle, Handle>> map;  // (key, leaf), ascending by key

    /// The leaf of a key, `none` if it never had a value.
    Handle get(Handle key) const;

    Handle& free_link() { return start; }
};

}  // namespace weft::yjs
