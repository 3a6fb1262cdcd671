// Compaction: rows become segments, and segments a keyframe.
#include "kernel/history/document_history.hpp"

#include <algorithm>
#include <utility>

namespace weft {

namespace {

// Below it a compaction reads the whole document and proves that what it makes is the document. A larger one is proved
// when it gets a keyframe.
constexpr std::uint64_t proved_bytes_max = 1u << 20;
constexpr std::uint64_t tail_bytes_max = 8u << 20;  // rows that one compaction takes
constexpr std::uint32_t tail_versions_at_once = 100;

}  // namespace

void DocumentHistory::consider_compaction() {
    const auto& policy = services_.policy;
    if (job_ != Job::none || gave_up_ || crdt_ == nullptr || tail() == 0 ||
        policy.compaction_updates == 0) {
        return;
    }
    const Duration quiet = services_.executor.now() - last_commit_;
    if (tail() >= policy.compaction_updates || quiet >= policy.compaction_idle) {
        compact();
    } else if (!compaction_timer_.armed()) {
        compaction_timer_.arm(policy.compaction_idle - quiet, [this] { consider_compaction(); });
    }
}

void DocumentHistory::compact() {
    begin(Job::compaction);
    compaction_timer_.cancel();
    const bool whole = !is_known_ || wants_keyframe(sizes_) ||
                       sizes_.keyframe + sizes_.segments <= proved_bytes_max;
    if (whole) {
        live_ = services_.owner.digest_of(name_);
        services_.storage.load({name_}, on_shard(&DocumentHistory::on_whole_read));
    } else {
        ReadRequest request{name_, covered_, tail_bytes_max};
        request.epoch = epoch_;
        services_.storage.read(std::move(request), on_shard(&DocumentHistory::on_tail_read));
    }
}

void DocumentHistory::on_whole_read(Result<Loaded> loaded) {
    if (!loaded) {
        return end_job_for("the document could not be read", loaded.error());
    }
    take_head(loaded->head);
    take_sizes(loaded->parts);
    is_known_ = true;
    const bool still_there = crdt_ != nullptr && (!live_ || live_->epoch == epoch_);
    if (!still_there || tail() == 0) {
        return end_job();
    }
    input_.parts = std::move(loaded->parts);
    input_.whole = true;
    input_.through = live_ ? std::min(live_->seq, head_) : head_;
    if (input_.through <= covered_) {
        live_.reset();
        input_.through = head_;
    }
    ask_for_versions_in_tail(~std::uint64_t{0});
}

void DocumentHistory::on_tail_read(Result<std::vector<StoredPart>> rows) {
    if (!rows) {
        return end_job_for("the tail could not be read", rows.error());
    }
    input_.parts = std::move(*rows);
    input_.through = input_.parts.empty() ? covered_ : input_.parts.back().seqs.last;
    ask_for_versions_in_tail(~std::uint64_t{0});
}

// Asked after the rows were read: a version that is made from now on stands behind them.
void DocumentHistory::ask_for_versions_in_tail(std::uint64_t before) {
    VersionsRequest request{name_};
    request.before = before;
    request.limit = tail_versions_at_once;
    services_.storage.versions(std::move(request), on_shard(&DocumentHistory::on_versions_in_tail));
}

void DocumentHistory::on_versions_in_tail(Result<std::vector<Version>> page) {
    if (!page) {
        return end_job_for("the versions could not be read", page.error());
    }
    const bool is_last = page->size() < tail_versions_at_once || page->back().seq <= covered_;
    for (const Version& version : *page) {
        input_.version_seqs.push_back(version.seq);
    }
    if (is_last) {
        make_segments();
    } else {
        ask_for_versions_in_tail(page->back().number);
    }
}

void DocumentHistory::make_segments() {
    input_.document = name_;
    input_.epoch = epoch_;
    input_.covered = covered_;
    on_worker<Compaction>(
        [crdt = crdt_, input = std::move(input_)]() mutable {
            return make_compaction(*crdt, std::move(input));
        },
        &DocumentHistory::on_segments_made);
    input_ = {};
}

void DocumentHistory::on_segments_made(Result<Compaction> made) {
    if (!made) {
        return end_job_for("the tail could not be compacted", made.error());
    }
    if (differs_from_replica(*made)) {
        ++services_.counters.digest_alarms;
        gave_up_ = true;
        services_.log.error("history", "what is stored is another document than the one in memory",
                            {{"document", name_}, {"seq", live_->seq}});
        return end_job();
    }
    made_ = std::move(*made);
    services_.storage.compact(made_.request, on_shard(&DocumentHistory::on_compacted));
}

bool DocumentHistory::differs_from_replica(const Compaction& made) const {
    return live_ && made.digest && made.request.segments.back().last_seq == live_->seq &&
           *made.digest != live_->digest;
}

void DocumentHistory::on_compacted(Result<void> compacted) {
    if (!compacted) {
        return end_job_for("the compaction was not stored", compacted.error());
    }
    const Compaction made = std::exchange(made_, {});
    ++services_.counters.compactions;
    covered_ = made.request.segments.back().last_seq;
    head_ = std::max(head_, covered_);
    if (made.digest) {
        sizes_ = made.sizes;
    } else {
        sizes_.segments += made.sizes.segments;
    }
    if (!made.request.keyframe) {
        return end_job();
    }
    ++services_.counters.keyframes;
    begin(Job::keyframes);
    keyframes_ = {covered_};
    look_for_keyframe_before(covered_);
}

// ---- keyframes ----
//
// Each is there to show the versions behind it quickly, and as large as the document. The further back, the fewer are needed:
// from the newest on, one stays where the history was at most half as long.

void DocumentHistory::look_for_keyframe_before(std::uint64_t seq) {
    LoadRequest request{name_};
    request.as_of = seq - 1;
    request.max_bytes = 1;
    services_.storage.load(std::move(request), on_shard(&DocumentHistory::on_keyframe_found));
}

void DocumentHistory::on_keyframe_found(Result<Loaded> loaded) {
    if (!loaded) {
        return end_job_for("the keyframes could not be read", loaded.error());
    }
    const auto& parts = loaded->parts;
    const bool found = !parts.empty() && parts.front().kind == StoredPart::Kind::keyframe;
    if (found && parts.front().seqs.last > 1) {
        keyframes_.push_back(parts.front().seqs.last);
        return look_for_keyframe_before(keyframes_.back());
    }
    ThinRequest request;
    request.document = name_;
    request.epoch = epoch_;
    request.keyframes_gone = keyframes_to_let_go(keyframes_);
    if (request.keyframes_gone.empty()) {
        return end_job();
    }
    services_.storage.thin(std::move(request), on_shard(&DocumentHistory::on_thinned));
}

}  // namespace weft
