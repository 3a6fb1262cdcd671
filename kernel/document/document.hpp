#pragma once

#include "kernel/document/commit_queue.hpp"
#include "kernel/document/gate.hpp"
#include "kernel/document/keyed_rows.hpp"
#include "kernel/document/services.hpp"
#include "kernel/presence/presence_room.hpp"

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace weft {

enum class UpdateSource { update, step2 };

/// What a reader outside the sessions (HTTP) sees of a document.
struct DocumentView {
    const Replica& replica;
    const std::string& algorithm;
    std::uint64_t epoch;
    bool exists;  // it has at least one update
    std::optional<std::uint64_t>
        mark;  // of the newest row in the replica, when all of it may be told
};

/// What was made from a document. `mark` is that of the newest row in it, and so names the state that it shows. Without one it
/// shows a state that the store never had: rows of another node came between the newest edits.
struct DocumentAnswer {
    Bytes body;
    std::optional<std::uint64_t> mark;
};

/// What must hold of a document for a change to be made. Compared and stored in one step, whoever else writes.
struct Condition {
    enum class Kind {
        none,
        is_new,       // it has no update yet
        exists,       // it has one
        has_mark_of,  // its newest row has one of `marks`
    };
    Kind kind = Kind::none;
    std::vector<std::uint64_t> marks;
};

/// What a writer outside the sessions (HTTP) does to a document: local edits, or an update that was made elsewhere.
struct Change {
    std::vector<Edit> edits;
    Buffer update;  // merged in when `edits` is empty
    Condition condition{};
    /// Edits with a key that are stored already, as far as `KeyedRows` goes back, are not made again.
    std::optional<std::uint64_t> key{};
};

/// What became of a change.
struct Changed {
    bool parked = false;  // parts of the update wait for others that the document lacks
    bool unmet = false;   // the condition did not hold: nothing was changed
    std::optional<std::uint64_t>
        mark{};  // as in DocumentAnswer, of the document right behind the change
};

/// How the deletion of a document ended.
struct Removed {
    bool unmet = false;                   // the condition did not hold: it is still there
    std::optional<std::uint64_t> mark{};  // as in DocumentAnswer
};

/// A version of the present that somebody, or a rule, asks for.
struct VersionWish {
    VersionKind kind = VersionKind::named;
    std::string label;
    std::string author;
};

struct RestoreWish {
    std::uint64_t version = 0;  // its number
    std::string author;
};

struct Restored {
    std::uint64_t kept =
        0;  // the version that has what was there before; 0: the content was the same, and nothing was done
};

/// One document on this node: its replica, its sessions, and the way of an edit between them.
///
///   on_update → replica → commit queue → storage.append → on_committed → committed log → sessions
///
/// What others have seen is never lost (`strict`): updates reach other sessions from the committed log,
/// and whatever is derived from the replica waits at the gate until the edits in it are committed.
///
/// Threads   Belongs to its shard: no locks. Completions of the store are posted to the shard.
/// Lifetime  Shared by the shard's table and its sessions; a late completion finds it gone and is ignored.
class Document : public std::enable_shared_from_this<Document> {
public:
    enum class State { loading, live, cold, draining, ended, gone };

    Document(std::string name, DocumentServices& services);

    /// Begins the one load that everybody who comes waits for. Called once, after construction.
    void start();

    const std::string& name() const { return name_; }
    State state() const { return state_; }
    /// Otherwise it is on its way out: who comes now waits for its end, then for a new load.
    bool takes_sessions() const {
        return state_ == State::loading || state_ == State::live || state_ == State::cold;
    }
    std::size_t session_count() const { return sessions_.size(); }

    /// Leaves memory while its sessions stay, unless something is under way. Whoever needs the replica wakes it.
    void try_go_cold();
    /// When the replica was needed last.
    Time last_used() const { return last_used_; }
    /// Of the replica; 0 without one.
    std::uint64_t memory_bytes() const { return replica_ ? replica_->memory_bytes() : 0; }

    // From sessions.
    void join(Session& session);
    void leave(Session& session);
    void on_step1(Session& from, BytesView state_vector);
    void on_update(Session& from, Buffer update, UpdateSource source);
    void on_presence(Session& from, Buffer states);
    void on_presence_query(Session& from);
    void on_writable(Session& session);
    /// Kept by the shard: `end_of_turn` is due.
    bool dirty = false;

    void count_unknown_message() { ++services_.counters.unknown_messages; }

    /// Makes an answer from the replica once it is loaded, and gives it to `done` when every edit in it is
    /// committed. `done` gets `unavailable` when the document cannot be loaded.
    using Query = UniqueFunction<Result<Bytes>(const DocumentView&)>;
    void query(Query make, Completion<DocumentAnswer> done);

    /// Applies a change once the document is loaded, as one update that is seen live and stored like any other. `done` once
    /// it is as durable as the policy promises, or with the error for which nothing was changed.
    void change(Change change, Completion<Changed> done);

    /// Deletes the document for everybody: its sessions are closed with 4410, and what their clients bring back later is
    /// refused. `done` once the store has done it, or with `not_found` when there is none.
    void remove(Condition condition, Completion<Removed> done);

    /// Makes a version of the present, and gives its number. What is uncommitted when it is asked for is part of it.
    void keep_version(VersionWish wish, Completion<std::uint64_t> done);

    /// Brings the content of a version back by a new edit, with which concurrent ones merge. What was there before is kept as a
    /// version in the same transaction.
    void restore(RestoreWish wish, Completion<Restored> done);

    /// Where the replica stands; nothing while it is on its way from one seq to the next.
    std::optional<LiveDigest> live_digest() const;

    const Crdt& crdt() const { return *crdt_; }
    std::uint64_t epoch() const { return epoch_; }

    /// Sends what this turn brought, and appends what it applied. Called by the shard.
    void end_of_turn();

private:
    struct PendingQuery {
        Query make;
        Completion<DocumentAnswer> done;
    };
    struct PendingChange {
        Change change;
        Completion<Changed> done;
        bool tried = false;  // and the store refused it, or something in front of it
    };
    struct PendingDeletion {
        Condition condition;
        Completion<Removed> done;
    };
    struct DelayedPresence {
        SessionId session;
        std::uint64_t stamp;
        Time deadline;
        Buffer states;
    };

    /// A replica with all that was loaded, and what that was.
    struct Built {
        Loaded loaded;
        std::unique_ptr<Replica> replica;
    };
    static Result<Built> build_from(Loaded loaded, const Crdt& crdt, const ReplicaOptions& options);

    struct PendingRestore {
        RestoreWish wish;
        Completion<Restored> done;
        std::vector<StoredPart> past{};
        std::size_t tries = 0;
    };
    using RestorePtr = std::shared_ptr<PendingRestore>;
    /// The edit that brings the past back to what was the present, and the newest version then.
    struct WayBack {
        Bytes update;
        std::uint64_t newest_version = 0;
    };

    template <class T>
    Completion<T> on_shard(void (Document::*method)(Result<T>));
    template <class T>
    Completion<T> on_shard(RestorePtr restore, void (Document::*method)(RestorePtr, Result<T>));

    // Loading, waking (document_load.cpp).
    void load();
    void on_loaded(Result<Loaded> loaded);
    bool choose_algorithm(const Head& head);
    void build(Loaded loaded);
    bool take_budget(std::uint64_t bytes);
    void give_budget_back();
    void on_built(Result<Built> built);
    void go_live(const Loaded& loaded);
    void log_rows_past_seen(const Loaded& loaded);
    void reload();
    bool is_at_rest() const;
    void wake();
    void fail(const Error& error);
    void end_with(std::uint16_t close_code, std::string_view reason, const Error& answer);
    void welcome(Session& session);
    void maybe_drain();
    void maybe_end();

    /// Where an effective update came from, and what its row needs beside it.
    struct EditOrigin {
        SessionId sender = 0;
        std::optional<std::uint64_t> expect_seq{};
        std::optional<std::uint64_t> key{};
    };

    // Edits (document.cpp).
    bool has_room() const;
    void drop_update(Session& from);
    void refuse_update(Session& from, const Applied& applied);
    void take_effective(const EditOrigin& origin, const Buffer& update, const Applied& applied);
    void account(Session& from, const Applied& applied, UpdateSource source);
    void on_parked(Session& from, UpdateSource source);
    void count_parked(const Applied& applied);
    void on_nothing_parked();
    void ask(Session& session);
    void ask_soon();
    void ask_those_waiting();

    // Changes from outside the sessions (document_changes.cpp).
    void run_change(PendingChange pending);
    void run_pending_changes();
    void run_later(PendingChange pending);
    void run_once_settled(PendingChange pending);
    void answer_change(PendingChange pending, Result<Changed> changed);
    bool exists() const { return seen_ > 0 || gate_.applied() > 0; }
    std::optional<std::uint64_t> newest_mark() const;
    bool meets(const Condition& condition) const;
    Result<Changed> make_change(const Change& change);
    Result<Changed> apply_edits(const Change& change, const EditOrigin& origin);
    Result<Changed> apply_import(const Change& change, const EditOrigin& origin);
    void on_change_dropped(PendingChange pending);

    // Deletion (document_deletion.cpp).
    bool deletion_waits() const { return !deletions_.empty(); }
    void delete_once_settled();
    void submit_deletion();
    void on_deleted(Result<Deleted> deleted);
    void go_on_without_deletion();
    void end_deleted();
    bool is_of_the_dead(BytesView update) const;
    void refuse_the_dead(Session& from);

    // Versions (document_versions.cpp).
    using WhenLive = UniqueFunction<void(const Result<void>&)>;
    void when_live(WhenLive task);
    void run_when_live(const Result<void>& live);
    void push_version(VersionWish wish, Completion<std::uint64_t> done);
    void push_entry(LocalEdit entry);
    void prepare_version(AppendRequest& request);
    void look_for_version();
    void on_version_looked_for(Result<std::vector<Version>> newest);
    void on_version_failed(const Error& error);
    void on_version_refused();
    void on_version_stored(LocalEdit& entry, const Appended& appended, bool rows_between);
    void take_off_version(const Error& error);
    void drop_versions(const Error& error);
    VersionEntry& version_in_flight() { return *commit_queue_.edits().front().version; }
    void begin_restore(const RestorePtr& restore);
    void find_restored(const RestorePtr& restore);
    void on_restored_found(RestorePtr restore, Result<std::vector<Version>> found);
    void on_past_read(RestorePtr restore, Result<Loaded> past);
    void read_present(const RestorePtr& restore);
    void on_present_read(RestorePtr restore, Result<Loaded> present);
    void on_restore_made(RestorePtr restore, Result<WayBack> made);
    void push_restore(const RestorePtr& restore, WayBack made);
    void on_restore_stored(const RestorePtr& restore, const Result<std::uint64_t>& kept);
    void finish_restore(const RestorePtr& restore, Result<Restored> restored);

    // Commits (document_commit.cpp).
    void schedule_append();
    void submit_append();
    void on_appended(Result<Appended> appended);
    void on_committed(const Appended& appended);
    void run_after_reading();
    void on_append_failed(const Error& error);
    void retry_append(const Error& error);
    void read_back();
    void on_read_back(Result<std::vector<StoredPart>> parts);
    void on_refused_for_good(const Error& error);
    void log_held_edits(std::uint64_t committed);
    void read_missing_rows();
    void request_rows();
    void on_rows_read(Result<std::vector<StoredPart>> parts);
    void apply_stored(const StoredPart& part);
    void schedule_content();
    void refresh_content();
    bool content_is_current() const { return content_change_ == changes_ || seen_ == 0; }
    void write_content();
    void on_content_written(Result<void> written);

    // Answers and presence (document_answers.cpp).
    void when_visible(Gate::Waiter waiter);
    enum class DiffAs { step2, update };
    void answer_sessions();
    void send_presence(Session& session);
    void send_diff(Session& session, Bytes state_vector, DiffAs kind);
    void deliver_diff(Session& session, Buffer frame, LogPosition position);
    Buffer diff_frame(BytesView state_vector, DiffAs kind);
    void run_query(PendingQuery query);
    void take_presence(Session& from, const Buffer& states);
    void release_presence();
    void broadcast_presence(Bytes states);
    void take_checkpoint();
    void count_log_bytes();
    void send_saved();
    Session* find_session(SessionId id) const;
    void mark_dirty();

    // Fixed at construction.
    const std::string name_;
    DocumentServices& services_;

    State state_ = State::loading;
    bool was_live_ = false;  // loaded before: sessions have synced with it
    bool was_cold_ = false;  // and nothing of theirs was lost meanwhile
    Time last_used_{};
    std::uint64_t budget_taken_ = 0;  // of the shard's for large loads
    std::string algorithm_;
    const Crdt* crdt_ = nullptr;
    std::uint64_t epoch_ = 1;
    std::uint64_t seen_ = 0;  // the replica has everything up to this seq
    std::uint64_t mark_ = 0;  // the mark at `seen_`
    std::unique_ptr<Replica> replica_;
    std::uint64_t changes_ = 0;  // raised whenever the replica changes

    std::vector<Session*> sessions_;  // by id: later ones have greater ids
    std::vector<PendingQuery> queries_;
    std::vector<PendingChange> pending_changes_;
    std::size_t answers_at_gate_ = 0;  // of queries and changes; versions and restores under way

    Gate gate_;
    CommitQueue commit_queue_;
    std::uint64_t conditional_stamp_ =
        0;  // the applied count with the newest conditional edit in it
    KeyedRows keyed_rows_;
    std::vector<PendingDeletion> deletions_;
    bool deletion_in_flight_ = false;
    std::vector<Buffer> tombstones_;  // state vectors of this document's former lives
    Broadcast broadcast_;
    PresenceRoom presence_;
    std::deque<DelayedPresence> delayed_presence_;

    bool checkpoint_pending_ = false;
    bool reading_rows_ = false;
    std::uint64_t foreign_rows_ = 0;  // taken from the store, not from sessions
    std::vector<UniqueFunction<void()>> after_reading_;
    std::vector<WhenLive> when_live_;
    std::uint64_t parked_bytes_ = 0;
    bool refused_before_ = false;       // the store has refused an edit of the present queue
    std::uint64_t content_change_ = 0;  // the replica's change that the stored content shows
    bool content_in_flight_ = false;
    std::size_t content_bytes_ = 0;
    Time content_written_{};
    Time last_commit_{};
    Duration retry_delay_{};
    std::size_t log_bytes_counted_ = 0;

    struct {
        DiffAs kind = DiffAs::step2;
        Bytes state_vector;
        std::uint64_t change = 0;
        Buffer frame;
    } last_diff_;  // those who join in a busy moment share one encoding

    Timer append_timer_;
    Timer content_timer_;
    Timer load_timer_;
    Timer delete_timer_;
    Timer ask_timer_;
    Timer saved_timer_;
    Timer presence_timer_;
    Timer diff_timer_;
};

template <class T>
Completion<T> Document::on_shard(void (Document::*method)(Result<T>)) {
    return [weak = weak_from_this(), &executor = services_.executor,
            method](Result<T> result) mutable {
        executor.post([weak = std::move(weak), method, result = std::move(result)]() mutable {
            if (const auto document = weak.lock()) {
                ((*document).*method)(std::move(result));
            }
        });
    };
}

template <class T>
Completion<T> Document::on_shard(RestorePtr restore,
                                 void (Document::*method)(RestorePtr, Result<T>)) {
    return [weak = weak_from_this(), &executor = services_.executor, restore = std::move(restore),
            method](Result<T> result) mutable {
        executor.post([weak = std::move(weak), restore = std::move(restore), method,
                       result = std::move(result)]() mutable {
            if (const auto document = weak.lock()) {
                ((*document).*method)(std::move(restore), std::move(result));
            }
        });
    };
}

}  // namespace weft
