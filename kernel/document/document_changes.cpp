// Changes from outside the sessions: edits over HTTP, imported updates. They go the way of every local edit.
//
// A conditional change is applied to the replica like any other, when its condition holds there and nothing before it waits to
// be stored. Its row then goes to the store alone and under the seq that it expects. Should another node have been faster, the
// document is loaded anew, and the condition is looked at once more: nothing that was made from the lost edit has left.
#include "kernel/document/document.hpp"

#include <algorithm>

namespace weft {

namespace {

// Each may hold a whole body: a store that does not answer must not fill the memory with them.
constexpr std::size_t pending_changes_max = 64;

Error no_room() {
    return {Code::again, "too many edits wait to be stored: try again", 1000};
}

/// Whether other nodes may make it untrue.
bool is_about_the_newest_row(const Condition& condition) {
    return condition.kind == Condition::Kind::is_new ||
           condition.kind == Condition::Kind::has_mark_of;
}

}  // namespace

void Document::change(Change change, Completion<Changed> done) {
    PendingChange pending{std::move(change), std::move(done)};
    if (state_ == State::live) {
        run_change(std::move(pending));
    } else {
        run_later(std::move(pending));
    }
}

void Document::run_later(PendingChange pending) {
    if (pending_changes_.size() >= pending_changes_max) {
        pending.done(no_room());
    } else {
        pending_changes_.push_back(std::move(pending));
        wake();
    }
}

void Document::run_pending_changes() {
    for (auto& pending : std::exchange(pending_changes_, {})) {
        run_change(std::move(pending));
    }
}

void Document::run_change(PendingChange pending) {
    last_used_ = services_.executor.now();
    const Condition& condition = pending.change.condition;
    if (!has_room()) {
        pending.done(no_room());
    } else if (deletion_waits() || (reading_rows_ && is_about_the_newest_row(condition))) {
        run_later(std::move(pending));
    } else if (!gate_.settled() && is_about_the_newest_row(condition) && meets(condition)) {
        run_once_settled(std::move(pending));
    } else {
        auto changed = make_change(pending.change);
        mark_dirty();
        answer_change(std::move(pending), std::move(changed));
    }
}

void Document::run_once_settled(PendingChange pending) {
    ++answers_at_gate_;
    gate_.when_committed([this, pending = std::move(pending)](Gate::Outcome outcome) mutable {
        --answers_at_gate_;
        if (outcome == Gate::Outcome::open) {
            run_change(std::move(pending));
        } else {
            on_change_dropped(std::move(pending));
        }
    });
}

// A refusal, too, tells of the text (its length): it waits until that text is committed.
void Document::answer_change(PendingChange pending, Result<Changed> changed) {
    ++answers_at_gate_;
    when_visible([this, pending = std::move(pending),
                  changed = std::move(changed)](Gate::Outcome outcome) mutable {
        --answers_at_gate_;
        if (outcome == Gate::Outcome::dropped) {
            on_change_dropped(std::move(pending));
            return;
        }
        if (changed && reading_rows_) {
            changed->mark.reset();
        }
        pending.done(std::move(changed));
        mark_dirty();
    });
}

// The replica was dropped, and what was applied to it is not stored: no answer has left, so it is done anew on what is loaded
// next. But what the store refuses twice, or behind something that it refuses twice, is not tried for ever.
void Document::on_change_dropped(PendingChange pending) {
    if (std::exchange(pending.tried, true)) {
        pending.done(Error{Code::unavailable, "the store does not take the change", 0});
    } else {
        pending_changes_.push_back(std::move(pending));
    }
}

bool Document::meets(const Condition& condition) const {
    switch (condition.kind) {
    case Condition::Kind::none: break;
    case Condition::Kind::is_new: return !exists();
    case Condition::Kind::exists: return exists();
    case Condition::Kind::has_mark_of: {
        const auto mark = newest_mark();
        return mark && std::ranges::find(condition.marks, *mark) != condition.marks.end();
    }
    }
    return true;
}

Result<Changed> Document::make_change(const Change& change) {
    const bool is_made = change.key && keyed_rows_.contains(*change.key);
    if (is_made || !meets(change.condition)) {
        Changed unchanged;
        unchanged.unmet = !is_made;
        unchanged.mark = newest_mark();
        return unchanged;
    }
    EditOrigin origin;
    origin.key = change.key;
    if (is_about_the_newest_row(change.condition)) {
        origin.expect_seq = seen_;
    }
    auto changed =
        change.edits.empty() ? apply_import(change, origin) : apply_edits(change, origin);
    if (changed) {
        changed->mark = newest_mark();
    }
    return changed;
}

Result<Changed> Document::apply_edits(const Change& change, const EditOrigin& origin) {
    Bytes update;
    if (const auto done = replica_->edit(change.edits, update); !done) {
        return done.error();
    }
    if (!update.empty()) {
        const Buffer bytes(std::move(update));
        Applied applied;
        applied.effective = bytes.view();
        applied.verbatim = true;
        take_effective(origin, bytes, applied);
    }
    return Changed{};
}

Result<Changed> Document::apply_import(const Change& change, const EditOrigin& origin) {
    const BytesView bytes = change.update.view();
    if (is_of_the_dead(bytes)) {
        return Error{Code::conflict, "the update is of the document before it was deleted", 0};
    }
    Applied applied;
    replica_->apply({&bytes, 1}, {&applied, 1});
    if (applied.code != Code::ok) {
        const Code code = applied.code == Code::corrupt ? Code::invalid : applied.code;
        return Error{code, std::string(applied.message), 0};
    }
    take_effective(origin, change.update, applied);
    count_parked(applied);
    Changed changed;
    changed.parked = applied.parked || applied.parked_dropped;
    return changed;
}

}  // namespace weft
