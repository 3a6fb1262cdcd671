// Changes from outside the sessions: edits over HTTP, imported updates. They go the way of every local edit.
#include "kernel/document/document.hpp"

namespace weft {

namespace {

// Each may hold a whole body: a store that does not answer must not fill the memory with them.
constexpr std::size_t pending_changes_max = 64;

Error no_room() {
    return {Code::again, "too many edits wait to be stored: try again", 1000};
}

}  // namespace

void Document::change(Change change, Completion<Changed> done) {
    PendingChange pending{std::move(change), std::move(done)};
    if (state_ == State::live) {
        run_change(std::move(pending));
    } else if (pending_changes_.size() >= pending_changes_max) {
        pending.done(no_room());
    } else {
        pending_changes_.push_back(std::move(pending));
    }
}

void Document::run_change(PendingChange pending) {
    if (!has_room()) {
        pending.done(no_room());
        return;
    }
    // A refusal, too, tells of the text (its length): it waits until that text is committed.
    auto changed = pending.change.edits.empty() ? apply_import(pending.change.update)
                                                : apply_edits(pending.change.edits);
    mark_dirty();
    ++answers_at_gate_;
    when_visible([this, pending = std::move(pending),
                  changed = std::move(changed)](Gate::Outcome outcome) mutable {
        --answers_at_gate_;
        if (outcome == Gate::Outcome::open) {
            pending.done(std::move(changed));
            mark_dirty();
        } else {
            on_change_dropped(std::move(pending));
        }
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

Result<Changed> Document::apply_edits(const std::vector<Edit>& edits) {
    Bytes update;
    if (const auto done = replica_->edit(edits, update); !done) {
        return done.error();
    }
    if (!update.empty()) {
        const Buffer bytes(std::move(update));
        Applied applied;
        applied.effective = bytes.view();
        applied.verbatim = true;
        take_effective(0, bytes, applied);
    }
    return Changed{};
}

Result<Changed> Document::apply_import(const Buffer& update) {
    const BytesView bytes = update.view();
    Applied applied;
    replica_->apply({&bytes, 1}, {&applied, 1});
    if (applied.code != Code::ok) {
        const Code code = applied.code == Code::corrupt ? Code::invalid : applied.code;
        return Error{code, std::move(applied.message), 0};
    }
    take_effective(0, update, applied);
    count_parked(applied);
    return Changed{applied.parked || applied.parked_dropped};
}

}  // namespace weft
