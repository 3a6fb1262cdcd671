#include "authors.hpp"

#include <algorithm>
#include <stdexcept>

namespace weft::bench {

void apply_one(Replica& replica, BytesView update, Applied& applied) {
    replica.apply({&update, 1}, {&applied, 1});
    if (applied.code != Code::ok || applied.parked) {
        throw std::runtime_error("an update was refused or parked: " + applied.message);
    }
}

std::unique_ptr<Replica> new_replica(const Crdt& crdt, std::uint64_t actor) {
    ReplicaOptions options;
    options.actor = actor;
    std::unique_ptr<Replica> replica = crdt.create_replica(options);
    if (!replica) {
        throw std::runtime_error("no replica was made");
    }
    return replica;
}

std::unique_ptr<Replica> loaded(const Crdt& crdt, BytesView state) {
    std::unique_ptr<Replica> replica = new_replica(crdt, 0);
    if (const Result<void> load = replica->load({&state, 1}); !load) {
        throw std::runtime_error(load.error().message);
    }
    return replica;
}

std::string text_of(const Replica& replica) {
    Result<std::string> text = replica.text(text_root, 0, all_units);
    if (!text) {
        throw std::runtime_error(text.error().message);
    }
    return std::move(*text);
}

Authors::Authors(const Crdt& crdt, const Trace& trace) : trace_(trace), has_(trace.clients.size()) {
    for (const std::uint64_t client : trace.clients) {
        replicas_.push_back(new_replica(crdt, client));
    }
}

void Authors::play(Messages& messages) {
    messages.clear();
    for (std::vector<bool>& has : has_) {
        has.assign(trace_.transactions.size(), false);
    }
    for (std::size_t index = 0; index < trace_.transactions.size(); ++index) {
        const Transaction& transaction = trace_.transactions[index];
        merge_missing(transaction.agent, transaction, messages);
        edit(transaction.agent, transaction, messages);
        has_[transaction.agent][index] = true;
    }
    // The last transaction has all others among its ancestors; whoever did not write it hears the rest now.
    Transaction all;
    all.parents = {trace_.transactions.size() - 1};
    for (std::size_t agent = 0; agent < replicas_.size() && trace_.concurrent; ++agent) {
        merge_missing(agent, all, messages);
    }
    played_units_ += trace_.end_units;
}

void Authors::merge_missing(std::size_t agent, const Transaction& transaction,
                            const Messages& messages) {
    std::vector<std::size_t> open = transaction.parents;
    std::vector<std::size_t> missing;
    while (!open.empty()) {
        const std::size_t index = open.back();
        open.pop_back();
        if (!has_[agent][index]) {
            has_[agent][index] = true;
            missing.push_back(index);
            const std::vector<std::size_t>& parents = trace_.transactions[index].parents;
            open.insert(open.end(), parents.begin(), parents.end());
        }
    }
    std::sort(missing.begin(), missing.end());
    Applied applied;
    for (const std::size_t index : missing) {
        apply_one(*replicas_[agent], messages.view(index), applied);
    }
}

void Authors::edit(std::size_t agent, const Transaction& transaction, Messages& messages) {
    moved_ = transaction.edits;
    for (EditView& edit : moved_) {
        edit.position += played_units_;
    }
    const Result<BytesView> update = replicas_[agent]->edit(moved_);
    if (!update) {
        throw std::runtime_error(update.error().message);
    }
    messages.append(*update);
}

Bytes Authors::state() const {
    Bytes state;
    if (const Result<void> encoded = replicas_.front()->diff({}, state); !encoded) {
        throw std::runtime_error(encoded.error().message);
    }
    return state;
}

}  // namespace weft::bench
