// Finds the item at a position of a list, and the position of an item, in logarithmic time.
//
// A list is a chain of items (left, right); each knows its leaf, a stretch of at most 32 neighbours. Above the leaves
// stand nodes that know how many visible units are below each of their children: a B-tree over the chain. Until
// somebody asks for a position, a list has a single leaf of any size, which costs its edits nothing.
#pragma once

#include "arena.hpp"
#include "item.hpp"

namespace weft::yjs {

class ListIndex {
public:
    using Items = Arena<Item, 5>;
    using Leaves = Arena<Leaf, 3>;
    using Types = Arena<Type, 2>;

    ListIndex(Items& items, Leaves& leaves, Types& types)
        : items_(items), leaves_(leaves), types_(types) {}

    /// A unit of a list: the visible item that has it, and which one of the item's it is.
    struct Place {
        Handle item = none;
        Clock offset = 0;
    };

    /// Where the unit at `position` is, below the list's length. Builds the index if need be.
    Place find(Handle type, std::uint32_t position);

    /// Visible units in front of an item of a list.
    std::uint32_t position_of(Handle item);

    /// Takes in an item that was just linked into the list of `type`.
    void insert(Handle item, Handle type);

    /// The same of a list that is not indexed, when the item knows the leaf already.
    void insert_unindexed(Handle handle) {
        const Item& item = items_[handle];
        Leaf& leaf = leaves_[item.leaf];
        if (item.left == none) {
            leaf.first = handle;
        }
        ++leaf.items;
        leaf.units += item.units();
        types_[leaf.type].length += item.units();
    }

    /// Takes out an item whose units from now on belong to its left neighbour `into`; both are still linked.
    void erase(Handle item, Handle into);

    /// Says that the visible units of an item in this leaf became `added` more, modulo 2^32.
    void add_units(Handle leaf_handle, std::uint32_t added) {
        Leaf& leaf = leaves_[leaf_handle];
        leaf.units += added;
        types_[leaf.type].length += added;
        if (leaf.parent != none) {
            if (late_leaf_ != leaf_handle) {
                tell_nodes();
                late_leaf_ = leaf_handle;
            }
            late_units_ += added;
        }
    }

    /// Forgets the leaves and nodes of a type's list. Items still name them.
    void clear(Handle type);

    std::uint64_t memory_bytes() const { return nodes_.memory_bytes(); }

private:
    static constexpr std::uint32_t leaf_max = 32;
    static constexpr std::uint32_t node_max = 32;

    struct Node {
        Handle parent = none;
        std::uint16_t count = 0;
        bool above_leaves = false;
        Handle child[node_max];
        std::uint32_t units[node_max];

        Handle& free_link() { return parent; }
    };

    void build(Handle type);
    void cut_into_leaves(Handle type, std::vector<Handle>& leaves);
    std::vector<Handle> build_level(const std::vector<Handle>& children, bool above_leaves);
    void split_leaf(Handle leaf, Handle inserted);
    void insert_child(Handle after, Handle added, std::uint32_t units, Handle type);
    Handle split_node(Handle node);
    void grow_root(Handle type, Handle left, Handle right);
    void erase_leaf(Handle leaf);
    void collapse_root(Handle type);
    Handle& parent_of(Handle child, bool is_leaf);
    std::uint32_t units_below(Handle child, bool is_leaf) const;
    std::uint32_t slot_of(const Node& node, Handle child) const {
        std::uint32_t slot = 0;
        while (node.child[slot] != child) {
            ++slot;
        }
        return slot;
    }
    void tell_nodes();

    Items& items_;
    Leaves& leaves_;
    Types& types_;
    Arena<Node, 1> nodes_;
    // Typing changes one leaf again and again: the nodes above it hear of that when something else is asked for.
    Handle late_leaf_ = none;
    std::uint32_t late_units_ = 0;
};

}  // namespace weft::yjs
