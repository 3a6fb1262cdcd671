#include "kernel/node/node.hpp"

#include "kernel/document/document_name.hpp"

namespace weft {

Node::Node(DocumentPolicy policy, Seams seams, const std::vector<Executor*>& executors,
           HttpHandler& http, std::uint64_t seed)
    : policy_(std::move(policy)), seams_(std::move(seams)) {
    Random seeds(seed);
    for (Executor* executor : executors) {
        const DocumentShard::Seams reached{*executor,    seams_.workers, seams_.storage,
                                           seams_.crdts, policy_,        seams_.log};
        shards_.push_back(std::make_unique<DocumentShard>(reached, seeds.next()));
        entrances_.push_back(std::make_unique<ShardEntrance>(*executor, *shards_.back()));
    }
    for (Transport* transport : seams_.transports) {
        routers_.push_back(
            std::make_unique<ConnectionRouter>(*transport, entrances_, http, draining_));
    }
}

void Node::bind_transports() {
    for (std::size_t i = 0; i < routers_.size(); ++i) {
        seams_.transports[i]->bind(*routers_[i]);
    }
}

void Node::drain(Duration spread) {
    draining_ = true;
    for (Transport* transport : seams_.transports) {
        transport->refuse_connections();
    }
    for (std::size_t i = 0; i < shards_.size(); ++i) {
        entrances_[i]->executor.post([shard = shards_[i].get(), spread] { shard->drain(spread); });
    }
}

std::size_t Node::index_of(const std::string& document) const {
    return document_hash(document) % shards_.size();
}

void Node::after(Duration delay, UniqueFunction<void()> task) {
    Executor& executor = entrances_.front()->executor;
    executor.post([&executor, delay, task = std::move(task)]() mutable {
        executor.after(delay, std::move(task));
    });
}

void Node::query_document(const std::string& document, Document::Query make,
                          Completion<DocumentAnswer> done) {
    const std::size_t index = index_of(document);
    entrances_[index]->executor.post([shard = shards_[index].get(), document,
                                      make = std::move(make), done = std::move(done)]() mutable {
        shard->query(document, std::move(make), std::move(done));
    });
}

void Node::change_document(const std::string& document, Change change, Completion<Changed> done) {
    const std::size_t index = index_of(document);
    entrances_[index]->executor.post([shard = shards_[index].get(), document,
                                      change = std::move(change),
                                      done = std::move(done)]() mutable {
        shard->change(document, std::move(change), std::move(done));
    });
}

void Node::remove_document(const std::string& document, Condition condition,
                           Completion<Removed> done) {
    const std::size_t index = index_of(document);
    entrances_[index]->executor.post([shard = shards_[index].get(), document,
                                      condition = std::move(condition),
                                      done = std::move(done)]() mutable {
        shard->remove(document, std::move(condition), std::move(done));
    });
}

void Node::keep_version(const std::string& document, VersionWish wish,
                        Completion<std::uint64_t> done) {
    const std::size_t index = index_of(document);
    entrances_[index]->executor.post([shard = shards_[index].get(), document,
                                      wish = std::move(wish), done = std::move(done)]() mutable {
        shard->keep_version(document, std::move(wish), std::move(done));
    });
}

void Node::restore_version(const std::string& document, RestoreWish wish,
                           Completion<Restored> done) {
    const std::size_t index = index_of(document);
    entrances_[index]->executor.post([shard = shards_[index].get(), document,
                                      wish = std::move(wish), done = std::move(done)]() mutable {
        shard->restore(document, std::move(wish), std::move(done));
    });
}

}  // namespace weft
