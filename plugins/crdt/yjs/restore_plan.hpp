// Finds the edits that give a document the content of an earlier state of itself.
//
// What was alive then and still is, stays; what is alive now and was not, is deleted; what was alive then and is not any more, is
// made anew from the earlier state's content, next to where its tombstone stands. Formats of text are units like any
// other, so what follows from them is the same too. A type that is gone is made anew with all that was in it.
#pragma once

#include "content_reader.hpp"
#include "update_decoder.hpp"

#include <optional>
#include <vector>

namespace weft::yjs {

class RestorePlan {
public:
    /// `then` is an earlier state of `now`: it has no clock beyond those of `now`. `client` makes the edits. Neither store
    /// changes while this lives.
    RestorePlan(const StructStore& now, const StructStore& then, std::uint64_t client);

    /// Appends the edits as one update; nothing if the content is the same. Call once. Types can be nested as deep as a client
    /// likes: no recursion. Linear in both states.
    void write(Bytes& out);

private:
    /// A type whose content becomes that of `then` (none: nothing). `now` is none if it is new: carried by `item`, which the
    /// plan makes, or a root.
    struct Task {
        Handle then = none;
        Handle now = none;
        WireId item;
        bool is_root = false;
        std::string_view root = {};
    };

    /// Where new items stand: the units left and right of them, if there are any.
    struct Gap {
        bool has_left = false;
        bool has_right = false;
        WireId left;
        WireId right;
    };

    /// One new item; items of one content that follow each other become one.
    struct Copy {
        ContentRef ref = ContentRef::gc;
        Clock length = 0;
        Bytes bytes;
        Handle then_type = none;
    };

    /// Goes along a list of `now`, deletes what is alive and not kept, and collects what is new.
    class ListWalk;

    void plan_roots();
    void plan(const Task& task);
    void plan_list(const Task& task);
    bool same_list(Handle then, Handle now, std::vector<Task>& nested) const;
    void restore_item(const Item& item, ListWalk& walk);
    void copy_list(const Task& task);
    void plan_map(const Task& task);
    void plan_key(const Task& task, std::string_view key, Handle then_item, Handle now_leaf);
    bool same_value(const Item& then_item, const Item& now_item) const;

    static Copy& next_copy(std::vector<Copy>& copies, ContentRef ref);
    void write_copies(std::vector<Copy>& copies, const Gap& gap, const Task& parent);
    void write_new(StructView& view, Handle then_type);
    void set_parent(const Task& task, StructView& view) const;
    void delete_units(const Item& item, Clock clock, Clock end);
    WireId wire(Id id) const { return {now_.clients[id.client].id, id.clock}; }

    const StructStore& now_;
    const StructStore& then_;
    const std::uint64_t client_;
    const std::uint64_t first_clock_;
    std::uint64_t clock_;               // of the next new item
    std::vector<ClientIndex> clients_;  // of `then`, as `now` has them
    std::vector<bool> passed_;          // items of `now` that a walk has left behind
    std::vector<Task> tasks_;
    std::vector<WireRange> deletes_;
    Bytes structs_;
    std::uint64_t struct_count_ = 0;
};

}  // namespace weft::yjs
