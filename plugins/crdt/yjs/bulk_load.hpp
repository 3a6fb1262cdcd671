// Fills an empty document from one update, as the store of the server keeps all of it.
//
// The general way (document.cpp) reads an update twice, because a damaged one must leave the document as it was, and asks
// for every struct where its neighbours are. An empty document has nothing to lose: here structs become items while they
// are read, and are then put into their lists client by client. What is damaged or lacks something is declined, and so is
// what the general way does better; the caller begins again with an empty document.
#pragma once

#include "lib0.hpp"
#include "transaction.hpp"
#include "update_writer.hpp"

#include <vector>

namespace weft::yjs {

/// The id of a client, which most ids of its structs repeat: known by its bytes, without being decoded.
class RepeatedId {
public:
    RepeatedId() = default;
    explicit RepeatedId(std::uint64_t client) {
        std::uint8_t encoded[10];
        size_ = static_cast<std::size_t>(put_varuint(encoded, client) - encoded);
        if (size_ <= sizeof(bytes_)) {
            std::memcpy(&bytes_, encoded, size_);
            std::memset(&mask_, 0xff, size_);
        }
    }

    /// Moves the reader behind the id, if it is there.
    bool pass(Reader& reader) const {
        std::uint64_t next = 0;
        if (reader.remaining() < sizeof(next)) {
            return false;
        }
        std::memcpy(&next, reader.cursor(), sizeof(next));
        if ((next & mask_) != bytes_ || mask_ == 0) {
            return false;
        }
        reader.bytes(size_);
        return true;
    }

private:
    std::uint64_t bytes_ = 0;
    std::uint64_t mask_ = 0;
    std::size_t size_ = 0;
};

class BulkLoad {
public:
    /// The store is empty, and the transaction has not begun. Both outlive this.
    BulkLoad(StructStore& store, Transaction& transaction)
        : store_(store), transaction_(transaction) {}

    /// All of the update, but for the end of the transaction. False if it is declined: the store is of no use then.
    bool load(BytesView update);

private:
    /// The structs of one client in the order of clocks; those before `next` are in their lists.
    struct Run {
        ClientIndex client = none;
        Clock end = 0;
        std::vector<StructList::Entry> structs;
        std::size_t next = 0;
        Clock merge_from = none;  // structs from here on may merge with what is in front of them
    };

    /// Where an item without origins goes. Its `leaf` says which of these it has, until it stands in a list.
    struct Home {
        WireId parent;  // the item that carries the type
        bool in_root = false;
        bool has_key = false;
        std::string_view root;
        std::string_view key;
    };

    bool read_run(Reader& reader);
    bool read_struct(Reader& reader, Run& run);
    bool read_unusual(Reader& reader, Run& run);
    bool add_gc(Run& run, std::uint64_t length);
    bool add_item(Run& run, const ContentView& content, Id origin, Id right_origin, Handle home);
    Id read_id(Reader& reader, const Run& run);

    bool link_runs();
    ClientIndex link(Run& run);
    ClientIndex missing_for(const Item& item) const;
    void place(Run& run, Handle handle);
    Handle item_with(Id unit) const;
    Handle left_of(Id origin);
    Handle right_of(Id right_origin);
    void find_parent(const Item& item, Transaction::Place& place);
    void link_between(Handle handle, const Transaction::Place& place);

    bool apply_deletes(Reader& reader);
    void apply_deletes_of(const Run& run, std::span<const WireRange> ranges);

    StructStore& store_;
    Transaction& transaction_;
    std::vector<Run> runs_;           // by ClientIndex
    std::vector<ClientIndex> order_;  // as the update has them
    std::vector<Home> homes_;
    std::uint64_t structs_ = 0;
    std::uint64_t loose_ = 0;  // of them, those that would be joined to the one in front
    RepeatedId own_id_;        // of the run that is being read
};

}  // namespace weft::yjs
