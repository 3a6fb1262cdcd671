// What a document tells: diffs to those who ask, presence, and which edits are saved.
#include "kernel/document/document.hpp"
#include "kernel/session/close_codes.hpp"
#include "kernel/session/sync_protocol.hpp"

#include <algorithm>

namespace weft {

namespace {

constexpr Duration saved_interval = std::chrono::milliseconds(100);
constexpr Duration presence_wait_max = std::chrono::milliseconds(200);
constexpr Duration diff_kept = std::chrono::seconds(2);
constexpr std::size_t delayed_presence_max = 256;

}  // namespace

// Relaxed shows what may be lost in a crash, but nothing that another writer's edit may still undo.
void Document::when_visible(Gate::Waiter waiter) {
    gate_.when_committed(services_.policy.strict ? gate_.applied() : conditional_stamp_,
                         std::move(waiter));
}

// ---- diffs ----

void Document::on_step1(Session& from, BytesView state_vector) {
    ++services_.counters.messages_received;
    wake();
    from.delivery.unanswered = from.delivery.unanswered || state_ != State::live;
    from.pending_step1 = to_bytes(state_vector);
    mark_dirty();
}

// A few bytes ask for the whole document: each session has one answer on its way, and the next only once it has read on.
void Document::answer_sessions() {
    for (Session* session : sessions_) {
        auto& delivery = session->delivery;
        if (delivery.over || session->closed()) {
            continue;
        }
        if (std::exchange(delivery.presence_missed, false)) {
            send_presence(*session);
        }
        if (state_ != State::cold && session->pending_step1 && !delivery.unanswered) {
            send_diff(*session, *std::exchange(session->pending_step1, std::nullopt),
                      DiffAs::step2);
        }
    }
}

void Document::send_presence(Session& session) {
    const Bytes states = presence_.states().encode_all(true);
    if (!states.empty()) {
        session.send(Buffer(encode_presence(states)), services_.executor.now());
    }
}

// The frame holds all that the log holds now, and local edits that have not entered it yet: it waits for those.
void Document::send_diff(Session& session, Bytes state_vector, DiffAs kind) {
    const Buffer frame = diff_frame(state_vector, kind);
    if (frame.empty()) {
        session.close(close_refused, "the state vector does not parse");
        return;
    }
    session.delivery.unanswered = true;
    const LogPosition position = broadcast_.log().end();
    when_visible([this, id = session.id, frame, position, kind,
                  asked = std::move(state_vector)](Gate::Outcome outcome) mutable {
        Session* const waiting = find_session(id);
        if (waiting == nullptr) {
            return;
        }
        if (outcome == Gate::Outcome::open) {
            deliver_diff(*waiting, frame, position);
        } else if (kind == DiffAs::step2) {
            if (!waiting->pending_step1) {
                waiting->pending_step1 = std::move(asked);
            }
        } else {
            waiting->delivery.unanswered = false;
        }
    });
}

void Document::deliver_diff(Session& session, Buffer frame, LogPosition position) {
    auto& delivery = session.delivery;
    delivery.unanswered = false;
    if (position >= broadcast_.log().begin()) {
        delivery.cut_at.reset();
        delivery.cursor = std::max(delivery.cursor, position);
    }  // else the log was cut again meanwhile: another diff follows
    session.send(std::move(frame), services_.executor.now());
    mark_dirty();
}

Buffer Document::diff_frame(BytesView state_vector, DiffAs kind) {
    if (!last_diff_.frame.empty() && last_diff_.change == changes_ && last_diff_.kind == kind &&
        equal_bytes(last_diff_.state_vector, state_vector)) {
        return last_diff_.frame;
    }
    Bytes diff;
    if (!replica_->diff(state_vector, diff)) {
        return {};
    }
    Buffer frame(kind == DiffAs::step2 ? encode_step2(diff) : encode_update(diff));
    last_diff_ = {kind, to_bytes(state_vector), changes_, frame};
    diff_timer_.arm(diff_kept, [this] { last_diff_ = {}; });
    return frame;
}

void Document::take_checkpoint() {
    if (checkpoint_pending_ || !broadcast_.wants_checkpoint()) {
        return;
    }
    checkpoint_pending_ = true;
    auto state_vector = std::make_shared<Bytes>();
    replica_->state_vector(*state_vector);
    when_visible([this, state_vector](Gate::Outcome outcome) {
        checkpoint_pending_ = false;
        if (outcome == Gate::Outcome::open) {
            broadcast_.log().add_checkpoint(state_vector);
        }
    });
}

void Document::on_writable(Session& session) {
    session.delivery.over = false;
    mark_dirty();
}

// ---- queries ----

void Document::query(Query make, Completion<DocumentAnswer> done) {
    PendingQuery query{std::move(make), std::move(done)};
    if (state_ == State::live || state_ == State::draining) {
        run_query(std::move(query));
    } else {
        queries_.push_back(std::move(query));
        wake();
    }
}

void Document::run_query(PendingQuery query) {
    last_used_ = services_.executor.now();
    const auto mark = newest_mark();
    const bool may_be_told = !services_.policy.strict || gate_.settled();
    auto body =
        query.make({*replica_, algorithm_, epoch_, exists(), may_be_told ? mark : std::nullopt});
    ++answers_at_gate_;
    when_visible([this, query = std::move(query), mark,
                  body = std::move(body)](Gate::Outcome outcome) mutable {
        --answers_at_gate_;
        if (outcome == Gate::Outcome::dropped) {
            queries_.push_back(std::move(query));
            return;
        }
        if (body) {
            query.done(DocumentAnswer{std::move(*body), reading_rows_ ? std::nullopt : mark});
        } else {
            query.done(body.error());
        }
        mark_dirty();
    });
}

// The state is named by its newest row: the row names all that stand before it, too.
std::optional<std::uint64_t> Document::newest_mark() const {
    if (!exists() || reading_rows_ || commit_queue_.has_restore()) {
        return std::nullopt;
    }
    return commit_queue_.newest_mark().value_or(mark_);
}

// ---- presence ----

// A cursor may point at text that its client has just typed: it waits for that text, but not for long.
void Document::on_presence(Session& from, Buffer states) {
    ++services_.counters.presence_messages;
    const bool waits = services_.policy.strict && from.last_edit_stamp > gate_.committed() &&
                       delayed_presence_.size() < delayed_presence_max;
    if (!waits) {
        take_presence(from, states);
        return;
    }
    const Time deadline = services_.executor.now() + presence_wait_max;
    delayed_presence_.push_back({from.id, from.last_edit_stamp, deadline, std::move(states)});
    if (!presence_timer_.armed()) {
        presence_timer_.arm(presence_wait_max, [this] { release_presence(); });
    }
}

void Document::release_presence() {
    const Time now = services_.executor.now();
    while (!delayed_presence_.empty()) {
        const auto& first = delayed_presence_.front();
        if (first.stamp > gate_.committed() && first.deadline > now) {
            presence_timer_.arm(first.deadline - now, [this] { release_presence(); });
            return;
        }
        const auto delayed = std::move(delayed_presence_.front());
        delayed_presence_.pop_front();
        if (Session* const from = find_session(delayed.session)) {
            take_presence(*from, delayed.states);
        }
    }
    presence_timer_.cancel();
}

void Document::take_presence(Session& from, const Buffer& bytes) {
    const auto states = decode_presence(bytes.view(), {});
    if (!states) {
        from.close(states.error().code == Code::limit ? close_too_large : close_refused,
                   states.error().message);
        return;
    }
    presence_.accept(from.id, !std::exchange(from.presence_claimed, true), *states);
    mark_dirty();
}

void Document::on_presence_query(Session& from) {
    from.delivery.presence_missed = true;
    mark_dirty();
}

void Document::broadcast_presence(Bytes states) {
    const Buffer frame(encode_presence(states));
    std::vector<Connection> receivers;
    for (Session* session : sessions_) {
        if (session->delivery.over) {
            session->delivery.presence_missed = true;
        } else if (!session->closed()) {
            session->last_sent = services_.executor.now();
            receivers.push_back(session->connection);
        }
    }
    services_.outbox.fanout(receivers, frame);
}

// ---- saved ----

void Document::send_saved() {
    if (saved_timer_.armed()) {
        return;
    }
    bool sent = false;
    for (Session* session : sessions_) {
        const std::uint64_t count = session->saved.advance(gate_.committed());
        if (session->wants_saved && count > session->saved_sent && !session->delivery.over) {
            session->saved_sent = count;
            session->send(Buffer(encode_saved(count)), services_.executor.now());
            sent = true;
        }
    }
    if (sent) {
        saved_timer_.arm(saved_interval, [this] { send_saved(); });
    }
}

}  // namespace weft
