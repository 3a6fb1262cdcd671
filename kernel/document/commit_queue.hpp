#pragma once

#include "kernel/document/committed_log.hpp"

#include <weft/storage.hpp>

#include <deque>
#include <memory>
#include <optional>
#include <vector>

namespace weft {

/// A version that goes the way of an edit: it stands behind the edits that were made before it, and before those that come later.
/// With an update it is a restore: the update brings the old content back, is stored behind the version, and is applied to
/// the replica only then.
struct VersionEntry {
    NewVersion version;
    std::optional<std::uint64_t> expect_version;
    std::uint64_t foreign_rows = 0;  // that the document had taken when the version's text was made
    bool unsure = false;             // the store may have made it: an answer was lost
    bool looked = false;             // and it was not found since
    bool refused = false;            // its condition did not hold
    Completion<std::uint64_t> done;  // with its number
};

/// A local edit on its way to the store: the effective update of one message.
struct LocalEdit {
    Buffer update;
    std::uint64_t mark = 0;
    SessionId sender = 0;         // who is to be told when the store refuses it for good
    bool sender_has_all = false;  // `update` is part of what `sender` sent
    bool is_in_log = false;       // relaxed: others have been sent it already
    std::optional<std::uint64_t>
        expect_seq{};  // conditional: it is stored right behind this seq, or not at all
    std::unique_ptr<VersionEntry> version{};

    bool has_row() const { return !version || !update.empty(); }
    bool is_restore() const { return version && !update.empty(); }
};

/// The local edits of one document that are applied but not committed, in the order of applies. One
/// append is in flight at most, so commits come in that order too.
class CommitQueue {
public:
    void push(LocalEdit edit) {
        bytes_ += edit.update.size();
        edits_.push_back(std::move(edit));
    }

    bool empty() const { return edits_.empty(); }
    bool in_flight() const { return in_flight_ > 0; }
    std::size_t bytes() const { return bytes_; }

    /// Rows of the next append: as many edits as fit into one transaction's share, at least one. They are
    /// in flight until `take_committed` or `retry`. Nothing may be in flight yet. A conditional edit and a version go alone.
    std::vector<Row> next_append();

    /// The oldest; there is one.
    const LocalEdit& front() const { return edits_.front(); }

    /// All of them, oldest first. Only `is_in_log` and what is known of a version are changed.
    std::deque<LocalEdit>& edits() { return edits_; }

    /// The append in flight is committed: gives its edits back, in order.
    std::vector<LocalEdit> take_committed();

    /// The entry in flight, which is one alone, will not be stored: gives it back.
    LocalEdit take_refused();

    /// The mark of the newest edit that has one.
    std::optional<std::uint64_t> newest_mark() const;
    std::uint64_t row_count() const;
    bool has_restore() const;

    /// The append in flight may not have happened: the same edits go again.
    void retry() { in_flight_ = 0; }

    /// From now on each edit is appended alone, so that a refusal names its sender.
    void append_one_by_one(bool on) { one_by_one_ = on; }

    /// The sender of the append in flight, when it is a single edit's.
    SessionId sender_in_flight() const { return in_flight_ == 1 ? edits_.front().sender : 0; }

    /// Drops everything.
    void clear();

private:
    std::deque<LocalEdit> edits_;  // the first `in_flight_` of them are with the store
    std::size_t in_flight_ = 0;
    std::size_t bytes_ = 0;
    bool one_by_one_ = false;
};

}  // namespace weft
