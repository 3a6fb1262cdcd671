#include "kernel/document/committed_log.hpp"

#include "kernel/assert.hpp"

#include <utility>

namespace weft {

void CommittedLog::push(Entry entry) {
    bytes_ += entry.update.size();
    bytes_since_checkpoint_ += entry.update.size();
    entries_.push_back(std::move(entry));
}

void CommittedLog::trim(LogPosition position) {
    while (begin_ < position && !entries_.empty()) {
        bytes_ -= entries_.front().update.size();
        entries_.pop_front();
        ++begin_;
    }
    // The newest checkpoint at or below the start still serves whoever is cut off there.
    while (checkpoints_.size() > 1 && checkpoints_[1].position <= begin_) {
        checkpoints_.pop_front();
    }
}

void CommittedLog::add_checkpoint(std::shared_ptr<const Bytes> state_vector) {
    checkpoints_.push_back({end(), std::move(state_vector)});
    bytes_since_checkpoint_ = 0;
}

std::shared_ptr<const Bytes> CommittedLog::checkpoint_below(LogPosition position) const {
    WEFT_ASSERT(!checkpoints_.empty() && checkpoints_.front().position <= position);
    auto found = checkpoints_.front().state_vector;
    for (const auto& checkpoint : checkpoints_) {
        if (checkpoint.position <= position) {
            found = checkpoint.state_vector;
        }
    }
    return found;
}

void CommittedLog::start(std::shared_ptr<const Bytes> state_vector) {
    WEFT_ASSERT(checkpoints_.empty() && entries_.empty());
    checkpoints_.push_back({begin_, std::move(state_vector)});
}

}  // namespace weft
