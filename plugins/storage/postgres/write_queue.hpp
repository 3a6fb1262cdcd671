// What waits for one connection that writes, and which of it goes into one statement.
#pragma once

#include <weft/storage_write.hpp>

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace weft::postgres {

struct Write : StorageWrite {
    using StorageWrite::StorageWrite;

    /// What one statement appends together with others: rows without a version, made or expected. None: anything else.
    const AppendRequest* plain_append() const;

    /// Once it has an outcome.
    void answer() { StorageWrite::answer(*outcome); }

    /// What it will be answered. None: it has not been sent, or is in doubt.
    std::optional<Result<StorageDone>> outcome;

    /// It was sent, and the connection ended before the answer: it may have happened.
    bool in_doubt = false;
    /// Where the document stood before it was sent: what is in doubt stands above, if anywhere.
    std::uint64_t head_before = 0;
};

/// Serves documents in turn, one write of each in a statement, 4 MiB in all; an append of more than 256 KiB commits
/// alone. The writes of one document keep their order. Belongs to one thread.
class WriteQueue {
public:
    static constexpr std::uint64_t document_bytes_max = 256u << 10;
    static constexpr std::uint64_t batch_bytes_max = 4u << 20;

    void push(Write write);
    bool empty() const { return turns_.empty(); }

    /// No two of one document; none only if the queue is empty.
    std::vector<Write> take_batch();

    /// Back to where `take_batch` took it from.
    void put_back(Write write);

    /// Everything, in the order of each document.
    std::vector<Write> take_all();

private:
    using Lane = std::deque<Write>;

    static Write take_first(Lane& lane);

    std::unordered_map<std::string, Lane> lanes_;  // only looked up: what has order is `turns_`
    std::deque<Lane*> turns_;                      // each lane once, the next to be served in front
};

}  // namespace weft::postgres
