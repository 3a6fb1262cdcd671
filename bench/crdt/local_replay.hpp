// Types a sequential trace into one replica, by position.
#pragma once

#include "authors.hpp"
#include "clock.hpp"

namespace weft::bench {

class LocalReplay {
public:
    /// Both outlive this.
    LocalReplay(const Crdt& crdt, const Trace& trace);

    /// One call of `edit` a transaction, once through the trace.
    Milliseconds play();

    /// All edits of the trace in one call.
    Milliseconds play_as_one();

    /// The next play types behind the text of those before.
    void move_behind();

    const Replica& replica() const { return *replica_; }

private:
    void edit(std::span<const EditView> edits);

    std::uint64_t end_units_;
    std::unique_ptr<Replica> replica_;
    std::vector<Transaction> transactions_;  // a copy, since positions move
    std::uint64_t update_bytes_ = 0;
};

}  // namespace weft::bench
