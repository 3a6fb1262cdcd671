#include "kernel/document/document.hpp"

#include "kernel/assert.hpp"
#include "kernel/session/close_codes.hpp"
#include "kernel/session/sync_protocol.hpp"

#include <algorithm>

namespace weft {

namespace {

constexpr Duration ask_interval = std::chrono::seconds(1);
constexpr Duration ask_again_interval = std::chrono::milliseconds(100);

}  // namespace

Document::Document(std::string name, DocumentServices& services)
    : name_(std::move(name)), services_(services), broadcast_(services.outbox, services.policy.log),
      presence_(services.executor, [this](Bytes states) { broadcast_presence(std::move(states)); }),
      append_timer_(services.executor), content_timer_(services.executor),
      load_timer_(services.executor), delete_timer_(services.executor),
      ask_timer_(services.executor), saved_timer_(services.executor),
      presence_timer_(services.executor), diff_timer_(services.executor) {}

// ---- updates ----

void Document::on_update(Session& from, Buffer update, UpdateSource source) {
    ++services_.counters.messages_received;
    last_used_ = services_.executor.now();
    wake();
    if (state_ != State::live || from.resync.owing || !has_room() || deletion_waits()) {
        drop_update(from);
        return;
    }
    const BytesView bytes = update.view();
    if (is_of_the_dead(bytes)) {
        refuse_the_dead(from);
        return;
    }
    Applied applied;
    replica_->apply({&bytes, 1}, {&applied, 1});
    if (applied.code != Code::ok) {
        refuse_update(from, applied);
        return;
    }
    take_effective({from.id}, update, applied);
    account(from, applied, source);
    mark_dirty();
}

bool Document::has_room() const {
    return commit_queue_.bytes() <= services_.policy.uncommitted_document_bytes &&
           services_.counters.uncommitted_bytes <= services_.policy.uncommitted_shard_bytes;
}

// Nothing is lost: step 1 goes to an owing session once there is room, and its client sends all that is missing.
void Document::drop_update(Session& from) {
    ++services_.counters.updates_dropped_owing;
    from.saved.add_open();
    from.resync.owing = true;
    if (state_ == State::live) {
        ask_soon();
    }
}

void Document::refuse_update(Session& from, const Applied& applied) {
    ++services_.counters.updates_refused;
    services_.log.warning("document", "update refused",
                          {{"document", name_}, {"reason", applied.message}});
    from.close(applied.code == Code::limit ? close_too_large : close_refused, applied.message);
}

void Document::take_effective(const EditOrigin& origin, const Buffer& update,
                              const Applied& applied) {
    if (applied.effective.empty()) {
        ++services_.counters.updates_duplicate;
        return;
    }
    ++services_.counters.updates_applied;
    LocalEdit edit;
    edit.update = applied.verbatim ? update : Buffer::copy_of(applied.effective);
    edit.mark = origin.key ? keyed_mark(*origin.key, edit.update.view()) : services_.random.next();
    edit.sender = origin.sender;
    edit.sender_has_all = !applied.released;
    edit.expect_seq = origin.expect_seq;
    gate_.count_applied();
    ++changes_;
    services_.counters.uncommitted_bytes += edit.update.size();
    if (edit.expect_seq) {
        conditional_stamp_ = gate_.applied();
    }
    if (origin.key) {
        keyed_rows_.add(edit.mark, edit.update.view());
    }
    // Behind a conditional edit that may still be lost nothing leaves early: it might build on that edit.
    if (!services_.policy.strict && gate_.committed() >= conditional_stamp_) {
        broadcast_.push({edit.update, edit.sender_has_all ? edit.sender : 0});
        edit.is_in_log = true;
    }
    commit_queue_.push(std::move(edit));
}

void Document::account(Session& from, const Applied& applied, UpdateSource source) {
    from.last_edit_stamp = gate_.applied();
    if (applied.parked || applied.parked_dropped) {
        ++services_.counters.updates_parked;
        from.saved.add_open();
        on_parked(from, source);
    } else {
        from.saved.add_applied(gate_.applied());
        if (source == UpdateSource::step2) {
            from.saved.close_open(gate_.applied());
            from.resync.futile = false;
        }
    }
    count_parked(applied);
}

void Document::count_parked(const Applied& applied) {
    const bool nothing_left = parked_bytes_ > 0 && applied.parked_bytes == 0;
    parked_bytes_ = applied.parked_bytes;
    if (nothing_left) {
        on_nothing_parked();
    }
}

void Document::on_parked(Session& from, UpdateSource source) {
    from.resync.futile = source == UpdateSource::step2;
    if (!from.resync.futile) {
        from.resync.wanted = true;
        ask_soon();
    }
}

// Whoever's message was parked sends once more what it has: with that all of it counts as saved.
void Document::on_nothing_parked() {
    for (Session* session : sessions_) {
        if (std::exchange(session->resync.futile, false)) {
            session->resync.wanted = true;
        }
    }
    ask_soon();
}

// ---- asking clients for what the server lacks ----

void Document::ask(Session& session) {
    Bytes state_vector;
    replica_->state_vector(state_vector);
    session.resync.wanted = false;
    session.resync.owing = false;
    session.resync.asked = services_.executor.now();
    session.send(Buffer(encode_step1(state_vector)), services_.executor.now());
}

void Document::ask_soon() {
    if (!ask_timer_.armed()) {
        ask_timer_.arm(Duration::zero(), [this] { ask_those_waiting(); });
    }
}

void Document::ask_those_waiting() {
    if (state_ != State::live) {
        return;  // everybody is asked after the load
    }
    const Time now = services_.executor.now();
    const bool has_room =
        !deletion_waits() &&
        commit_queue_.bytes() * 2 <= services_.policy.uncommitted_document_bytes &&
        services_.counters.uncommitted_bytes <= services_.policy.uncommitted_shard_bytes;
    bool waiting = false;
    for (Session* session : sessions_) {
        auto& resync = session->resync;
        const bool asked_lately = resync.asked && now - *resync.asked < ask_interval;
        if ((resync.owing && has_room) || (resync.wanted && !asked_lately && !resync.owing)) {
            ask(*session);
        }
        waiting = waiting || resync.owing || resync.wanted;
    }
    if (waiting) {
        ask_timer_.arm(ask_again_interval, [this] { ask_those_waiting(); });
    }
}

}  // namespace weft
