// From an applied edit to a stored one: appends, what becomes of them, and the readable copy of the text.
#include "kernel/assert.hpp"
#include "kernel/document/document.hpp"
#include "kernel/document/readable_content.hpp"
#include "kernel/session/close_codes.hpp"

#include <algorithm>

namespace weft {

namespace {

// The store is away for a moment or for minutes: when it is back, so is everybody within a second.
constexpr Duration retry_delay_min = std::chrono::milliseconds(50);
constexpr Duration retry_delay_max = std::chrono::seconds(1);
constexpr Duration read_retry_delay = std::chrono::milliseconds(500);
// The copy follows within 2 s of the last commit. While commits go on it is refreshed less often, the more so the
// longer it is: writing all of a long text again and again would cost more than the edits.
constexpr Duration content_quiet = std::chrono::milliseconds(750);
constexpr Duration content_patience_min = std::chrono::seconds(5);
constexpr Duration content_patience_max = std::chrono::seconds(30);
constexpr std::size_t content_bytes_per_second = 100 * 1024;
constexpr std::size_t append_now_bytes = 256 * 1024;

}  // namespace

void Document::schedule_append() {
    if (commit_queue_.empty() || commit_queue_.in_flight() || append_timer_.armed()) {
        return;
    }
    const bool at_once = services_.policy.strict || state_ == State::draining ||
                         commit_queue_.bytes() > append_now_bytes;
    if (at_once) {
        submit_append();
    } else {
        append_timer_.arm(services_.policy.flush_interval, [this] { submit_append(); });
    }
}

void Document::submit_append() {
    if (commit_queue_.empty() || commit_queue_.in_flight() || state_ == State::loading) {
        return;
    }
    const auto& version = commit_queue_.front().version;
    if (version && version->unsure && !version->looked) {
        look_for_version();
        return;
    }
    AppendRequest request;
    request.document = name_;
    request.algorithm = algorithm_;
    request.epoch = epoch_;
    request.durability =
        services_.policy.strict ? Durability::stable : services_.storage.durability();
    request.rows = commit_queue_.next_append();
    request.expect_seq = commit_queue_.front().expect_seq;
    if (version) {
        prepare_version(request);
    }
    ++services_.counters.appends;
    services_.appends.push_back({std::move(request), on_shard(&Document::on_appended)});
}

void Document::on_appended(Result<Appended> appended) {
    if (!commit_queue_.in_flight()) {
        return;  // the replica that this append came from was dropped meanwhile
    }
    if (appended) {
        services_.store_health.on_answer();
        on_committed(*appended);
    } else if (commit_queue_.front().version) {
        on_version_failed(appended.error());
    } else {
        on_append_failed(appended.error());
    }
    mark_dirty();
}

void Document::on_committed(const Appended& appended) {
    const SeqRange& seqs = appended.seqs;
    auto batch = commit_queue_.take_committed();
    WEFT_ASSERT(batch.front().version || batch.size() == seqs.count());
    retry_delay_ = {};
    last_commit_ = services_.executor.now();
    const bool rows_between = seqs.first > seen_ + 1;
    if (rows_between) {
        read_missing_rows();
    } else {
        seen_ = std::max(seen_, seqs.last);
        mark_ = batch.back().has_row() ? batch.back().mark : mark_;
    }
    services_.counters.rows_committed += seqs.count();
    for (auto& edit : batch) {
        services_.counters.uncommitted_bytes -= edit.update.size();
        if (edit.version) {
            on_version_stored(edit, appended, rows_between);
        } else if (!edit.is_in_log) {
            broadcast_.push({std::move(edit.update), edit.sender_has_all ? edit.sender : 0});
        }
    }
    if (commit_queue_.empty()) {
        commit_queue_.append_one_by_one(false);
        refused_before_ = false;
    }
    log_held_edits(gate_.committed() + batch.size());
    gate_.count_committed(batch.size());
    release_presence();
    if (seqs.count() > 0) {
        schedule_content();
        services_.owner.on_committed(*this, seqs.last);
    }
}

// Relaxed: what was held back behind a conditional edit follows it into the log at once.
void Document::log_held_edits(std::uint64_t committed) {
    if (services_.policy.strict || committed < conditional_stamp_) {
        return;
    }
    for (LocalEdit& edit : commit_queue_.edits()) {
        if (!edit.version && !std::exchange(edit.is_in_log, true)) {
            broadcast_.push({edit.update, edit.sender_has_all ? edit.sender : 0});
        }
    }
}

void Document::on_append_failed(const Error& error) {
    services_.store_health.on_error(error);
    switch (error.code) {
    case Code::corrupt:
    case Code::missing: fail(error); return;
    case Code::conflict:
        if (commit_queue_.front().expect_seq) {
            read_back();
        } else {
            reload();  // the load tells whether the epoch or the algorithm is another
        }
        return;
    case Code::limit:
    case Code::denied:
    case Code::invalid:
    case Code::unsupported: on_refused_for_good(error); return;
    default: retry_append(error);
    }
}

void Document::retry_append(const Error& error) {
    ++services_.counters.append_retries;
    services_.log.warning(
        "document", "append will be tried again",
        {{"document", name_}, {"code", name_of(error.code)}, {"reason", error.message}});
    commit_queue_.retry();
    retry_delay_ = std::clamp(retry_delay_ * 2, retry_delay_min, retry_delay_max);
    append_timer_.arm(retry_delay(error, retry_delay_), [this] { submit_append(); });
}

// A condition may fail because of the edit itself: it was stored, and only the answer was lost.
void Document::read_back() {
    services_.storage.read({name_, *commit_queue_.front().expect_seq, 1},
                           on_shard(&Document::on_read_back));
}

void Document::on_read_back(Result<std::vector<StoredPart>> parts) {
    if (!commit_queue_.in_flight()) {
        return;
    }
    if (!parts) {
        append_timer_.arm(retry_delay(parts.error(), read_retry_delay), [this] { read_back(); });
        return;
    }
    const LocalEdit& edit = commit_queue_.front();
    const std::uint64_t seq = *edit.expect_seq + 1;
    if (!parts->empty() && parts->front().seqs.last == seq && parts->front().mark == edit.mark) {
        on_committed({{seq, seq}, 0});
    } else {
        reload();
    }
    mark_dirty();
}

// The clients still have what the store did not take: after the load they are asked for it, and edits go to the store
// one at a time, so that whoever sent what it refuses is found.
void Document::on_refused_for_good(const Error& error) {
    ++services_.counters.appends_refused;
    services_.log.error(
        "document", "the store refuses an append",
        {{"document", name_}, {"code", name_of(error.code)}, {"reason", error.message}});
    if (Session* const sender = find_session(commit_queue_.sender_in_flight());
        sender != nullptr && refused_before_) {
        sender->close(close_too_large, error.message);
    }
    refused_before_ = true;
    commit_queue_.append_one_by_one(true);
    reload();
}

// ---- rows of other nodes ----

void Document::read_missing_rows() {
    if (!std::exchange(reading_rows_, true)) {
        request_rows();
    }
}

void Document::request_rows() {
    services_.storage.read({name_, seen_, 1u << 20}, on_shard(&Document::on_rows_read));
}

void Document::on_rows_read(Result<std::vector<StoredPart>> parts) {
    if (state_ == State::loading || state_ == State::ended) {
        reading_rows_ = false;
        run_after_reading();
        return;
    }
    if (!parts) {
        services_.log.warning("document", "rows could not be read",
                              {{"document", name_}, {"reason", parts.error().message}});
        load_timer_.arm(retry_delay(parts.error(), read_retry_delay), [this] { request_rows(); });
        return;
    }
    for (const auto& part : *parts) {
        if (state_ != State::ended) {
            apply_stored(part);
        }
    }
    if (!parts->empty() && state_ != State::ended) {
        request_rows();
    } else {
        reading_rows_ = false;
        run_after_reading();
        run_pending_changes();
        delete_once_settled();
    }
    mark_dirty();
}

void Document::run_after_reading() {
    for (auto& task : std::exchange(after_reading_, {})) {
        task();
    }
}

void Document::apply_stored(const StoredPart& part) {
    const BytesView bytes = part.bytes.view();
    Applied applied;
    replica_->apply({&bytes, 1}, {&applied, 1});
    if (applied.code != Code::ok) {
        fail({Code::corrupt,
              "stored update at seq " + std::to_string(part.seqs.last) + ": " + applied.message,
              0});
        return;
    }
    ++changes_;
    ++foreign_rows_;
    if (part.seqs.last > seen_) {
        seen_ = part.seqs.last;
        mark_ = part.mark;
    }
    if (part.kind == StoredPart::Kind::row) {
        keyed_rows_.add(part.mark, part.bytes.view());
    }
    broadcast_.push({part.bytes, 0});
    if (applied.released) {
        take_effective({}, part.bytes, applied);
    }
}

// ---- the readable copy ----

void Document::schedule_content() {
    if (!content_timer_.armed() && !content_in_flight_) {
        content_timer_.arm(content_quiet, [this] { refresh_content(); });
    }
}

void Document::refresh_content() {
    const Time now = services_.executor.now();
    const Duration patience = std::min<Duration>(
        content_patience_max,
        content_patience_min + std::chrono::seconds(content_bytes_ / content_bytes_per_second));
    if (now - last_commit_ < content_quiet && now - content_written_ < patience) {
        schedule_content();
    } else {
        write_content();
    }
}

void Document::write_content() {
    content_timer_.cancel();
    if (content_in_flight_ || !replica_ || seen_ == 0) {
        return;
    }
    if (commit_queue_.has_restore()) {
        schedule_content();  // its row comes before edits that the replica has already
        return;
    }
    content_in_flight_ = true;
    content_change_ = changes_;
    // Rows of others may come between: then the text is newer than it says, and is written again.
    const std::uint64_t seq = seen_ + commit_queue_.row_count();
    auto text = readable_content(*replica_, services_.policy.text_root);
    content_bytes_ = text.size();
    content_written_ = services_.executor.now();
    gate_.when_committed([this, seq, text = std::move(text)](Gate::Outcome outcome) mutable {
        if (outcome == Gate::Outcome::dropped) {
            content_in_flight_ = false;
            return;
        }
        services_.storage.write_content({name_, epoch_, seq, std::move(text)},
                                        on_shard(&Document::on_content_written));
    });
}

void Document::on_content_written(Result<void> written) {
    content_in_flight_ = false;
    if (!written) {
        services_.log.warning("document", "readable content was not written",
                              {{"document", name_}, {"reason", written.error().message}});
    }
    if (!content_is_current() && state_ != State::ended) {
        schedule_content();
    }
    mark_dirty();
}

}  // namespace weft
