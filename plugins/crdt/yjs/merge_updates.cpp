#include "merge_updates.hpp"

#include "update_encoder.hpp"

#include <algorithm>

namespace weft::yjs {
namespace {

/// The next struct of one update; runs are walked by descending client, structs by ascending clock.
class StructCursor {
public:
    explicit StructCursor(const UpdateLayout& layout) : layout_(&layout) { enter_run(); }

    bool at_end() const { return run_index_ == layout_->runs.size(); }
    const StructView& view() const { return view_; }

    /// Where what is of use of the struct begins: what the output has already counts as gone.
    std::uint64_t from = 0;

    bool is_tombstone() const {
        return !view_.is_item() || view_.content.ref == ContentRef::deleted;
    }
    /// Content is preferred over a tombstone that keeps its place, and that over GC.
    int preference() const {
        return !view_.is_item() ? 2 : view_.content.ref == ContentRef::deleted ? 1 : 0;
    }

    void next() {
        skip_struct(run_, view_, size_);
        if (run_.at_end()) {
            ++run_index_;
            enter_run();
        } else {
            read();
        }
    }

private:
    void enter_run() {
        if (!at_end()) {
            run_ = layout_->runs[run_index_];
            read();
        }
    }

    void read() {
        peek_struct(run_, view_, size_);
        from = view_.clock;
    }

    const UpdateLayout* layout_;
    std::size_t run_index_ = 0;
    StructRun run_;
    StructView view_;
    std::size_t size_ = 0;
};

/// True if `a` comes later in the output than `b`; for a heap with the first on top.
bool comes_later(const StructCursor* a, const StructCursor* b) {
    if (a->view().client != b->view().client) {
        return a->view().client < b->view().client;
    }
    if (a->from != b->from) {
        return a->from > b->from;
    }
    // Cursors stand in the order of the updates, so this is no order of addresses by chance.
    return a->preference() != b->preference() ? a->preference() > b->preference() : a > b;
}

/// Writes the structs of the merged update, client by client. The count of a client's structs stands before them but
/// is known after them, so each client is written apart first.
class StructsWriter {
public:
    void write(const StructView& view, std::uint64_t from, std::uint64_t end) {
        begin(view.client, from);
        if (from > next_) {
            write_skip(writer_, from - next_);
            ++count_;
        }
        StructView part = view;
        part.content.length = end - view.clock;  // only tombstones are ever cut at the end
        // Whoever has an origin has its key from there; Yjs writes it so when it merges, and we write the same bytes.
        part.has_parent_sub =
            view.has_parent_sub && view.parent != StructView::Parent::of_neighbour;
        write_struct(writer_, part, from - view.clock);
        ++count_;
        next_ = end;
    }

    /// The clock up to which this client has been written.
    std::uint64_t written(std::uint64_t client) const {
        return open_ && client == client_ ? next_ : 0;
    }

    void finish(Bytes& out) {
        close();
        Writer writer(out);
        writer.varuint(clients_);
        writer.bytes(closed_);
    }

private:
    void begin(std::uint64_t client, std::uint64_t clock) {
        if (open_ && client == client_) {
            return;
        }
        close();
        open_ = true;
        client_ = client;
        first_ = clock;
        next_ = clock;
    }

    void close() {
        if (!open_) {
            return;
        }
        Writer writer(closed_);
        writer.varuint(count_);
        writer.varuint(client_);
        writer.varuint(first_);
        writer.bytes(structs_);
        ++clients_;
        structs_.clear();
        count_ = 0;
        open_ = false;
    }

    Bytes closed_;
    Bytes structs_;
    Writer writer_{structs_};
    bool open_ = false;
    std::uint64_t clients_ = 0;
    std::uint64_t client_ = 0;
    std::uint64_t first_ = 0;
    std::uint64_t next_ = 0;
    std::uint64_t count_ = 0;
};

class Merge {
public:
    explicit Merge(std::vector<StructCursor>& cursors) {
        for (StructCursor& cursor : cursors) {
            if (!cursor.at_end()) {
                heap_.push_back(&cursor);
            }
        }
        std::make_heap(heap_.begin(), heap_.end(), comes_later);
    }

    void run(Bytes& out) {
        while (!heap_.empty()) {
            StructCursor& cursor = take_first();
            const StructView& view = cursor.view();
            const std::uint64_t written = writer_.written(view.client);
            if (view.content.ref == ContentRef::skip || view.end() <= written) {
                cursor.next();
            } else if (cursor.from < written) {
                cursor.from = written;
            } else if (cursor.is_tombstone()) {
                write_tombstone(cursor);
            } else {
                writer_.write(view, cursor.from, view.end());
                cursor.next();
            }
            put_back(cursor);
        }
        writer_.finish(out);
    }

private:
    /// Writes a tombstone up to where another struct begins, which may know the content.
    void write_tombstone(StructCursor& cursor) {
        const StructView& view = cursor.view();
        std::uint64_t end = view.end();
        if (!heap_.empty() && heap_.front()->view().client == view.client) {
            const StructCursor& other = *heap_.front();
            if (other.from == cursor.from && other.view().end() < end &&
                other.view().content.ref != ContentRef::skip) {
                // Two tombstones, as content would have come first: the longer one says what both say.
                skip_first();
                return;
            }
            if (other.from > cursor.from) {
                end = std::min(end, other.from);
            }
        }
        writer_.write(view, cursor.from, end);
        if (end == view.end()) {
            cursor.next();
        } else {
            cursor.from = end;
        }
    }

    StructCursor& take_first() {
        std::pop_heap(heap_.begin(), heap_.end(), comes_later);
        StructCursor& first = *heap_.back();
        heap_.pop_back();
        return first;
    }

    void put_back(StructCursor& cursor) {
        if (!cursor.at_end()) {
            heap_.push_back(&cursor);
            std::push_heap(heap_.begin(), heap_.end(), comes_later);
        }
    }

    void skip_first() {
        StructCursor& first = take_first();
        first.next();
        put_back(first);
    }

    std::vector<StructCursor*> heap_;
    StructsWriter writer_;
};

}  // namespace

Result<void> merge_updates(std::span<const BytesView> updates, Bytes& out) {
    std::vector<UpdateLayout> layouts(updates.size());
    std::vector<WireRange> deletes;
    for (std::size_t i = 0; i < updates.size(); ++i) {
        Result<void> accepted = layouts[i].read(updates[i]);
        if (!accepted) {
            return accepted;
        }
        deletes.insert(deletes.end(), layouts[i].deletes.begin(), layouts[i].deletes.end());
        layouts[i].deletes = {};
    }
    std::vector<StructCursor> cursors;
    cursors.reserve(layouts.size());
    for (const UpdateLayout& layout : layouts) {
        cursors.emplace_back(layout);
    }
    Merge(cursors).run(out);
    normalise(deletes);
    Writer writer(out);
    write_delete_set(writer, deletes);
    return {};
}

bool overlaps(const UpdateLayout& update, const StateVector& state_vector) {
    for (StructRun run : update.runs) {
        const std::uint64_t known = clock_of(state_vector, run.client);
        StructView view;
        std::size_t size = 0;
        while (!run.at_end() && run.clock < known && peek_struct(run, view, size)) {
            if (view.content.ref != ContentRef::skip) {
                return true;
            }
            skip_struct(run, view, size);
        }
    }
    return std::any_of(update.deletes.begin(), update.deletes.end(), [&](const WireRange& range) {
        return range.clock < clock_of(state_vector, range.client);
    });
}

StateVector state_vector_of(const UpdateLayout& update) {
    StateVector clocks;
    for (auto entry = update.runs.rbegin(); entry != update.runs.rend(); ++entry) {
        StructRun run = *entry;
        StructView view;
        std::size_t size = 0;
        if (run.clock != 0) {
            continue;
        }
        while (!run.at_end() && peek_struct(run, view, size) &&
               view.content.ref != ContentRef::skip) {
            skip_struct(run, view, size);
        }
        if (run.clock != 0) {
            clocks.push_back({run.client, run.clock});
        }
    }
    return clocks;
}

}  // namespace weft::yjs
