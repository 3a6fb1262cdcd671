// One change of the store: structs are integrated, ranges deleted, and at the end what was deleted is collected and
// neighbours are merged, as Yjs does it, so that the same state is written as the same bytes.
#pragma once

#include "struct_store.hpp"

#include <map>
#include <vector>

namespace weft::yjs {

/// Units of one client that the running transaction deleted.
struct DeletedRange {
    ClientIndex client = none;
    Clock clock = 0;
    Clock length = 0;
    bool settled = false;  // collected and merged already

    Clock end() const { return clock + length; }
};

/// Made once per document and used again for each change, so that its lists keep their memory.
class Transaction {
public:
    /// `collect_garbage`: contents that are deleted are forgotten.
    Transaction(StructStore& store, bool collect_garbage)
        : store_(store), collect_garbage_(collect_garbage) {}

    /// Adds a struct from `offset` units on. Its client's state is `view.clock + offset`, and all that it depends on is
    /// in the store.
    void integrate(const StructView& view, std::uint64_t offset);

    /// Appends text to the last struct of a client, as a change of its own, if that is what integrating it with this right
    /// origin behind the client's last unit comes to.
    bool try_type(ClientIndex client, Id right_origin, BytesView text, Clock units);

    /// The same for text that a local edit puts right of `left`.
    bool try_type_behind(Handle left, ClientIndex client, BytesView text, Clock units);

    /// Deletes the units [clock, end) of a client; `end` is at most its state. True if none of them had been deleted
    /// before this transaction.
    bool delete_range(ClientIndex client, Clock clock, Clock end);

    /// Inserts text right of `left` (none: at the start) as the next unit of `client`, for local edits. Gives the item that
    /// has it: a new one, or `left` if the text goes on what the client wrote last.
    Handle insert_text(ClientIndex client, Handle parent, Handle left, BytesView text, Clock units);

    /// Puts a new item of `client` right of `left` (none: at the start) into the list of `parent`, or behind the last value
    /// of its `key`, for local edits. Gives the item.
    Handle insert_local(ClientIndex client, Handle parent, Handle key, Handle left,
                        const ContentView& content);

    /// The item that begins with this unit; splits the item that holds it, unless that is a GC struct.
    Handle clean_start(Id id);

    /// The item that ends with this unit; likewise.
    Handle clean_end(Id id);

    /// Collects and merges.
    void finish();

    /// Whether anything is new, and what: valid after `finish`, until `reset`.
    bool changed() const { return !touched_.empty() || !deleted_.empty(); }
    /// Descending by id, as they are written.
    const std::vector<ClientIndex>& touched() const { return touched_; }
    /// Descending by client id, ascending by clock, disjoint.
    const std::vector<DeletedRange>& deleted() const { return deleted_; }

    /// Makes ready for the next change.
    void reset();

    /// What comes from here on belongs to another update of the same change.
    void begin_update() { extended_.clear(); }

    std::uint64_t memory_bytes() const {
        return marks_.capacity() * sizeof(marks_.front()) +
               touched_.capacity() * sizeof(touched_.front()) +
               deleted_.capacity() * sizeof(deleted_.front()) +
               merge_candidates_.capacity() * sizeof(merge_candidates_.front());
    }

    /// Gives back what only concurrent insertions need.
    void drop_marks() {
        marks_ = {};
        mark_ = 0;
    }

private:
    friend class BulkLoad;

    /// Where an item goes, before concurrent items at the same place are ordered.
    struct Place {
        Handle left = none;
        Handle right = none;
        Handle parent = none;  // a type; none: whatever this belonged to is forgotten
        Handle key = none;     // of the parent; none: in its list
    };

    void touch(ClientIndex client);
    Id id_of(const WireId& id) const {
        return {store_.find_client(id.client), static_cast<Clock>(id.clock)};
    }
    void push_gc(ClientIndex client, Clock clock, Clock length);
    bool extends(Handle left, ClientIndex client, std::size_t size, Id right_origin) const;
    void extend(Item& last, BytesView text, Clock units);
    bool try_extend(const StructView& view, ClientIndex client);
    bool has_extended_at(Id first, Clock last) const;
    bool is_cut_off(const StructView& view, Handle left) const;
    Place find_place(const StructView& view, ClientIndex client, std::uint64_t offset);
    void find_parent(const StructView& view, Place& place);
    void insert(Handle handle, const Place& place);
    Handle order_concurrent(const Item& item, const Place& place);
    Handle first_of(const Place& place) const;
    void link(Handle handle, const Place& place);
    bool try_move_border(ClientIndex client, StructList::Place place, Clock clock, Clock end);
    void remove(Handle handle);
    void mark_deleted(Item& item);
    void take_children(Handle type, std::vector<Handle>& doomed) const;

    void order_touched();
    void normalise_deleted();
    void collect_deleted();
    void collect(Item& item);
    void collect_children(Handle type, std::vector<Handle>& types);
    void merge_neighbours();
    bool mergeable(Handle left, Handle right) const;
    void merge_range(ClientIndex client, Clock first, Clock last);
    void merge_around(ClientIndex client, Clock first, Clock last);

    StructStore& store_;
    const bool collect_garbage_;
    std::vector<ClientIndex> touched_;
    std::vector<DeletedRange> deleted_;
    std::vector<Id> merge_candidates_;  // units whose structs may now merge with their neighbours
    std::vector<std::uint32_t> marks_;  // by item: when the search for a place last passed it
    std::uint32_t mark_ = 0;
    std::map<ClientIndex, std::vector<Clock>> extended_;  // where `try_extend` has spared a struct
};

}  // namespace weft::yjs
