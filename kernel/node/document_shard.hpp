#pragma once

#include "kernel/document/document.hpp"
#include "kernel/history/history_keeper.hpp"

#include <map>
#include <memory>
#include <string>
#include <unordered_map>

namespace weft {

/// The documents and sessions of one shard.
///
/// Threads   Everything here runs on the shard's executor.
class DocumentShard final : private DocumentOwner, private HistoryOwner {
public:
    /// What the shard reaches. All of it outlives the shard.
    struct Seams {
        Executor& executor;
        Workers& workers;
        Storage& storage;
        const CrdtCatalog& crdts;
        const DocumentPolicy& policy;
        Log& log;
    };

    DocumentShard(const Seams& seams, std::uint64_t seed);
    ~DocumentShard() override;

    // From transports.
    void open_session(Connection connection, const std::string& document, bool wants_saved);
    void on_message(Connection connection, Buffer payload);
    void on_writable(Connection connection);
    void close_session(Connection connection);

    /// Makes an answer from a document, which is loaded for it if need be.
    void query(const std::string& document, Document::Query make, Completion<DocumentAnswer> done);

    /// Changes a document, which is loaded for it if need be, and comes to exist by it if it does not.
    void change(const std::string& document, Change change, Completion<Changed> done);

    /// Deletes a document, which is loaded for it if need be.
    void remove(const std::string& document, Condition condition, Completion<Removed> done);

    /// As Document has them; the document is loaded for it if need be.
    void keep_version(const std::string& document, VersionWish wish,
                      Completion<std::uint64_t> done);
    void restore(const std::string& document, RestoreWish wish, Completion<Restored> done);

    /// How many clients have the document open here.
    std::size_t clients_of(const std::string& document) const;

    /// Closes every session with 1012 within `spread`, and refuses new ones. Documents commit and end by
    /// themselves once their sessions have gone.
    void drain(Duration spread);
    bool drained() const { return sessions_.empty() && documents_.empty(); }

    /// Whether some edit that a client has sent is not committed yet.
    bool has_unsaved_edits() const { return counters_.uncommitted_bytes > 0; }

    const ShardCounters& counters() const { return counters_; }

    /// What the store said last.
    const StoreHealth& store_health() const { return store_health_; }

    /// Stored bytes of documents that workers load now.
    std::uint64_t bytes_being_loaded() const { return load_budget_.taken(); }

    /// Runs what this turn made due. Called by the executor after every turn.
    void end_of_turn();

private:
    // A document that comes back while its predecessor still drains waits for that one's end.
    struct Slot {
        std::shared_ptr<Document> current;
        std::shared_ptr<Document> leaving;
    };
    struct ConnectionHash {
        std::size_t operator()(const Connection& connection) const {
            return std::hash<ConnectionId>()(connection.id);
        }
    };

    void mark_dirty(Document& document) override;
    void on_drained(Document& document) override;
    void on_loaded(Document& document, const Loaded& loaded) override;
    void on_committed(Document& document, std::uint64_t head) override;
    void on_version_without_text(Document& document, std::uint64_t number,
                                 std::uint64_t seq) override;
    std::optional<LiveDigest> digest_of(const std::string& document) const override;
    void keep_automatic_version(const std::string& document,
                                Completion<std::uint64_t> done) override;
    std::shared_ptr<Document> document(const std::string& name);
    Session* find(Connection connection) const;
    void keep_alive();
    void cool_down();

    Executor& executor_;
    Storage& storage_;
    Random random_;
    ShardCounters counters_;
    Outbox outbox_;
    std::vector<AppendCall> appends_;
    LoadBudget load_budget_;
    StoreHealth store_health_;
    DocumentServices services_;
    HistoryKeeper histories_;

    std::map<std::string, Slot> documents_;
    std::map<SessionId, std::unique_ptr<Session>> sessions_;
    std::unordered_map<Connection, Session*, ConnectionHash>
        by_connection_;  // looked up, never iterated
    SessionId last_session_ = 0;
    std::vector<std::shared_ptr<Document>> dirty_;
    bool draining_ = false;
    Timer keep_alive_timer_;
    Timer cool_down_timer_;
};

}  // namespace weft
