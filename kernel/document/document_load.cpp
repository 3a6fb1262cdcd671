// The life of a document: loading, being live, failing, ending.
#include "kernel/assert.hpp"
#include "kernel/document/document.hpp"
#include "kernel/document/fresh_actor.hpp"
#include "kernel/session/close_codes.hpp"
#include "kernel/session/sync_protocol.hpp"

#include <algorithm>

namespace weft {

namespace {

constexpr Duration load_retry_delay = std::chrono::milliseconds(250);

std::uint64_t bytes_of(const std::vector<StoredPart>& parts) {
    std::uint64_t bytes = 0;
    for (const auto& part : parts) {
        bytes += part.bytes.size();
    }
    return bytes;
}

}  // namespace

void Document::start() {
    ++services_.counters.documents;
    load();
}

void Document::load() {
    ++services_.counters.loads;
    services_.storage.load({name_}, on_shard(&Document::on_loaded));
}

void Document::on_loaded(Result<Loaded> loaded) {
    if (state_ != State::loading) {
        return;
    }
    if (!loaded && is_temporary(loaded.error().code)) {
        services_.store_health.on_error(loaded.error());
        load_timer_.arm(retry_delay(loaded.error(), load_retry_delay), [this] { load(); });
        return;
    }
    services_.store_health.on_answer();
    if (!loaded) {
        fail(loaded.error());
        return;
    }
    if (was_live_ && loaded->head.epoch > epoch_) {
        end_deleted();
        return;
    }
    if (choose_algorithm(loaded->head)) {
        build(std::move(*loaded));
    }
}

// The sessions are told when the algorithm is not loaded.
bool Document::choose_algorithm(const Head& head) {
    algorithm_ = head.exists ? head.algorithm : services_.policy.algorithm_for(name_);
    const auto found = services_.crdts.find(algorithm_);
    if (found == services_.crdts.end()) {
        const std::string reason = "the algorithm " + algorithm_ + " is not loaded";
        end_with(close_unknown_algorithm, reason, {Code::conflict, reason, 0});
        return false;
    }
    crdt_ = found->second;
    epoch_ = std::max<std::uint64_t>(1, head.epoch);
    return true;
}

Result<Document::Built> Document::build_from(Loaded loaded, const Crdt& crdt,
                                             const ReplicaOptions& options) {
    Built built{std::move(loaded), crdt.create_replica(options)};
    std::vector<BytesView> updates;
    updates.reserve(built.loaded.parts.size());
    for (const auto& part : built.loaded.parts) {
        updates.push_back(part.bytes.view());
    }
    if (const auto filled = built.replica->load(updates); !filled) {
        return filled.error();
    }
    return built;
}

// A large document would hold up all others of the shard while its replica grows: a worker does that, and the replica moves here.
void Document::build(Loaded loaded) {
    ReplicaOptions options;
    options.actor = fresh_actor(services_.random);
    options.max_bytes = services_.policy.document_bytes_max;
    options.max_parked_bytes = services_.policy.parked_bytes_max;
    const std::uint64_t bytes = bytes_of(loaded.parts);
    if (bytes <= services_.policy.worker_load_bytes) {
        on_built(build_from(std::move(loaded), *crdt_, options));
    } else if (take_budget(bytes)) {
        services_.workers.post([loaded = std::move(loaded), crdt = crdt_, options,
                                done = on_shard(&Document::on_built)]() mutable {
            done(build_from(std::move(loaded), *crdt, options));
        });
    }
}

// Without room what was loaded is dropped, and read again when there is some: waiting takes no memory.
bool Document::take_budget(std::uint64_t bytes) {
    auto& budget = services_.load_budget;
    if (budget_taken_ == 0 && !budget.try_take(bytes)) {
        budget.take_later(bytes, [weak = weak_from_this(), &budget, bytes] {
            if (const auto document = weak.lock()) {
                document->budget_taken_ = bytes;
                document->load();
            } else {
                budget.give_back(bytes);
            }
        });
        return false;
    }
    budget_taken_ = bytes;
    return true;
}

void Document::give_budget_back() {
    if (budget_taken_ > 0) {
        services_.load_budget.give_back(std::exchange(budget_taken_, 0));
    }
}

void Document::on_built(Result<Built> built) {
    give_budget_back();
    if (!built) {
        fail(built.error());
        return;
    }
    replica_ = std::move(built->replica);
    go_live(built->loaded);
}

void Document::go_live(const Loaded& loaded) {
    ++changes_;
    parked_bytes_ = 0;
    if (was_live_) {
        log_rows_past_seen(loaded);
    } else {
        auto state_vector = std::make_shared<Bytes>();
        replica_->state_vector(*state_vector);
        broadcast_.start(*crdt_, std::move(state_vector));
    }
    tombstones_.clear();
    for (const auto& tombstone : loaded.tombstones) {
        if (tombstone.algorithm == algorithm_) {
            tombstones_.push_back(tombstone.state_vector);
        }
    }
    const std::uint64_t known_head = std::exchange(seen_, loaded.head.seq);
    mark_ = loaded.head.mark;
    reading_rows_ = false;
    conditional_stamp_ = 0;
    keyed_rows_.clear();
    for (const auto& part : loaded.parts) {
        if (part.kind == StoredPart::Kind::row) {
            keyed_rows_.add(part.mark, part.bytes.view());
        }
    }
    content_change_ = loaded.head.content_seq == loaded.head.seq ? changes_ : 0;
    state_ = State::live;
    const bool was_cold = std::exchange(was_cold_, false);
    for (Session* session : sessions_) {
        const auto& resync = session->resync;
        const bool has_all = was_cold && resync.asked && !resync.owing && !resync.wanted;
        if (!has_all || session->pending_step1) {
            welcome(*session);
        }
    }
    was_live_ = true;
    last_used_ = services_.executor.now();
    for (auto& query : std::exchange(queries_, {})) {
        run_query(std::move(query));
    }
    run_pending_changes();
    delete_once_settled();
    if (!was_cold || loaded.head.seq != known_head) {
        services_.owner.on_loaded(*this, loaded);
    }
    run_when_live({});
    if (!content_is_current()) {
        write_content();
    }
    mark_dirty();
}

// Sessions that synced before the reload have not been sent what others stored meanwhile.
void Document::log_rows_past_seen(const Loaded& loaded) {
    for (const auto& part : loaded.parts) {
        if (part.seqs.last > seen_) {
            broadcast_.push({part.bytes, 0});
        }
    }
}

// The replica holds edits that the store will not take: drops it, and with it every answer at the gate.
void Document::reload() {
    drop_versions({Code::again, "the document is being loaded anew: try again", 0});
    services_.counters.uncommitted_bytes -= commit_queue_.bytes();
    commit_queue_.clear();
    append_timer_.cancel();
    replica_.reset();
    last_diff_ = {};
    checkpoint_pending_ = false;
    state_ = State::loading;
    gate_.reset();
    for (Session* session : sessions_) {
        session->saved.reopen();
        session->last_edit_stamp = 0;
    }
    for (auto& delayed : delayed_presence_) {
        delayed.stamp = 0;
    }
    load();
}

// ---- cold ----

bool Document::is_at_rest() const {
    const bool nothing_waits = queries_.empty() && pending_changes_.empty() && when_live_.empty() &&
                               deletions_.empty() && !deletion_in_flight_ &&
                               answers_at_gate_ == 0 && delayed_presence_.empty();
    const bool all_is_stored = gate_.settled() && commit_queue_.empty() && !reading_rows_ &&
                               parked_bytes_ == 0 && content_is_current() && !content_in_flight_;
    const bool all_is_sent = broadcast_.log().bytes() == 0 &&
                             std::ranges::none_of(sessions_, [](const Session* session) {
                                 return session->pending_step1 || session->delivery.unanswered ||
                                        session->delivery.over || session->delivery.cut_at ||
                                        session->resync.owing || session->resync.wanted;
                             });
    return nothing_waits && all_is_stored && all_is_sent && !checkpoint_pending_;
}

void Document::try_go_cold() {
    if (state_ == State::live && !sessions_.empty() && is_at_rest()) {
        replica_.reset();
        last_diff_ = {};
        state_ = State::cold;
        ++services_.counters.documents_gone_cold;
    }
}

// What arrives before it is live again is dropped and asked for, as with every load.
void Document::wake() {
    if (state_ == State::cold) {
        state_ = State::loading;
        was_cold_ = true;
        load();
    }
}

void Document::fail(const Error& error) {
    ++services_.counters.documents_failed;
    services_.log.error(
        "document", "document failed",
        {{"document", name_}, {"code", name_of(error.code)}, {"reason", error.message}});
    end_with(close_overload, "the document cannot be read", {Code::unavailable, error.message, 0});
}

void Document::end_with(std::uint16_t close_code, std::string_view reason, const Error& answer) {
    drop_versions(answer);
    services_.counters.uncommitted_bytes -= commit_queue_.bytes();
    commit_queue_.clear();
    give_budget_back();
    state_ = State::ended;
    gate_.reset();
    run_when_live(answer);
    for (auto& query : std::exchange(queries_, {})) {
        query.done(answer);
    }
    for (auto& pending : std::exchange(pending_changes_, {})) {
        pending.done(answer);
    }
    for (auto& pending : std::exchange(deletions_, {})) {
        pending.done(answer);
    }
    for (Session* session : sessions_) {
        session->close(close_code, reason);
    }
    mark_dirty();
}

// ---- sessions ----

void Document::join(Session& session) {
    WEFT_ASSERT(takes_sessions());
    wake();
    sessions_.push_back(&session);
    session.delivery.cursor = broadcast_.log().end();
    if (state_ == State::live) {
        welcome(session);
        mark_dirty();
    }
}

// Offline edits arrive because step 1 goes out unasked, and only after the load: it is about the whole document.
void Document::welcome(Session& session) {
    ask(session);
    const Bytes states = presence_.states().encode_all(false);
    if (!states.empty()) {
        session.send(Buffer(encode_presence(states)), services_.executor.now());
    }
    if (auto step1 = std::exchange(session.pending_step1, std::nullopt)) {
        send_diff(session, std::move(*step1), DiffAs::step2);
    }
}

void Document::leave(Session& session) {
    std::erase(sessions_, &session);
    presence_.leave(session.id);
    std::erase_if(delayed_presence_,
                  [&](const auto& delayed) { return delayed.session == session.id; });
    mark_dirty();
}

Session* Document::find_session(SessionId id) const {
    const auto found = std::lower_bound(
        sessions_.begin(), sessions_.end(), id,
        [](const Session* session, SessionId wanted) { return session->id < wanted; });
    return found != sessions_.end() && (*found)->id == id ? *found : nullptr;
}

void Document::mark_dirty() {
    services_.owner.mark_dirty(*this);
}

// ---- the end of a turn, and of the document ----

void Document::end_of_turn() {
    if (state_ == State::live || state_ == State::draining) {
        answer_sessions();
        take_checkpoint();
        schedule_append();
        const bool tight = services_.counters.log_bytes > services_.policy.log_shard_bytes;
        for (Session* session : broadcast_.flush(sessions_, services_.executor.now(), tight)) {
            send_diff(*session, *session->delivery.cut_at, DiffAs::update);
        }
        count_log_bytes();
        send_saved();
    }
    if (state_ == State::cold) {
        answer_sessions();
    }
    presence_.flush();
    maybe_drain();
    maybe_end();
}

void Document::count_log_bytes() {
    const std::size_t bytes = broadcast_.log().bytes();
    services_.counters.log_bytes += bytes - log_bytes_counted_;
    log_bytes_counted_ = bytes;
}

void Document::maybe_drain() {
    const bool answered =
        queries_.empty() && pending_changes_.empty() && deletions_.empty() && answers_at_gate_ == 0;
    if (state_ == State::cold && sessions_.empty()) {
        presence_.close();
        state_ = State::ended;
    }
    if (state_ == State::live && sessions_.empty() && answered) {
        state_ = State::draining;
        presence_.close();
        append_timer_.cancel();
        schedule_append();
    }
}

void Document::maybe_end() {
    if (state_ == State::draining && commit_queue_.empty() && !reading_rows_) {
        if (!content_is_current()) {
            write_content();
        } else if (!content_in_flight_) {
            state_ = State::ended;
        }
    }
    if (state_ == State::ended && sessions_.empty()) {
        state_ = State::gone;
        --services_.counters.documents;
        services_.counters.log_bytes -= log_bytes_counted_;
        log_bytes_counted_ = 0;
        services_.owner.on_drained(*this);
    }
}

}  // namespace weft
