#pragma once

#include <cstdint>
#include <deque>

namespace weft {

/// Counts which of the step 2 and update messages of one connection are committed, for message `saved`.
///
/// Messages are numbered from 1 as they arrive. Each is *stamped* with the document's applied count once
/// everything in it is applied; it is committed when the committed count reaches the stamp. One that was
/// dropped or parked is *open*: a step 2 that was applied whole closes it, since a client's step 2 holds all
/// that the client had before it and the server lacks.
class SavedLedger {
public:
    void add_applied(std::uint64_t stamp) { add({0, stamp, false}); }
    void add_open() { add({0, 0, true}); }

    /// Open messages so far are part of what has been applied at `stamp`.
    void close_open(std::uint64_t stamp) {
        for (auto& entry : entries_) {
            if (entry.open) {
                entry.open = false;
                entry.stamp = stamp;
            }
        }
    }

    /// Applied but uncommitted messages were lost with the replica: a step 2 has to bring them again.
    void reopen() {
        for (auto& entry : entries_) {
            entry.open = true;
            entry.stamp = 0;
        }
    }

    /// The first n messages that are committed, given the document's committed count.
    std::uint64_t advance(std::uint64_t committed) {
        while (!entries_.empty() && !entries_.front().open && entries_.front().stamp <= committed) {
            saved_ = entries_.front().number;
            entries_.pop_front();
        }
        return saved_;
    }

    bool all_saved() const { return entries_.empty(); }

private:
    struct Entry {
        std::uint64_t number;
        std::uint64_t stamp;
        bool open;
    };

    // Neighbours that wait for the same are one entry: a flood of dropped messages costs nothing.
    void add(Entry entry) {
        entry.number = ++received_;
        if (!entries_.empty() && entries_.back().open == entry.open &&
            entries_.back().stamp == entry.stamp) {
            entries_.back().number = entry.number;
        } else {
            entries_.push_back(entry);
        }
    }

    std::deque<Entry> entries_;
    std::uint64_t received_ = 0;
    std::uint64_t saved_ = 0;
};

}  // namespace weft
