#include "local_replay.hpp"

#include <stdexcept>

namespace weft::bench {

LocalReplay::LocalReplay(const Crdt& crdt, const Trace& trace)
    : end_units_(trace.end_units), replica_(new_replica(crdt, trace.clients.front())),
      transactions_(trace.transactions) {}

void LocalReplay::edit(std::span<const EditView> edits) {
    const Result<BytesView> update = replica_->edit(edits);
    if (!update) {
        throw std::runtime_error(update.error().message);
    }
    update_bytes_ += update->size();
}

Milliseconds LocalReplay::play() {
    return timed([this] {
        for (const Transaction& transaction : transactions_) {
            edit(transaction.edits);
        }
    });
}

Milliseconds LocalReplay::play_as_one() {
    std::vector<EditView> edits;
    for (const Transaction& transaction : transactions_) {
        edits.insert(edits.end(), transaction.edits.begin(), transaction.edits.end());
    }
    return timed([this, &edits] { edit(edits); });
}

void LocalReplay::move_behind() {
    for (Transaction& transaction : transactions_) {
        for (EditView& edit : transaction.edits) {
            edit.position += end_units_;
        }
    }
}

}  // namespace weft::bench
