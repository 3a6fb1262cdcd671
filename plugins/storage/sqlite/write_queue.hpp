// What waits for the writer, and which of it goes into one transaction.
#pragma once

#include <weft/storage_write.hpp>

#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

namespace weft::storage {

/// `outcome` is what the call will be answered once its transaction has ended.
struct Write : StorageWrite {
    using StorageWrite::StorageWrite;

    void answer() { StorageWrite::answer(outcome); }

    Result<StorageDone> outcome = StorageDone{};
};

/// Serves documents in turn, so that a flood on one of them delays no other by more than its share of a transaction:
/// 256 KiB of one document, 4 MiB in all. What is larger than that share commits alone. The writes of one
/// document keep their order. Used by the writer's thread only.
class WriteQueue {
public:
    static constexpr std::uint64_t document_bytes_max = 256u << 10;
    static constexpr std::uint64_t batch_bytes_max = 4u << 20;

    void push(Write write);
    bool empty() const { return turns_.empty(); }

    /// The writes of the next transaction: none only if the queue is empty.
    std::vector<Write> take_batch();

private:
    struct Lane {
        std::deque<Write> writes;
        std::uint64_t taken_bytes = 0;  // into the batch that is being taken
    };

    std::unordered_map<std::string, Lane> lanes_;  // only looked up: what has order is `turns_`
    std::deque<Lane*> turns_;                      // each lane once, the next to be served in front
};

}  // namespace weft::storage
