#include "write_queue.hpp"

#include <iterator>
#include <utility>

namespace weft::postgres {

const AppendRequest* Write::plain_append() const {
    const auto* append = get<AppendCall>();
    const bool plain =
        append != nullptr && append->request.versions.empty() && !append->request.expect_version;
    return plain ? &append->request : nullptr;
}

void WriteQueue::push(Write write) {
    Lane& lane = lanes_[write.document()];
    if (lane.empty()) {
        turns_.push_back(&lane);
    }
    lane.push_back(std::move(write));
}

void WriteQueue::put_back(Write write) {
    Lane& lane = lanes_[write.document()];
    if (lane.empty()) {
        turns_.push_front(&lane);
    }
    lane.push_front(std::move(write));
}

std::vector<Write> WriteQueue::take_batch() {
    std::vector<Write> batch;
    std::uint64_t batch_bytes = 0;
    std::deque<Lane*> waiting;  // for a later statement: they come first then
    std::deque<Lane*> served;   // and have more
    for (Lane* lane : std::exchange(turns_, {})) {
        const std::uint64_t bytes = lane->front().bytes;
        const bool alone = bytes > document_bytes_max;
        const bool fits = batch.empty() || (!alone && batch_bytes + bytes <= batch_bytes_max);
        if (!fits) {
            waiting.push_back(lane);
            continue;
        }
        batch_bytes += alone ? batch_bytes_max : bytes;
        batch.push_back(take_first(*lane));
        if (lane->empty()) {
            lanes_.erase(batch.back().document());
        } else {
            served.push_back(lane);
        }
    }
    turns_ = std::move(waiting);
    turns_.insert(turns_.end(), served.begin(), served.end());
    return batch;
}

std::vector<Write> WriteQueue::take_all() {
    std::vector<Write> all;
    for (Lane* lane : std::exchange(turns_, {})) {
        all.insert(all.end(), std::make_move_iterator(lane->begin()),
                   std::make_move_iterator(lane->end()));
    }
    lanes_.clear();
    return all;
}

Write WriteQueue::take_first(Lane& lane) {
    Write write = std::move(lane.front());
    lane.pop_front();
    return write;
}

}  // namespace weft::postgres
