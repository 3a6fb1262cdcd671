#include "write_queue.hpp"

#include <algorithm>
#include <utility>

namespace weft::storage {

void WriteQueue::push(Write write) {
    Lane& lane = lanes_[write.document()];
    if (lane.writes.empty()) {
        turns_.push_back(&lane);
    }
    lane.writes.push_back(std::move(write));
}

std::vector<Write> WriteQueue::take_batch() {
    std::vector<Write> batch;
    std::uint64_t batch_bytes = 0;
    std::vector<Lane*> waiting;  // had to leave something for later: they come first then
    while (!turns_.empty()) {
        Lane* lane = turns_.front();
        const std::uint64_t bytes = lane->writes.front().bytes;
        const bool alone = bytes > document_bytes_max;
        if (alone && batch.empty()) {
            batch_bytes = batch_bytes_max;
        } else if (alone || lane->taken_bytes + bytes > document_bytes_max ||
                   batch_bytes + bytes > batch_bytes_max) {
            turns_.pop_front();
            waiting.push_back(lane);
            continue;
        }
        turns_.pop_front();
        batch_bytes += bytes;
        lane->taken_bytes += bytes;
        batch.push_back(std::move(lane->writes.front()));
        lane->writes.pop_front();
        if (!lane->writes.empty()) {
            turns_.push_back(lane);
        } else {
            lanes_.erase(batch.back().document());
        }
    }
    for (Lane* lane : waiting) {
        lane->taken_bytes = 0;
    }
    turns_.assign(waiting.begin(), waiting.end());
    return batch;
}

}  // namespace weft::storage
