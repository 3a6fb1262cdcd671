// All structs of one document: per client a gapless list from clock 0 on, and the types that they build.
#pragma once

#include "byte_arena.hpp"
#include "item.hpp"
#include "update_decoder.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace weft::yjs {

/// Things of one kind behind 32-bit handles. They never move, so references stay good while others are made.
template <class T, unsigned chunk_bits>
class Arena {
public:
    Handle create() {
        if (!free_.empty()) {
            const Handle handle = free_.back();
            free_.pop_back();
            return handle;
        }
        if ((size_ & mask) == 0) {
            chunks_.push_back(std::make_unique<T[]>(mask + 1));
        }
        return size_++;
    }

    void release(Handle handle) {
        (*this)[handle] = T{};
        free_.push_back(handle);
    }

    T& operator[](Handle handle) { return chunks_[handle >> chunk_bits][handle & mask]; }
    const T& operator[](Handle handle) const {
        return chunks_[handle >> chunk_bits][handle & mask];
    }

    std::uint64_t memory_bytes() const {
        return chunks_.size() * ((mask + 1) * sizeof(T) + sizeof(void*)) +
               free_.capacity() * sizeof(Handle);
    }

private:
    static constexpr Handle mask = (Handle{1} << chunk_bits) - 1;

    std::vector<std::unique_ptr<T[]>> chunks_;
    std::vector<Handle> free_;
    Handle size_ = 0;
};

/// The structs of one client, and what the running transaction remembers of it.
struct Client {
    std::uint64_t id = 0;
    std::uint64_t state = 0;         // the next clock
    std::uint64_t state_before = 0;  // at the start of the transaction, once `touched`
    bool touched = false;            // got new structs in this transaction
    std::vector<Handle> structs;     // ascending by clock
    mutable std::size_t last_found = 0;

    /// What the client had before this transaction.
    std::uint64_t known_before() const { return touched ? state_before : state; }
};

/// Text keys and names by handle, each kept once. They stay until the document goes.
class NameTable {
public:
    Handle intern(std::string_view name);
    Handle find(std::string_view name) const;  // none if it was never interned
    std::string_view text(Handle name) const { return *texts_[name]; }
    std::uint64_t memory_bytes() const { return memory_bytes_; }

private:
    std::map<std::string, Handle, std::less<>> handles_;
    std::vector<const std::string*> texts_;
    std::uint64_t memory_bytes_ = 0;
};

class StructStore {
public:
    Arena<Item, 5> items;
    Arena<Type, 2> types;
    ByteArena contents;
    NameTable names;
    std::deque<Client> clients;  // by ClientIndex, in the order in which they came

    /// `none` if no struct of this client is known.
    ClientIndex find_client(std::uint64_t id) const;
    ClientIndex client(std::uint64_t id);

    /// The next clock of a client; 0 if it is not known.
    std::uint64_t state(std::uint64_t client) const;

    /// Clients by id; indexes of `clients`.
    const std::map<std::uint64_t, ClientIndex>& clients_by_id() const { return by_id_; }

    /// Where in the client's list the struct with this clock stands; the clock is below its state.
    std::size_t index_of(ClientIndex client, std::uint64_t clock) const;
    Handle find(Id id) const { return clients[id.client].structs[index_of(id.client, id.clock)]; }

    /// Adds a struct that starts at its client's state.
    void push(Handle item);

    /// The root type of this name, which exists as soon as it is named.
    Handle root(std::string_view name);
    Handle find_root(std::string_view name) const;
    /// Types by the handle of the root's name.
    const std::map<Handle, Handle>& roots() const { return roots_; }

    /// Cuts an item at `offset` units, 0 < offset < length, and gives the right part.
    /// `index` is the item's place in its client's list.
    Handle split(ClientIndex client, std::size_t index, std::uint64_t offset);

    /// Turns an item into a GC struct in place. Its neighbours are not told.
    void forget(Handle item);

    /// Gives the content's memory back and leaves a tombstone of the same length.
    void drop_content(Item& item);

    /// A struct as it is written into an update. Views into the store.
    StructView view(const Item& item) const;

    std::uint64_t memory_bytes() const;

private:
    WireId wire(Id id) const { return {clients[id.client].id, id.clock}; }

    std::map<std::uint64_t, ClientIndex> by_id_;
    std::map<Handle, Handle> roots_;
    mutable ClientIndex last_client_ = none;
};

}  // namespace weft::yjs
