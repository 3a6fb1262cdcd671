// What several updates have of one client, joined: the heart of merging updates, as merge_updates.hpp describes it.
#pragma once

#include "update_decoder.hpp"
#include "update_encoder.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace weft::yjs {

/// What one update has of one client. The cursor of the run never stands on a skip.
struct MergeInput {
    StructRun run;
    std::size_t update = 0;
};

/// Writes the structs of the merged update, client by client, straight behind what is in `out`. The count of a client's structs
/// stands before them but is known after them: room is left for it, and closed again.
class MergedStructs {
public:
    explicit MergedStructs(Bytes& out) : out_(out), writer_(out) { begin_client(); }

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
        Bytes head;
        Writer writer(head);
        writer.varuint(count_);
        writer.varuint(client);
        writer.varuint(first_);
        const auto room = out_.begin() + static_cast<std::ptrdiff_t>(client_begin_);
        std::copy(head.begin(), head.end(), room);
        out_.erase(room + static_cast<std::ptrdiff_t>(head.size()), room + head_room);
        begin_client();
    }

    /// Forgets what was written of the client so far.
    void restart_client() {
        out_.resize(client_begin_ + head_room);
        count_ = 0;
        written_ = 0;
        open_gc_ = 0;
        joined_ = false;
    }

    /// Behind the last client.
    void finish() { out_.resize(client_begin_); }

private:
    static constexpr std::ptrdiff_t head_room = 3 * 10;  // three varuints of 64 bits

    void begin_client() {
        client_begin_ = out_.size();
        restart_client();
    }

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

    Bytes& out_;
    Writer writer_;

    // Of the client that is being written.
    std::size_t client_begin_ = 0;  // where in `out_`
    std::uint64_t count_ = 0;
    std::uint64_t first_ = 0;
    std::uint64_t written_ = 0;
    std::uint64_t open_gc_ = 0;  // the length of a GC that was counted but not written
    bool joined_ = false;
};

/// When each update was last taken from. Of structs that begin at one clock Yjs takes the one whose update was taken
/// from last, and at first that of the first update.
class MergeTurns {
public:
    explicit MergeTurns(std::size_t updates) : turns_(updates) {
        for (std::size_t i = 0; i < updates; ++i) {
            turns_[i] = -static_cast<std::int64_t>(i);
        }
    }
    void took(std::size_t update) {
        before_.push_back({update, turns_[update]});
        turns_[update] = ++last_;
    }

    /// From here on, `take_back` comes back to this.
    void begin_client() { before_.clear(); }

    void take_back() {
        for (auto turn = before_.rbegin(); turn != before_.rend(); ++turn) {
            turns_[turn->first] = turn->second;
        }
        before_.clear();
    }

    bool comes_before(const MergeInput& a, const MergeInput& b) const {
        return a.run.clock != b.run.clock ? a.run.clock < b.run.clock
                                          : turns_[a.update] > turns_[b.update];
    }

private:
    std::vector<std::int64_t> turns_;
    std::int64_t last_ = 0;
    std::vector<std::pair<std::size_t, std::int64_t>> before_;  // what the client has changed
};

/// Merges the structs that `inputs` have of one client, which are put in the order in which they begin.
void merge_client(std::vector<MergeInput>& inputs, MergeTurns& turns, MergedStructs& out);

}  // namespace weft::yjs
