#include "kernel/document/commit_queue.hpp"

#include "kernel/assert.hpp"

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
        const bool goes_alone = one_by_one_ || edit.expect_seq;
        if (!rows.empty() && (bytes > append_bytes_max || goes_alone)) {
            break;
        }
        rows.push_back({edit.mark, edit.update});
        if (goes_alone) {
            break;
        }
    }
    in_flight_ = rows.size();
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

void CommitQueue::clear() {
    edits_.clear();
    in_flight_ = 0;
    bytes_ = 0;
}

}  // namespace weft
