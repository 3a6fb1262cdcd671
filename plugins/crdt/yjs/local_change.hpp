// What local edits do to a document: items and deletions of one actor, inside a transaction.
#pragma once

#include "struct_store.hpp"
#include "transaction.hpp"

namespace weft::yjs {

class LocalChange {
public:
    /// `store` and `transaction` outlive this. The actor gets its place in the store with its first item.
    LocalChange(StructStore& store, Transaction& transaction, std::uint64_t actor)
        : store_(store), transaction_(transaction), actor_(actor) {}

    /// Adds an item to the list of `parent`, right of `left` (none: at the start), and gives it.
    Handle insert(Handle parent, Handle left, const ContentView& content) {
        return transaction_.insert_local(store_.client(actor_), parent, none, left, content);
    }

    /// Sets the value of a key of `parent`.
    void set(Handle parent, std::string_view key, const ContentView& content) {
        const Handle name = store_.names.intern(key);
        const Handle leaf = store_.types[parent].get(name);
        const Handle left = leaf == none ? none : store_.leaves[leaf].last;
        transaction_.insert_local(store_.client(actor_), parent, name, left, content);
    }

    /// Deletes the first `units` of an item.
    void erase(const Item& item, Clock units) {
        transaction_.delete_range(item.client, item.clock, item.clock + units);
    }

    /// The item that ends with unit `offset` of an item.
    Handle end_at(const Item& item, Clock offset) {
        return transaction_.clean_end({item.client, item.clock + offset});
    }

private:
    StructStore& store_;
    Transaction& transaction_;
    const std::uint64_t actor_;
};

}  // namespace weft::yjs
