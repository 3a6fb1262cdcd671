// Versions of the present, and going back to one. Both go the way of an edit, so that they stand in order with the edits around them.
//
// What a restore edits is made from stored bytes on a worker, under the newest version's number that was read with them, and stored
// under the condition that this is still the newest: a restore itself raises it. Whoever loses reads the present again. The replica
// and the sessions get the edit when it is stored; what they have typed meanwhile is concurrent to it.
#include "kernel/document/document.hpp"
#include "kernel/document/fresh_actor.hpp"
#include "kernel/document/readable_content.hpp"
#include "kernel/history/past.hpp"

#include <algorithm>

namespace weft {

namespace {

constexpr std::size_t waiting_max = 64;
constexpr std::size_t restore_tries_max = 10;
constexpr std::uint32_t versions_looked_at = 100;  // made since an answer was lost

Error too_many_wait() {
    return {Code::again, "too much waits for the document: try again", 1000};
}

}  // namespace

void Document::when_live(WhenLive task) {
    if (state_ == State::live) {
        task({});
    } else if (state_ == State::ended || when_live_.size() >= waiting_max) {
        task(too_many_wait());
    } else {
        when_live_.push_back(std::move(task));
        wake();
    }
}

void Document::run_when_live(const Result<void>& live) {
    for (auto& task : std::exchange(when_live_, {})) {
        task(live);
    }
}

// ---- naming the present ----

void Document::keep_version(VersionWish wish, Completion<std::uint64_t> done) {
    ++answers_at_gate_;
    auto answer = [this, done = std::move(done)](Result<std::uint64_t> number) mutable {
        --answers_at_gate_;
        done(std::move(number));
        mark_dirty();
    };
    when_live([this, wish = std::move(wish),
               answer = std::move(answer)](const Result<void>& live) mutable {
        if (!live) {
            answer(live.error());
        } else if (!exists()) {
            answer(Error{Code::not_found, "no such document", 0});
        } else if (!has_room()) {
            answer(too_many_wait());
        } else {
            push_version(std::move(wish), std::move(answer));
        }
    });
}

void Document::push_version(VersionWish wish, Completion<std::uint64_t> done) {
    auto entry = std::make_unique<VersionEntry>();
    entry->version.kind = wish.kind;
    entry->version.label = std::move(wish.label);
    entry->version.author = std::move(wish.author);
    entry->version.mark = services_.random.next();
    entry->version.content = readable_content(*replica_, services_.policy.text_root);
    entry->foreign_rows = foreign_rows_;
    entry->done = std::move(done);
    LocalEdit edit;
    edit.version = std::move(entry);
    push_entry(std::move(edit));
}

void Document::push_entry(LocalEdit entry) {
    gate_.count_applied();
    services_.counters.uncommitted_bytes += entry.update.size();
    commit_queue_.push(std::move(entry));
    mark_dirty();
}

// ---- at the store ----

// Its text is told only if it is what stands there: nobody else's rows have come between, and none may.
void Document::prepare_version(AppendRequest& request) {
    VersionEntry& entry = version_in_flight();
    if (reading_rows_ || entry.foreign_rows != foreign_rows_) {
        entry.version.content.reset();
    }
    if (entry.version.content) {
        request.expect_seq = seen_;
    }
    request.expect_version = entry.expect_version;
    request.versions = {entry.version};
}

void Document::on_version_failed(const Error& error) {
    VersionEntry& entry = version_in_flight();
    switch (error.code) {
    case Code::conflict: on_version_refused(); return;
    case Code::corrupt:
    case Code::missing: fail(error); return;
    case Code::limit:
    case Code::denied:
    case Code::invalid:
    case Code::not_found:
    case Code::unsupported: take_off_version(error); return;
    default:
        entry.unsure = true;
        entry.looked = false;
        retry_append(error);
    }
}

/// Another row, or another version, was faster; or it was itself, when an answer was lost.
void Document::on_version_refused() {
    LocalEdit& edit = commit_queue_.edits().front();
    VersionEntry& entry = *edit.version;
    if (entry.unsure) {
        entry.refused = true;
        look_for_version();
    } else if (edit.is_restore()) {
        take_off_version({Code::conflict, "another version was made meanwhile", 0});
    } else if (entry.version.content) {
        entry.version.content.reset();
        commit_queue_.retry();
        read_missing_rows();
        submit_append();
    } else {
        reload();  // the load tells whether the epoch or the algorithm is another
    }
}

void Document::look_for_version() {
    if (!commit_queue_.in_flight()) {
        commit_queue_.next_append();
    }
    VersionsRequest request{name_};
    request.limit = versions_looked_at;
    services_.storage.versions(std::move(request), on_shard(&Document::on_version_looked_for));
}

void Document::on_version_looked_for(Result<std::vector<Version>> newest) {
    if (!commit_queue_.in_flight()) {
        return;
    }
    mark_dirty();
    if (!newest) {
        on_version_failed(newest.error());
        return;
    }
    const LocalEdit& edit = commit_queue_.front();
    VersionEntry& entry = version_in_flight();
    const auto made = std::ranges::find(*newest, entry.version.mark, &Version::mark);
    if (made != newest->end()) {
        const std::uint64_t rows = edit.is_restore() ? 1 : 0;
        on_committed({{made->seq + 1, made->seq + rows}, made->number});
        return;
    }
    entry.looked = true;
    if (std::exchange(entry.refused, false)) {
        entry.unsure = false;
        on_version_refused();
    } else {
        commit_queue_.retry();
        submit_append();
    }
}

void Document::on_version_stored(LocalEdit& edit, const Appended& appended, bool rows_between) {
    VersionEntry& entry = *edit.version;
    if (!entry.version.content) {
        services_.owner.on_version_without_text(*this, appended.version, appended.seqs.first - 1);
    }
    if (edit.is_restore() && !rows_between) {
        apply_stored({StoredPart::Kind::row, appended.seqs, edit.mark, edit.update});
    }
    auto answer = [done = std::move(entry.done), number = appended.version]() mutable {
        done(number);
    };
    if (edit.is_restore() && reading_rows_) {
        after_reading_.push_back(std::move(answer));  // the row comes with those before it
    } else {
        answer();
    }
}

/// It will not be stored. Nothing is lost: the replica never had it.
void Document::take_off_version(const Error& error) {
    LocalEdit entry = commit_queue_.take_refused();
    services_.counters.uncommitted_bytes -= entry.update.size();
    gate_.count_committed(1);
    entry.version->done(error);
    mark_dirty();
}

void Document::drop_versions(const Error& error) {
    for (LocalEdit& edit : commit_queue_.edits()) {
        if (edit.version) {
            edit.version->done(error);
        }
    }
}

// ---- going back ----

void Document::restore(RestoreWish wish, Completion<Restored> done) {
    ++answers_at_gate_;
    const auto restore =
        std::make_shared<PendingRestore>(PendingRestore{std::move(wish), std::move(done)});
    when_live([this, restore](const Result<void>& live) {
        if (live) {
            begin_restore(restore);
        } else {
            finish_restore(restore, live.error());
        }
    });
}

// What was typed here before it is part of what is kept.
void Document::begin_restore(const RestorePtr& restore) {
    if (crdt_->extensions().restore == nullptr) {
        finish_restore(restore, Error{Code::unsupported,
                                      "the algorithm " + algorithm_ + " cannot go back", 0});
        return;
    }
    gate_.when_committed([this, restore](Gate::Outcome) { find_restored(restore); });
}

void Document::find_restored(const RestorePtr& restore) {
    VersionsRequest request{name_};
    request.after = restore->wish.version - 1;
    request.before = restore->wish.version + 1;
    request.limit = 1;
    services_.storage.versions(std::move(request), on_shard(restore, &Document::on_restored_found));
}

void Document::on_restored_found(RestorePtr restore, Result<std::vector<Version>> found) {
    if (!found || found->empty()) {
        const std::string number = std::to_string(restore->wish.version);
        finish_restore(restore, found ? Error{Code::not_found, "there is no version " + number, 0}
                                      : found.error());
        return;
    }
    LoadRequest request{name_};
    request.as_of = found->front().seq;
    services_.storage.load(std::move(request), on_shard(restore, &Document::on_past_read));
}

void Document::on_past_read(RestorePtr restore, Result<Loaded> past) {
    if (!past) {
        finish_restore(restore, past.error());
        return;
    }
    restore->past = std::move(past->parts);
    read_present(restore);
}

void Document::read_present(const RestorePtr& restore) {
    ++restore->tries;
    services_.storage.load({name_}, on_shard(restore, &Document::on_present_read));
}

void Document::on_present_read(RestorePtr restore, Result<Loaded> present) {
    if (!present) {
        finish_restore(restore, present.error());
        return;
    }
    if (!present->head.exists || present->head.epoch != epoch_ || crdt_ == nullptr) {
        finish_restore(restore, Error{Code::not_found, "the document was deleted", 0});
        return;
    }
    ReplicaOptions options;
    options.actor = fresh_actor(services_.random);
    options.max_bytes = services_.policy.document_bytes_max;
    auto done = on_shard(restore, &Document::on_restore_made);
    services_.workers.post([crdt = crdt_, restore, options, present = std::move(*present),
                            done = std::move(done)]() mutable {
        auto update = way_back(*crdt, present.parts, restore->past, options);
        if (update) {
            done(WayBack{std::move(*update), present.head.version});
        } else {
            done(update.error());
        }
    });
}

void Document::on_restore_made(RestorePtr restore, Result<WayBack> made) {
    if (!made) {
        finish_restore(restore, made.error());
    } else if (made->update.empty()) {
        finish_restore(restore, Restored{});
    } else {
        when_live([this, restore, made = std::move(*made)](const Result<void>& live) mutable {
            if (live) {
                push_restore(restore, std::move(made));
            } else {
                finish_restore(restore, live.error());
            }
        });
    }
}

void Document::push_restore(const RestorePtr& restore, WayBack made) {
    auto entry = std::make_unique<VersionEntry>();
    entry->version.at = NewVersion::At::before_the_rows;
    entry->version.kind = VersionKind::restore;
    entry->version.label = "Before version " + std::to_string(restore->wish.version) + " came back";
    entry->version.author = restore->wish.author;
    entry->version.mark = services_.random.next();
    entry->expect_version = made.newest_version;
    entry->done = [this, restore](const Result<std::uint64_t>& kept) {
        on_restore_stored(restore, kept);
    };
    LocalEdit edit;
    edit.update = Buffer(std::move(made.update));
    edit.mark = services_.random.next();
    edit.version = std::move(entry);
    push_entry(std::move(edit));
}

void Document::on_restore_stored(const RestorePtr& restore, const Result<std::uint64_t>& kept) {
    if (kept) {
        finish_restore(restore, Restored{*kept});
        return;
    }
    const bool lost = kept.error().code == Code::conflict || kept.error().code == Code::again;
    if (lost && restore->tries < restore_tries_max) {
        read_present(restore);
    } else {
        finish_restore(restore, kept.error());
    }
}

void Document::finish_restore(const RestorePtr& restore, Result<Restored> restored) {
    --answers_at_gate_;
    restore->done(std::move(restored));
    mark_dirty();
}

// ---- for the history ----

std::optional<LiveDigest> Document::live_digest() const {
    const bool stands_still = state_ == State::live && gate_.settled() && commit_queue_.empty() &&
                              !reading_rows_ && parked_bytes_ == 0 && seen_ > 0;
    return stands_still ? std::optional(LiveDigest{epoch_, seen_, replica_->digest()})
                        : std::nullopt;
}

}  // namespace weft
