#include "kernel/node/document_shard.hpp"

#include "kernel/session/close_codes.hpp"
#include "kernel/session/sync_protocol.hpp"

namespace weft {

namespace {

// Providers close a connection on which they hear no message for 30 s; WebSocket pings do not count.
constexpr Duration keep_alive_after = std::chrono::seconds(20);
constexpr Duration keep_alive_interval = std::chrono::seconds(4);

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
      keep_alive_timer_(seams.executor) {}

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
