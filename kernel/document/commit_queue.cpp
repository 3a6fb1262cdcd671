#include "kernel/document/commit_queue.hpp"

#include "kernel/assert.hpp"

#include <algorithm>

namespace weft {

namespace {

// A document's share of one transaction; a larger update commits alone.
constexpr std::size_t append_bytes_max = 256 * 1024;

}  // namespace

std::vector<Row> CommitQueue::next_append() {
    WEFT_ASSERT(in_flight_ == 0 && !edits_.empty());
    std::vector<Row> rows;
    std::size_t bytes = 0;
    for (const auto& edit : edits_) {
        bytes += edit.update.size();
        const bool goes_alone = one_by_one_ || edit.expect_seq || edit.version;
        if (in_flight_ > 0 && (bytes > append_bytes_max || goes_alone)) {
            break;
        }
        ++in_flight_;
        if (edit.has_row()) {
            rows.push_back({edit.mark, edit.update});
        }
        if (goes_alone) {
            break;
        }
    }
    return rows;
}

std::vector<LocalEdit> CommitQueue::take_committed() {
    std::vector<LocalEdit> committed;
    committed.reserve(in_flight_);
    for (; in_flight_ > 0; --in_flight_) {
        bytes_ -= edits_.front().update.size();
        committed.push_back(std::move(edits_.front()));
        edits_.pop_front();
    }
    return committed;
}

LocalEdit CommitQueue::take_refused() {
    WEFT_ASSERT(in_flight_ == 1);
    return std::move(take_committed().front());
}

std::optional<std::uint64_t> CommitQueue::newest_mark() const {
    const auto newest = std::find_if(edits_.rbegin(), edits_.rend(),
                                     [](const LocalEdit& edit) { return edit.has_row(); });
    return newest == edits_.rend() ? std::nullopt : std::optional(newest->mark);
}

std::uint64_t CommitQueue::row_count() const {
    return static_cast<std::uint64_t>(std::count_if(
        edits_.begin(), edits_.end(), [](const auto& edit) { return edit.has_row(); }));
}

bool CommitQueue::has_restore() const {
    return std::any_of(edits_.begin(), edits_.end(),
                       [](const auto& edit) { return edit.is_restore(); });
}

void CommitQueue::clear() {
    edits_.clear();
    in_flight_ = 0;
    bytes_ = 0;
}

}  // namespace weft
