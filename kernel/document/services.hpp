#pragma once

#include "kernel/document/broadcast.hpp"
#include "kernel/document/load_budget.hpp"
#include "kernel/document/store_health.hpp"
#include "kernel/history/history_policy.hpp"
#include "kernel/history/services.hpp"
#include "kernel/log/log.hpp"
#include "kernel/shard/executor.hpp"
#include "kernel/shard/random.hpp"
#include "kernel/shard/workers.hpp"

#include <weft/crdt.hpp>
#include <weft/storage.hpp>

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace weft {

/// What the operator decided about documents. The same for all documents of a node.
struct DocumentPolicy {
    bool strict = true;  // what anyone else has seen is never lost
    Duration flush_interval = std::chrono::milliseconds(100);  // relaxed: time from apply to commit
    std::uint64_t document_bytes_max = 256u << 20;
    std::uint64_t parked_bytes_max = 4u << 20;
    std::uint64_t uncommitted_document_bytes = 4u << 20;  // past it writers become owing
    std::uint64_t uncommitted_shard_bytes = 64u << 20;
    std::uint64_t log_shard_bytes = 64u << 20;
    std::uint64_t worker_load_bytes = 1u << 20;   // stored documents over it are loaded on a worker
    std::uint64_t load_shard_bytes = 256u << 20;  // of them, how much is being loaded at a time
    LogBudget log;
    Duration cold_after{};  // unused for so long, a document with sessions leaves memory; 0: never
    std::uint64_t memory_shard_bytes = 0;  // past it the least recently used leave; 0: no ceiling
    HistoryPolicy history;
    std::function<std::int64_t()> unix_ms = [] { return std::int64_t{0}; };  // the wall clock [any]
    std::string text_root;  // "": the only root that holds text, else the one named "text"
    std::function<std::string(std::string_view)>
        algorithm_for;  // of a document that does not exist yet
};

/// The algorithms that are loaded, by name.
using CrdtCatalog = std::map<std::string, const Crdt*, std::less<>>;

/// Counted by one shard, read by metrics through a copy that the shard makes.
struct ShardCounters : HistoryCounters {
    std::uint64_t messages_received = 0;
    std::uint64_t unknown_messages = 0;
    std::uint64_t updates_applied = 0;
    std::uint64_t updates_duplicate = 0;
    std::uint64_t updates_refused = 0;
    std::uint64_t updates_parked = 0;
    std::uint64_t updates_dropped_owing = 0;
    std::uint64_t rows_committed = 0;
    std::uint64_t appends = 0;
    std::uint64_t append_retries = 0;
    std::uint64_t appends_refused = 0;
    std::uint64_t loads = 0;
    std::uint64_t documents_failed = 0;
    std::uint64_t documents_gone_cold = 0;
    std::uint64_t sessions_opened = 0;
    std::uint64_t presence_messages = 0;
    // Gauges.
    std::uint64_t sessions = 0;
    std::uint64_t documents = 0;
    std::uint64_t replica_bytes = 0;  // as they were counted last
    std::uint64_t uncommitted_bytes = 0;
    std::uint64_t log_bytes = 0;
};

class Document;

/// What a document asks of the shard that owns it.
class DocumentOwner {
public:
    virtual ~DocumentOwner() = default;
    /// Calls `end_of_turn` of the document once when the present turn ends.
    virtual void mark_dirty(Document& document) = 0;
    /// It was loaded: `loaded` is what the store had.
    virtual void on_loaded(Document& document, const Loaded& loaded) = 0;
    /// Rows up to `head` are stored.
    virtual void on_committed(Document& document, std::uint64_t head) = 0;
    /// A version was made that the store has no text of yet.
    virtual void on_version_without_text(Document& document, std::uint64_t number,
                                         std::uint64_t seq) = 0;
    /// The document has nothing left to do and nobody on it. It is forgotten after the present call.
    virtual void on_drained(Document& document) = 0;
};

/// Everything that a document reaches beyond itself. Outlives it.
struct DocumentServices {
    Executor& executor;
    Workers& workers;
    LoadBudget& load_budget;
    StoreHealth& store_health;
    Storage& storage;
    const CrdtCatalog& crdts;
    const DocumentPolicy& policy;
    Outbox& outbox;
    std::vector<AppendCall>& appends;  // handed to the store together when the turn ends
    Log& log;
    Random& random;
    ShardCounters& counters;
    DocumentOwner& owner;
};

}  // namespace weft
