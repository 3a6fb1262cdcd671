#include "local_replay.hpp"

#include <stdexcept>

namespace weft::bench {
namespace {

void check(const Result<void>& edited) {
    if (!edited) {
        throw std::runtime_error(edited.error().message);
    }
}

}  // namespace

LocalReplay::LocalReplay(const Crdt& crdt, const Trace& trace)
    : end_units_(trace.end_units), replica_(new_replica(crdt, trace.clients.front())),
      transactions_(trace.transactions) {}

Milliseconds LocalReplay::play() {
    return timed([this] {
        for (const Transaction& transaction : transactions_) {
            update_.clear();
            check(replica_->edit(transaction.edits, update_));
        }
    });
}

Milliseconds LocalReplay::play_as_one() {
    std::vector<Edit> edits;
    for (const Transaction& transaction : transactions_) {
        edits.insert(edits.end(), transaction.edits.begin(), transaction.edits.end());
    }
    return timed([this, &edits] {
        update_.clear();
        check(replica_->edit(edits, update_));
    });
}

void LocalReplay::move_behind() {
    for (Transaction& transaction : transactions_) {
        for (Edit& edit : transaction.edits) {
            edit.position += end_units_;
        }
    }
}

}  // namespace weft::bench
