#include "merge_updates.hpp"

#include "update_encoder.hpp"

#include <algorithm>
#include <deque>
#include <limits>
#include <map>

namespace weft::yjs {
namespace {

constexpr std::uint64_t no_clock = std::numeric_limits<std::uint64_t>::max();

enum class Level : std::uint8_t { content, deleted, collected };

Level level_of(const StructView& view) {
    return !view.is_item()                           ? Level::collected
           : view.content.ref == ContentRef::deleted ? Level::deleted
                                                     : Level::content;
}

/// What one update has of one client. The cursor of the run never stands on a skip.
struct Input {
    StructRun run;
    std::size_t update = 0;
};

/// An input with the struct at its cursor.
struct Cursor : Input {
    std::uint64_t end = 0;
    std::size_t size = 0;
    Level level = Level::content;
    bool as_written = false;  // the struct's bytes may be copied
    bool joins =
        true;  // a GC may go into the GC before it: not right behind one of the same update

    explicit Cursor(const Input& input) : Input(input) { load(); }

    void next() {
        run.clock = end;
        run.bytes = run.bytes.subspan(size);
        --run.count;
        load();
    }

    StructView view() const {
        StructView view;
        std::size_t view_size = 0;
        peek_struct(run, view, view_size);
        return view;
    }

private:
    void load() {
        StructView view;
        while (!run.at_end() && peek_struct(run, view, size)) {
            if (view.content.ref != ContentRef::skip) {
                end = view.end();
                level = level_of(view);
                as_written = is_plain(view);
                return;
            }
            skip_struct(run, view, size);
        }
    }
};

/// Writes the structs of the merged update, client by client. The count of a client's structs stands before them but
/// is known after them, so each client is written apart first.
class StructsWriter {
public:
    /// The clock up to which the client has been written.
    std::uint64_t written() const { return written_; }

    /// Whether the last struct went into the GC before it.
    bool joined() const { return joined_; }

    /// `count` structs with the clocks [from, end), as they stand in their update.
    void copy(BytesView structs, std::uint64_t count, std::uint64_t from, std::uint64_t end) {
        begin(from, end);
        close_gc();
        writer_.bytes(structs);
        count_ += count;
    }

    /// The part [from, end) of a struct; only what has no content is ever cut at its end. `joins`: GC may extend the GC
    /// before it.
    void write(const StructView& view, std::uint64_t from, std::uint64_t end, bool joins) {
        begin(from, end);
        if (view.content.ref == ContentRef::gc) {
            return write_gc(end - from, joins);
        }
        close_gc();
        StructView part = view;
        part.content.length = end - view.clock;
        // Whoever has an origin has its key from there; Yjs writes it so when it merges, and we write the same bytes.
        part.has_parent_sub =
            view.has_parent_sub && view.parent != StructView::Parent::of_neighbour;
        write_struct(writer_, part, from - view.clock);
        ++count_;
    }

    void end_client(std::uint64_t client) {
        close_gc();
        Writer writer(blocks_);
        writer.varuint(count_);
        writer.varuint(client);
        writer.varuint(first_);
        writer.bytes(structs_);
        ++clients_;
        structs_.clear();
        count_ = 0;
        written_ = 0;
        joined_ = false;
    }

    void finish(Bytes& out) {
        Writer writer(out);
        writer.varuint(clients_);
        writer.bytes(blocks_);
    }

private:
    void begin(std::uint64_t from, std::uint64_t end) {
        if (count_ == 0) {
            first_ = from;
        } else if (from > written_) {
            close_gc();
            write_skip(writer_, from - written_);
            ++count_;
        }
        written_ = end;
        joined_ = false;
    }

    void write_gc(std::uint64_t length, bool joins) {
        joined_ = joins && open_gc_ > 0;
        if (!joined_) {
            close_gc();
            ++count_;
        }
        open_gc_ += length;
    }

    void close_gc() {
        if (open_gc_ > 0) {
            writer_.u8(static_cast<std::uint8_t>(ContentRef::gc));
            writer_.varuint(open_gc_);
            open_gc_ = 0;
        }
    }

    Bytes blocks_;
    std::uint64_t clients_ = 0;

    // Of the client that is being written.
    Bytes structs_;
    Writer writer_{structs_};
    std::uint64_t count_ = 0;
    std::uint64_t first_ = 0;
    std::uint64_t written_ = 0;
    std::uint64_t open_gc_ = 0;  // the length of a GC that was counted but not written
    bool joined_ = false;
};

/// When each update was last taken from. Of structs that begin at one clock Yjs takes the one whose update was taken
/// from last, and at first that of the first update.
class Turns {
public:
    explicit Turns(std::size_t updates) : turns_(updates) {
        for (std::size_t i = 0; i < updates; ++i) {
            turns_[i] = -static_cast<std::int64_t>(i);
        }
    }
    void took(std::size_t update) { turns_[update] = ++last_; }
    bool comes_before(const Input& a, const Input& b) const {
        return a.run.clock != b.run.clock ? a.run.clock < b.run.clock
                                          : turns_[a.update] > turns_[b.update];
    }

private:
    std::vector<std::int64_t> turns_;
    std::int64_t last_ = 0;
};

/// Merges what the updates have of one client.
class ClientMerge {
public:
    ClientMerge(std::vector<Input>& inputs, Turns& turns, StructsWriter& out)
        : inputs_(inputs), turns_(turns), out_(out) {
        const auto before = [&](const Input& a, const Input& b) {
            return turns_.comes_before(a, b);
        };
        if (!std::is_sorted(inputs_.begin(), inputs_.end(), before)) {
            std::sort(inputs_.begin(), inputs_.end(), before);
        }
    }

    void run() {
        while (next_clock() != no_clock) {
            if (try_copy_run()) {
                continue;
            }
            Cursor cursor = take_first();
            take_from(cursor);
            put_back(std::move(cursor));
            write_waiting(next_clock());
        }
    }

private:
    /// A struct without content that something better may still begin inside of.
    struct Waiting {
        StructView view;
        std::uint64_t from = 0;
        std::uint64_t end = 0;
        bool joins = false;
    };

    bool first_is_started() const {
        return !started_.empty() && (next_input_ == inputs_.size() ||
                                     turns_.comes_before(started_.front(), inputs_[next_input_]));
    }

    /// Where the next struct begins that was not taken yet.
    std::uint64_t next_clock() const {
        const std::uint64_t started = started_.empty() ? no_clock : started_.front().run.clock;
        return next_input_ == inputs_.size() ? started
                                             : std::min(started, inputs_[next_input_].run.clock);
    }

    /// What most updates are: a run that has its clocks to itself.
    bool try_copy_run() {
        if (first_is_started() || !nothing_waits()) {
            return false;
        }
        const Input& input = inputs_[next_input_];
        const bool is_alone = (started_.empty() || started_.front().run.clock >= input.run.end) &&
                              (next_input_ + 1 == inputs_.size() ||
                               inputs_[next_input_ + 1].run.clock >= input.run.end);
        if (!input.run.plain || !is_alone || input.run.clock < out_.written()) {
            return false;
        }
        out_.copy(input.run.bytes, input.run.count, input.run.clock, input.run.end);
        turns_.took(input.update);
        ++next_input_;
        return true;
    }

    Cursor take_first() {
        if (!first_is_started()) {
            return Cursor(inputs_[next_input_++]);
        }
        std::pop_heap(started_.begin(), started_.end(), comes_later_);
        Cursor first = std::move(started_.back());
        started_.pop_back();
        return first;
    }

    void put_back(Cursor cursor) {
        turns_.took(cursor.update);
        if (!cursor.run.at_end()) {
            started_.push_back(std::move(cursor));
            std::push_heap(started_.begin(), started_.end(), comes_later_);
        }
    }

    /// Takes structs as long as they follow on what has been written.
    void take_from(Cursor& cursor) {
        bool moved = false;
        while (!cursor.run.at_end() && cursor.end <= covered(cursor.level)) {
            cursor.next();
            cursor.joins = true;
            moved = true;
        }
        if (cursor.run.at_end() || (moved && cursor.run.clock > covered(cursor.level))) {
            return;
        }
        do {
            if (cursor.level == Level::content) {
                write_content_of(cursor);
            } else {
                waiting_of(cursor.level)
                    .push_back({cursor.view(), std::max(cursor.run.clock, covered(cursor.level)),
                                cursor.end, cursor.joins});
                write_waiting(next_clock());
            }
            const std::uint64_t end = cursor.end;
            cursor.next();
            cursor.joins = out_.joined() || cursor.run.clock != end;
        } while (!cursor.run.at_end() && cursor.run.clock == out_.written() && nothing_waits());
    }

    void write_content_of(const Cursor& cursor) {
        const std::uint64_t from = std::max(cursor.run.clock, out_.written());
        write_waiting(from, Cut::at_limit);
        if (from == cursor.run.clock && cursor.as_written) {
            out_.copy(cursor.run.bytes.first(cursor.size), 1, from, cursor.end);
        } else {
            out_.write(cursor.view(), from, cursor.end, false);
        }
    }

    /// Up to where all is written, or waits at this level or a better one.
    std::uint64_t covered(Level level) const {
        std::uint64_t clock = out_.written();
        if (level != Level::content && !deleted_.empty()) {
            clock = std::max(clock, deleted_.back().end);
        }
        if (level == Level::collected && !collected_.empty()) {
            clock = std::max(clock, collected_.back().end);
        }
        return clock;
    }

    std::deque<Waiting>& waiting_of(Level level) {
        return level == Level::deleted ? deleted_ : collected_;
    }

    bool nothing_waits() const { return deleted_.empty() && collected_.empty(); }

    enum class Cut : bool { nothing, at_limit };

    /// Writes what waits and begins before `limit`, where something better may begin: what ends before it, or all of it up
    /// to there.
    void write_waiting(std::uint64_t limit, Cut cut = Cut::nothing) {
        for (drop_written(); !nothing_waits(); drop_written()) {
            const std::uint64_t deleted = first_of(deleted_);
            const std::uint64_t collected = first_of(collected_);
            const Waiting& first = deleted <= collected ? deleted_.front() : collected_.front();
            const std::uint64_t from = std::min(deleted, collected);
            const std::uint64_t whole =
                deleted <= collected ? first.end : std::min(first.end, deleted);
            const std::uint64_t end = cut == Cut::at_limit ? std::min(whole, limit) : whole;
            if (from >= limit || end > limit) {
                return;
            }
            out_.write(first.view, from, end, first.joins);
        }
    }

    std::uint64_t first_of(const std::deque<Waiting>& waiting) const {
        return waiting.empty() ? no_clock : std::max(waiting.front().from, out_.written());
    }

    void drop_written() {
        for (std::deque<Waiting>* waiting : {&deleted_, &collected_}) {
            while (!waiting->empty() && waiting->front().end <= out_.written()) {
                waiting->pop_front();
            }
        }
    }

    std::vector<Input>& inputs_;  // in the order in which they begin
    std::size_t next_input_ = 0;
    Turns& turns_;
    StructsWriter& out_;
    std::vector<Cursor> started_;  // a heap with the first on top
    std::deque<Waiting> deleted_;
    std::deque<Waiting> collected_;

    struct ComesLater {
        const Turns& turns;
        bool operator()(const Cursor& a, const Cursor& b) const { return turns.comes_before(b, a); }
    } comes_later_{turns_};
};

/// What the updates have, client by client.
class Inputs {
public:
    void add(const UpdateLayout& update, std::size_t number) {
        for (const StructRun& run : update.runs) {
            Input input{run, number};
            if (!run.plain) {
                pass_skips(input.run);
            }
            if (!input.run.at_end()) {
                of(run.client).push_back(input);
            }
        }
        deletes_.insert(deletes_.end(), update.deletes.begin(), update.deletes.end());
    }

    void merge(std::size_t updates, Bytes& out) {
        Turns turns(updates);
        StructsWriter structs;
        for (auto& [client, inputs] : clients_) {
            ClientMerge(inputs, turns, structs).run();
            structs.end_client(client);
            inputs = {};
        }
        structs.finish(out);
        normalise(deletes_);
        Writer writer(out);
        write_delete_set(writer, deletes_);
    }

private:
    static void pass_skips(StructRun& run) {
        StructView view;
        std::size_t size = 0;
        while (!run.at_end() && peek_struct(run, view, size) &&
               view.content.ref == ContentRef::skip) {
            skip_struct(run, view, size);
        }
    }

    std::vector<Input>& of(std::uint64_t client) {
        if (last_ == nullptr || client != last_client_) {
            last_ = &clients_[client];
            last_client_ = client;
        }
        return *last_;
    }

    std::map<std::uint64_t, std::vector<Input>, std::greater<>> clients_;
    std::vector<Input>* last_ = nullptr;
    std::uint64_t last_client_ = 0;
    std::vector<WireRange> deletes_;
};

}  // namespace

Result<void> merge_updates(std::span<const BytesView> updates, Bytes& out, JsonForm json) {
    Inputs inputs;
    UpdateLayout layout;
    for (std::size_t i = 0; i < updates.size(); ++i) {
        if (Result<void> accepted = layout.read(updates[i], json); !accepted) {
            return accepted;
        }
        inputs.add(layout, i);
    }
    if (updates.size() == 1) {
        out.insert(out.end(), updates[0].begin(), updates[0].end());
    } else {
        inputs.merge(updates.size(), out);
    }
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
        if (run.clock != 0) {
            continue;
        }
        StructView view;
        std::size_t size = 0;
        while (!run.plain && !run.at_end() && peek_struct(run, view, size) &&
               view.content.ref != ContentRef::skip) {
            skip_struct(run, view, size);
        }
        const std::uint64_t clock = run.plain ? run.end : run.clock;
        if (clock != 0) {
            clocks.push_back({run.client, clock});
        }
    }
    return clocks;
}

}  // namespace weft::yjs
