// Deleting a document, and keeping it deleted.
//
// A document is deleted by one conditional step of the store: its state vector stays there as a tombstone, and the next epoch begins.
// The tombstone must have all that was ever stored, so nothing may come in between: while a deletion waits nothing new is applied,
// and should another node have written, the document is loaded anew and the deletion tried again. Clients that come back later
// with what they had are known by the tombstone.
#include "kernel/document/document.hpp"
#include "kernel/session/close_codes.hpp"

#include <algorithm>

namespace weft {

namespace {

constexpr Duration delete_retry_delay = std::chrono::milliseconds(250);
constexpr std::string_view was_deleted = "the document was deleted";

}  // namespace

void Document::remove(Condition condition, Completion<Removed> done) {
    deletions_.push_back({std::move(condition), std::move(done)});
    if (state_ == State::live) {
        delete_once_settled();
    } else {
        wake();
    }
}

// Those whose condition does not hold are answered at once; the others all wait for one deletion.
void Document::delete_once_settled() {
    if (deletions_.empty() || deletion_in_flight_ || reading_rows_) {
        return;
    }
    deletion_in_flight_ = true;
    gate_.when_committed([this](Gate::Outcome outcome) {
        deletion_in_flight_ = false;
        if (outcome == Gate::Outcome::open && state_ == State::live) {
            submit_deletion();
        }
    });
}

void Document::submit_deletion() {
    for (auto& pending : std::exchange(deletions_, {})) {
        if (!exists()) {
            pending.done(Error{Code::not_found, "no such document", 0});
        } else if (!meets(pending.condition)) {
            pending.done(Removed{true, newest_mark()});
        } else {
            deletions_.push_back(std::move(pending));
        }
    }
    mark_dirty();
    if (deletions_.empty()) {
        go_on_without_deletion();
        return;
    }
    deletion_in_flight_ = true;
    Bytes state_vector;
    replica_->state_vector(state_vector);
    services_.storage.delete_document({name_, epoch_, seen_, Buffer(std::move(state_vector))},
                                      on_shard(&Document::on_deleted));
}

void Document::on_deleted(Result<Deleted> deleted) {
    deletion_in_flight_ = false;
    if (state_ != State::live) {
        return;
    }
    if (deleted) {
        end_deleted();
    } else if (is_temporary(deleted.error().code)) {
        services_.store_health.on_error(deleted.error());
        delete_timer_.arm(retry_delay(deleted.error(), delete_retry_delay),
                          [this] { delete_once_settled(); });
    } else if (deleted.error().code == Code::conflict || deleted.error().code == Code::not_found) {
        reload();  // somebody else has written, or has deleted it
    } else {
        for (auto& pending : std::exchange(deletions_, {})) {
            pending.done(deleted.error());
        }
        go_on_without_deletion();
    }
    mark_dirty();
}

// What sessions sent meanwhile was dropped, what came over HTTP waits.
void Document::go_on_without_deletion() {
    ask_soon();
    run_pending_changes();
}

void Document::end_deleted() {
    for (auto& pending : std::exchange(deletions_, {})) {
        pending.done(Removed{});
    }
    end_with(close_deleted, was_deleted, {Code::not_found, std::string(was_deleted), 0});
}

bool Document::is_of_the_dead(BytesView update) const {
    return std::ranges::any_of(tombstones_, [&](const Buffer& state_vector) {
        const auto overlaps = crdt_->overlaps(update, state_vector.view());
        return overlaps && *overlaps;
    });
}

void Document::refuse_the_dead(Session& from) {
    ++services_.counters.updates_refused;
    from.close(close_deleted, was_deleted);
}

}  // namespace weft
