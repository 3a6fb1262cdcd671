// Replays a trace as its authors played it, any number of times over, and hands on the update of each transaction.
#pragma once

#include "trace.hpp"

#include <memory>
#include <vector>

namespace weft::bench {

/// A replica for each author. Before a transaction its author has merged exactly what the transaction follows.
class Authors {
public:
    /// Both outlive this.
    Authors(const Crdt& crdt, const Trace& trace);

    /// Plays the trace once more, behind the text of the times before. All authors end with everything.
    void play(Messages& messages);

    /// Of one author, after `play`.
    Bytes state() const;

private:
    void merge_missing(std::size_t agent, const Transaction& transaction, const Messages& messages);
    void edit(std::size_t agent, const Transaction& transaction, Messages& messages);

    const Trace& trace_;
    std::vector<std::unique_ptr<Replica>> replicas_;
    std::vector<std::vector<bool>> has_;  // by agent: the transactions of this time that it has
    std::uint64_t played_units_ = 0;
    std::vector<EditView> moved_;
};

/// Throws std::runtime_error when an update was refused.
void apply_one(Replica& replica, BytesView update, Applied& applied);
std::unique_ptr<Replica> new_replica(const Crdt& crdt, std::uint64_t actor);
std::unique_ptr<Replica> loaded(const Crdt& crdt, BytesView state);
std::string text_of(const Replica& replica);

}  // namespace weft::bench
