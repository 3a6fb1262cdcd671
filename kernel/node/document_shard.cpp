#include "kernel/node/document_shard.hpp"

#include "kernel/session/close_codes.hpp"
#include "kernel/session/sync_protocol.hpp"

#include <algorithm>

namespace weft {

namespace {

// Providers close a connection on which they hear no message for 30 s; WebSocket pings do not count.
constexpr Duration keep_alive_after = std::chrono::seconds(20);
constexpr Duration keep_alive_interval = std::chrono::seconds(4);
constexpr Duration cool_down_interval = std::chrono::seconds(5);

}  // namespace

DocumentShard::DocumentShard(const Seams& seams, std::uint64_t seed)
    : executor_(seams.executor), storage_(seams.storage), random_(seed),
      outbox_([this](Connection connection) {
          if (Session* const session = find(connection)) {
              session->delivery.over = true;
          }
      }),
      load_budget_(seams.policy.load_shard_bytes), services_{seams.executor, seams.workers,
                                                             load_budget_,   store_health_,
                                                             seams.storage,  seams.crdts,
                                                             seams.policy,   outbox_,
                                                             appends_,       seams.log,
                                                             random_,        counters_,
                                                             *this},
      histories_({seams.executor, seams.workers, seams.storage, seams.crdts, seams.policy.history,
                  seams.policy.text_root, seams.policy.unix_ms, seams.log, counters_, *this}),
      keep_alive_timer_(seams.executor), cool_down_timer_(seams.executor) {}

DocumentShard::~DocumentShard() = default;

void DocumentShard::open_session(Connection connection, const std::string& name, bool wants_saved) {
    if (draining_) {
        outbox_.close(connection, close_restart, "the server restarts");
        return;
    }
    const SessionId id = ++last_session_;
    auto session = std::make_unique<Session>(id, connection, wants_saved, outbox_);
    ++counters_.sessions_opened;
    ++counters_.sessions;
    session->last_sent = executor_.now();
    Session& joined = *session;
    by_connection_.emplace(connection, session.get());
    sessions_.emplace(id, std::move(session));
    joined.join(document(name));
    joined.document()->join(joined);
    if (!keep_alive_timer_.armed()) {
        keep_alive_timer_.arm(keep_alive_interval, [this] { keep_alive(); });
    }
    if (!cool_down_timer_.armed()) {
        cool_down_timer_.arm(cool_down_interval, [this] { cool_down(); });
    }
}

void DocumentShard::on_message(Connection connection, Buffer payload) {
    if (Session* const session = find(connection)) {
        session->on_message(std::move(payload));
    }
}

void DocumentShard::on_writable(Connection connection) {
    if (Session* const session = find(connection)) {
        session->document()->on_writable(*session);
    }
}

void DocumentShard::close_session(Connection connection) {
    Session* const session = find(connection);
    if (session == nullptr) {
        return;
    }
    session->document()->leave(*session);
    by_connection_.erase(connection);
    sessions_.erase(session->id);
    --counters_.sessions;
}

void DocumentShard::query(const std::string& name, Document::Query make,
                          Completion<DocumentAnswer> done) {
    const auto queried = document(name);
    queried->query(std::move(make), std::move(done));
    mark_dirty(*queried);
}

void DocumentShard::change(const std::string& name, Change change, Completion<Changed> done) {
    if (draining_) {
        done(Error{Code::unavailable, "the server restarts", 0});
        return;
    }
    const auto changed = document(name);
    changed->change(std::move(change), std::move(done));
    mark_dirty(*changed);
}

void DocumentShard::remove(const std::string& name, Condition condition, Completion<Removed> done) {
    if (draining_) {
        done(Error{Code::unavailable, "the server restarts", 0});
        return;
    }
    const auto removed = document(name);
    removed->remove(std::move(condition), std::move(done));
    mark_dirty(*removed);
}

void DocumentShard::keep_version(const std::string& name, VersionWish wish,
                                 Completion<std::uint64_t> done) {
    if (draining_) {
        done(Error{Code::unavailable, "the server restarts", 0});
        return;
    }
    const auto kept = document(name);
    kept->keep_version(std::move(wish), std::move(done));
    mark_dirty(*kept);
}

void DocumentShard::restore(const std::string& name, RestoreWish wish, Completion<Restored> done) {
    if (draining_) {
        done(Error{Code::unavailable, "the server restarts", 0});
        return;
    }
    const auto restored = document(name);
    restored->restore(std::move(wish), std::move(done));
    mark_dirty(*restored);
}

std::size_t DocumentShard::clients_of(const std::string& name) const {
    const auto found = documents_.find(name);
    return found == documents_.end() ? 0 : found->second.current->session_count();
}

void DocumentShard::drain(Duration spread) {
    draining_ = true;
    for (const auto& [id, session] : sessions_) {
        const Duration delay(random_.below(static_cast<std::uint64_t>(spread.count()) + 1));
        executor_.after(delay, [this, id = id] {
            const auto found = sessions_.find(id);
            if (found != sessions_.end()) {
                found->second->close(close_restart, "the server restarts");
            }
        });
    }
}

void DocumentShard::end_of_turn() {
    while (!dirty_.empty()) {
        for (const auto& document : std::exchange(dirty_, {})) {
            document->dirty = false;
            document->end_of_turn();
        }
    }
    if (!appends_.empty()) {
        storage_.append(std::exchange(appends_, {}));
    }
    outbox_.flush();
}

void DocumentShard::mark_dirty(Document& document) {
    if (!std::exchange(document.dirty, true)) {
        dirty_.push_back(document.shared_from_this());
    }
}

void DocumentShard::on_drained(Document& document) {
    const auto found = documents_.find(document.name());
    if (found == documents_.end()) {
        return;
    }
    auto& slot = found->second;
    if (slot.leaving.get() == &document) {
        slot.leaving.reset();
        slot.current->start();
    } else if (slot.current.get() == &document) {
        documents_.erase(found);
    }
}

void DocumentShard::on_loaded(Document& document, const Loaded& loaded) {
    histories_.on_loaded(document.name(), loaded);
}

void DocumentShard::on_committed(Document& document, std::uint64_t head) {
    histories_.on_committed(document.name(), document.crdt(), document.epoch(), head);
}

void DocumentShard::on_version_without_text(Document& document, std::uint64_t number,
                                            std::uint64_t seq) {
    histories_.tell_text(document.name(), number, seq);
}

std::optional<LiveDigest> DocumentShard::digest_of(const std::string& name) const {
    const auto found = documents_.find(name);
    return found == documents_.end() ? std::nullopt : found->second.current->live_digest();
}

void DocumentShard::keep_automatic_version(const std::string& document,
                                           Completion<std::uint64_t> done) {
    keep_version(document, {VersionKind::automatic, {}, {}}, std::move(done));
}

std::shared_ptr<Document> DocumentShard::document(const std::string& name) {
    auto& slot = documents_[name];
    if (slot.current && slot.current->takes_sessions()) {
        return slot.current;
    }
    slot.leaving = std::exchange(slot.current, std::make_shared<Document>(name, services_));
    if (!slot.leaving) {
        slot.current->start();
    }
    return slot.current;
}

Session* DocumentShard::find(Connection connection) const {
    const auto found = by_connection_.find(connection);
    return found == by_connection_.end() ? nullptr : found->second;
}

// Those that were not used for long go cold, and past the ceiling the least recently used of the others.
void DocumentShard::cool_down() {
    const auto& policy = services_.policy;
    const Time now = executor_.now();
    std::vector<Document*> by_use;
    for (const auto& [name, slot] : documents_) {
        if (policy.cold_after > Duration::zero() &&
            now - slot.current->last_used() >= policy.cold_after) {
            slot.current->try_go_cold();
        }
        by_use.push_back(slot.current.get());
    }
    std::stable_sort(by_use.begin(), by_use.end(), [](const Document* a, const Document* b) {
        return a->last_used() < b->last_used();
    });
    std::uint64_t bytes = 0;
    for (const Document* document : by_use) {
        bytes += document->memory_bytes();
    }
    for (auto next = by_use.begin();
         next != by_use.end() && policy.memory_shard_bytes > 0 && bytes > policy.memory_shard_bytes;
         ++next) {
        bytes -= (*next)->memory_bytes();
        (*next)->try_go_cold();
        bytes += (*next)->memory_bytes();
    }
    counters_.replica_bytes = bytes;
    if (!sessions_.empty()) {
        cool_down_timer_.arm(cool_down_interval, [this] { cool_down(); });
    }
}

void DocumentShard::keep_alive() {
    const Time now = executor_.now();
    const Buffer nothing(encode_presence(encode_presence_states({})));
    for (const auto& [id, session] : sessions_) {
        if (now - session->last_sent >= keep_alive_after && !session->delivery.over) {
            session->send(nothing, now);
        }
    }
    if (!sessions_.empty()) {
        keep_alive_timer_.arm(keep_alive_interval, [this] { keep_alive(); });
    }
}

}  // namespace weft
