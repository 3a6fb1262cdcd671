#pragma once

#include "kernel/node/connection_router.hpp"
#include "kernel/node/document_shard.hpp"

#include <weft/bus.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

namespace weft {

/// One node: its shards, and the way from transports to them. An object without globals: a test runs many
/// of them in one process, and a crash is dropping one without a flush.
///
/// Threads   As each function says.
/// Lifetime  Everything passed in outlives it. Transports and storage are stopped before it is destroyed, and
///           the executors run nothing of it any more.
class Node {
public:
    struct Seams {
        std::vector<Transport*> transports;
        Workers& workers;
        Storage& storage;
        CrdtCatalog crdts;
        Log& log;
    };

    /// One shard for each of `executors`. `seed` decides everything random in it.
    Node(DocumentPolicy policy, Seams seams, const std::vector<Executor*>& executors,
         HttpHandler& http, std::uint64_t seed);

    /// Takes the events of the transports from now on. [main]
    void bind_transports();

    std::size_t shard_count() const { return entrances_.size(); }
    DocumentShard& shard(std::size_t index) { return *shards_[index]; }
    /// The shard that owns a document of this name.
    DocumentShard& shard_of(const std::string& document) { return *shards_[index_of(document)]; }

    /// Refuses new connections and closes those that exist with 1012, evenly within `spread`. [any]
    void drain(Duration spread);
    bool draining() const { return draining_; }

    /// Makes an answer from a document, which is loaded for it if need be. `done` on its shard. [any]
    void query_document(const std::string& document, Document::Query make,
                        Completion<DocumentAnswer> done);

    /// Changes a document, which is loaded for it if need be. `done` on its shard. [any]
    void change_document(const std::string& document, Change change, Completion<Changed> done);

    /// Deletes a document. `done` on its shard. [any]
    void remove_document(const std::string& document, Condition condition,
                         Completion<Removed> done);

    /// Makes a version of the present of a document, and gives its number. `done` on its shard. [any]
    void keep_version(const std::string& document, VersionWish wish,
                      Completion<std::uint64_t> done);

    /// Brings a document back to a version. `done` on its shard. [any]
    void restore_version(const std::string& document, RestoreWish wish, Completion<Restored> done);

    /// Asks every shard, and gives what they answered, in their order, on the last of them. [any]
    template <class T>
    void gather(std::function<T(DocumentShard&)> ask, UniqueFunction<void(std::vector<T>)> done);

    /// Runs `task` on a shard once `delay` has passed. [any]
    void after(Duration delay, UniqueFunction<void()> task);

    Storage& storage() { return seams_.storage; }
    Workers& workers() { return seams_.workers; }
    const CrdtCatalog& crdts() const { return seams_.crdts; }
    const DocumentPolicy& policy() const { return policy_; }

private:
    std::size_t index_of(const std::string& document) const;

    const DocumentPolicy policy_;
    const Seams seams_;
    std::vector<std::unique_ptr<DocumentShard>> shards_;
    std::vector<std::unique_ptr<ShardEntrance>> entrances_;
    std::vector<std::unique_ptr<ConnectionRouter>> routers_;
    std::atomic<bool> draining_ = false;
};

template <class T>
void Node::gather(std::function<T(DocumentShard&)> ask, UniqueFunction<void(std::vector<T>)> done) {
    struct Gathering {
        std::mutex mutex;
        std::vector<T> answers;
        std::size_t missing;
        std::function<T(DocumentShard&)> ask;
        UniqueFunction<void(std::vector<T>)> done;
    };
    auto gathering = std::make_shared<Gathering>();
    gathering->answers.resize(shards_.size());
    gathering->missing = shards_.size();
    gathering->ask = std::move(ask);
    gathering->done = std::move(done);
    for (std::size_t i = 0; i < shards_.size(); ++i) {
        entrances_[i]->executor.post([this, i, gathering] {
            T answer = gathering->ask(*shards_[i]);
            std::unique_lock lock(gathering->mutex);
            gathering->answers[i] = std::move(answer);
            if (--gathering->missing == 0) {
                lock.unlock();
                gathering->done(std::move(gathering->answers));
            }
        });
    }
}

}  // namespace weft
