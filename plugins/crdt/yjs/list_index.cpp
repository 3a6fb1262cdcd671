#include "list_index.hpp"

#include <algorithm>

namespace weft::yjs {

Handle& ListIndex::parent_of(Handle child, bool is_leaf) {
    return is_leaf ? leaves_[child].parent : nodes_[child].parent;
}

std::uint32_t ListIndex::units_below(Handle child, bool is_leaf) const {
    if (is_leaf) {
        return leaves_[child].units;
    }
    const Node& node = nodes_[child];
    std::uint32_t units = 0;
    for (std::uint32_t i = 0; i < node.count; ++i) {
        units += node.units[i];
    }
    return units;
}

ListIndex::Place ListIndex::find(Handle type_handle, std::uint32_t position) {
    tell_nodes();
    Type& type = types_[type_handle];
    if (!type.indexed) {
        build(type_handle);
    }
    Handle below = type.root;
    for (std::uint8_t level = type.levels; level > 0; --level) {
        const Node& node = nodes_[below];
        std::uint32_t slot = 0;
        while (position >= node.units[slot]) {
            position -= node.units[slot++];
        }
        below = node.child[slot];
    }
    Handle item = leaves_[below].first;
    for (;; item = items_[item].right) {
        const std::uint32_t units = items_[item].units();
        if (position < units) {
            return {item, position};
        }
        position -= units;
    }
}

std::uint32_t ListIndex::position_of(Handle handle) {
    tell_nodes();
    const Handle leaf = items_[handle].leaf;
    if (!types_[leaves_[leaf].type].indexed) {
        build(leaves_[leaf].type);
    }
    Handle child = items_[handle].leaf;
    std::uint32_t position = 0;
    for (Handle item = leaves_[child].first; item != handle; item = items_[item].right) {
        position += items_[item].units();
    }
    for (Handle above = leaves_[child].parent; above != none; above = nodes_[above].parent) {
        const Node& node = nodes_[above];
        for (std::uint32_t slot = 0; node.child[slot] != child; ++slot) {
            position += node.units[slot];
        }
        child = above;
    }
    return position;
}

/// Must come before nodes are read, and before leaves change their parents or go.
void ListIndex::tell_nodes() {
    Handle child = late_leaf_;
    if (late_units_ != 0) {
        for (Handle above = leaves_[child].parent; above != none; above = nodes_[above].parent) {
            Node& node = nodes_[above];
            node.units[slot_of(node, child)] += late_units_;
            child = above;
        }
    }
    late_leaf_ = none;
    late_units_ = 0;
}

void ListIndex::insert(Handle handle, Handle type_handle) {
    Item& item = items_[handle];
    Type& type = types_[type_handle];
    if (item.left == none && item.right == none) {
        const Handle leaf = leaves_.create();
        leaves_[leaf].type = type_handle;
        type.root = leaf;
        type.levels = 0;
        type.indexed = false;
        item.leaf = leaf;
    } else {
        item.leaf = items_[item.left != none ? item.left : item.right].leaf;
    }
    Leaf& leaf = leaves_[item.leaf];
    if (item.left == none) {
        leaf.first = handle;
    }
    ++leaf.items;
    const Handle leaf_handle = item.leaf;
    if (leaf.items > leaf_max && type.indexed) {
        split_leaf(leaf_handle, handle);
    }
    // Behind a split the units of what is deleted or uncountable are 0, so this is right for it too.
    const std::uint32_t units = item.units();
    if (units != 0) {
        add_units(item.leaf, units);
    }
}

/// Moves items of a leaf that has too many into a new one: half of them, or at the end of a stretch of appends the last.
/// `inserted` is not counted yet.
void ListIndex::split_leaf(Handle left_handle, Handle inserted) {
    tell_nodes();
    const Handle right_handle = leaves_.create();
    Leaf& left = leaves_[left_handle];
    Leaf& right = leaves_[right_handle];
    const Handle behind = items_[inserted].right;
    const bool appended = behind == none || items_[behind].leaf != left_handle;
    std::uint32_t kept = appended ? left.items - 1 : left.items / 2;
    Handle item = inserted;
    if (!appended) {
        item = left.first;
        for (std::uint32_t i = 0; i < kept; ++i) {
            item = items_[item].right;
        }
    }
    right.type = left.type;
    right.first = item;
    right.items = left.items - kept;
    left.items = kept;
    for (std::uint32_t i = 0; i < right.items; ++i) {
        Item& moved = items_[item];
        moved.leaf = right_handle;
        right.units += item == inserted ? 0 : moved.units();
        item = moved.right;
    }
    left.units -= right.units;
    if (left.parent == none) {
        grow_root(left.type, left_handle, right_handle);
    } else {
        Node& node = nodes_[left.parent];
        node.units[slot_of(node, left_handle)] -= right.units;
        insert_child(left_handle, right_handle, right.units, left.type);
    }
}

void ListIndex::grow_root(Handle type_handle, Handle left, Handle right) {
    Type& type = types_[type_handle];
    const bool above_leaves = type.levels == 0;
    const Handle root = nodes_.create();
    Node& node = nodes_[root];
    node.above_leaves = above_leaves;
    node.count = 2;
    std::uint32_t slot = 0;
    for (const Handle child : {left, right}) {
        node.child[slot] = child;
        node.units[slot++] = units_below(child, above_leaves);
        parent_of(child, above_leaves) = root;
    }
    type.root = root;
    ++type.levels;
}

/// Puts a leaf behind another, and makes room for it upwards.
void ListIndex::insert_child(Handle after, Handle added, std::uint32_t units, Handle type) {
    for (bool is_leaf = true;; is_leaf = false) {
        Handle target = parent_of(after, is_leaf);
        if (target == none) {
            return grow_root(type, after, added);
        }
        const Handle full = nodes_[target].count == node_max ? target : none;
        const Handle sibling = full != none ? split_node(full) : none;
        target = parent_of(after, is_leaf);
        Node& node = nodes_[target];
        const std::uint32_t slot = slot_of(node, after) + 1;
        std::copy_backward(node.child + slot, node.child + node.count, node.child + node.count + 1);
        std::copy_backward(node.units + slot, node.units + node.count, node.units + node.count + 1);
        node.child[slot] = added;
        node.units[slot] = units;
        ++node.count;
        parent_of(added, is_leaf) = target;
        if (sibling == none) {
            return;
        }
        after = full;
        added = sibling;
        units = units_below(sibling, false);
        if (nodes_[full].parent != none) {
            Node& above = nodes_[nodes_[full].parent];
            above.units[slot_of(above, full)] = units_below(full, false);
        }
    }
}

/// Moves the upper half of a full node into a new one, which has no parent yet.
Handle ListIndex::split_node(Handle left_handle) {
    const Handle right_handle = nodes_.create();
    Node& left = nodes_[left_handle];
    Node& right = nodes_[right_handle];
    right.above_leaves = left.above_leaves;
    right.count = node_max / 2;
    left.count = node_max / 2;
    for (std::uint32_t i = 0; i < right.count; ++i) {
        right.child[i] = left.child[left.count + i];
        right.units[i] = left.units[left.count + i];
        parent_of(right.child[i], right.above_leaves) = right_handle;
    }
    return right_handle;
}

void ListIndex::erase(Handle handle, Handle into) {
    const Item& item = items_[handle];
    Leaf& leaf = leaves_[item.leaf];
    --leaf.items;
    if (item.units() != 0 && items_[into].leaf != item.leaf) {
        add_units(item.leaf, 0 - item.units());
        add_units(items_[into].leaf, item.units());
    }
    if (leaf.items == 0) {
        erase_leaf(item.leaf);
    } else if (leaf.first == handle) {
        leaf.first = item.right;
    }
}

void ListIndex::erase_leaf(Handle leaf) {
    tell_nodes();
    const Handle type = leaves_[leaf].type;
    Handle child = leaf;
    Handle above = leaves_[leaf].parent;
    leaves_.release(leaf);
    while (above != none) {
        Node& node = nodes_[above];
        const std::uint32_t slot = slot_of(node, child);
        std::copy(node.child + slot + 1, node.child + node.count, node.child + slot);
        std::copy(node.units + slot + 1, node.units + node.count, node.units + slot);
        if (--node.count != 0) {
            break;
        }
        child = above;
        above = node.parent;
        nodes_.release(child);
    }
    collapse_root(type);
}

void ListIndex::collapse_root(Handle type_handle) {
    Type& type = types_[type_handle];
    while (type.levels > 0 && nodes_[type.root].count == 1) {
        const Handle old = type.root;
        const bool above_leaves = nodes_[old].above_leaves;
        type.root = nodes_[old].child[0];
        parent_of(type.root, above_leaves) = none;
        nodes_.release(old);
        --type.levels;
    }
}

void ListIndex::cut_into_leaves(Handle type_handle, std::vector<Handle>& leaves) {
    const Type& type = types_[type_handle];
    Handle leaf = type.root;  // the only one so far
    leaves_[leaf].items = 0;
    leaves_[leaf].units = 0;
    leaves.push_back(leaf);
    for (Handle handle = type.start; handle != none; handle = items_[handle].right) {
        if (leaves_[leaf].items == leaf_max) {
            leaf = leaves_.create();
            leaves_[leaf].type = type_handle;
            leaves_[leaf].first = handle;
            leaves.push_back(leaf);
        }
        items_[handle].leaf = leaf;
        leaves_[leaf].units += items_[handle].units();
        ++leaves_[leaf].items;
    }
}

std::vector<Handle> ListIndex::build_level(const std::vector<Handle>& children, bool above_leaves) {
    std::vector<Handle> nodes;
    for (const Handle child : children) {
        if (nodes.empty() || nodes_[nodes.back()].count == node_max) {
            nodes.push_back(nodes_.create());
            nodes_[nodes.back()].above_leaves = above_leaves;
        }
        Node& node = nodes_[nodes.back()];
        node.child[node.count] = child;
        node.units[node.count++] = units_below(child, above_leaves);
        parent_of(child, above_leaves) = nodes.back();
    }
    return nodes;
}

/// Cuts the single leaf of a list into leaves of the right size and builds the nodes above them.
void ListIndex::build(Handle type_handle) {
    Type& type = types_[type_handle];
    type.indexed = true;
    if (type.start == none) {
        return;
    }
    std::vector<Handle> level;
    cut_into_leaves(type_handle, level);
    while (level.size() > 1) {
        level = build_level(level, type.levels == 0);
        ++type.levels;
    }
    type.root = level.front();
}

void ListIndex::clear(Handle type_handle) {
    tell_nodes();
    Type& type = types_[type_handle];
    std::vector<Handle> level{type.root};
    for (; type.levels > 0; --type.levels) {
        std::vector<Handle> below;
        for (const Handle node : level) {
            below.insert(below.end(), nodes_[node].child, nodes_[node].child + nodes_[node].count);
            nodes_.release(node);
        }
        level = std::move(below);
    }
    for (const Handle leaf : level) {
        if (leaf != none) {
            leaves_.release(leaf);
        }
    }
    type.root = none;
    type.start = none;
}

}  // namespace weft::yjs
