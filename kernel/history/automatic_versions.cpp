// Automatic versions: made by rule, and let go as they grow old.
#include "kernel/history/document_history.hpp"
#include "kernel/history/retention.hpp"
#include "kernel/history/thinning.hpp"
#include "kernel/history/version_text.hpp"

#include <algorithm>

namespace weft {

namespace {

constexpr std::uint32_t versions_at_once = 1000;
constexpr std::uint64_t stretch_bytes_max = 8u << 20;  // segments that one thinning takes

}  // namespace

void DocumentHistory::arm_version_timer() {
    const auto& policy = services_.policy;
    if (policy.version_quiet == Duration::zero() || !has_edits_ || gave_up_ || crdt_ == nullptr ||
        version_timer_.armed()) {
        return;
    }
    const Time due =
        std::min(last_commit_ + policy.version_quiet, first_edit_ + policy.version_interval);
    const Duration wait = std::max(Duration::zero(), due - services_.executor.now());
    version_timer_.arm(wait, [this] { consider_version(); });
}

void DocumentHistory::consider_version() {
    const auto& policy = services_.policy;
    if (!has_edits_ || gave_up_ || crdt_ == nullptr) {
        return;
    }
    if (job_ != Job::none) {
        return;  // its end arms the timer
    }
    const Time now = services_.executor.now();
    const bool is_due =
        now - last_commit_ >= policy.version_quiet || now - first_edit_ >= policy.version_interval;
    if (!is_due || head_ == 0) {
        return arm_version_timer();
    }
    begin(Job::version);
    VersionsRequest request{name_};
    request.limit = 1;
    services_.storage.versions(std::move(request), on_shard(&DocumentHistory::on_newest_version));
}

// Somebody may have named the present, here or elsewhere.
void DocumentHistory::on_newest_version(Result<std::vector<Version>> newest) {
    if (!newest) {
        return end_job_for("the versions could not be read", newest.error());
    }
    if (!newest->empty() && newest->front().seq >= head_) {
        has_edits_ = false;
        return end_job();
    }
    has_edits_ = false;  // what is committed from now on belongs to the next one
    services_.owner.keep_automatic_version(name_, on_shard(&DocumentHistory::on_version_made));
}

void DocumentHistory::on_version_made(Result<std::uint64_t> number) {
    if (!number) {
        has_edits_ = true;
        return end_job_for("no version could be made", number.error());
    }
    ++services_.counters.automatic_versions;
    begin(Job::thinning);
    list_versions(~std::uint64_t{0});
}

// ---- thinning ----

void DocumentHistory::list_versions(std::uint64_t before) {
    VersionsRequest request{name_};
    request.before = before;
    request.limit = versions_at_once;
    services_.storage.versions(std::move(request), on_shard(&DocumentHistory::on_versions_listed));
}

void DocumentHistory::on_versions_listed(Result<std::vector<Version>> page) {
    if (!page) {
        return end_job_for("the versions could not be read", page.error());
    }
    const bool is_last = page->size() < versions_at_once;
    for (const Version& version : *page) {
        if (!version.has_content) {
            tell_version_text(services_, name_, version.number, version.seq);
        }
    }
    versions_.insert(versions_.end(), page->begin(), page->end());
    if (is_last) {
        thin();
    } else {
        list_versions(versions_.back().number);
    }
}

// Only the stretch between the kept versions around those that go is read.
void DocumentHistory::thin() {
    gone_ = versions_to_let_go(versions_, services_.unix_ms(), services_.policy);
    if (gone_.empty()) {
        return end_job();
    }
    const auto goes = [&](const Version& version) {
        return std::binary_search(gone_.begin(), gone_.end(), version.number);
    };
    const auto by_number = [](const Version& a, const Version& b) { return a.number < b.number; };
    std::sort(versions_.begin(), versions_.end(), by_number);
    const auto first = std::find_if(versions_.begin(), versions_.end(), goes);
    const auto last = std::find_if(versions_.rbegin(), versions_.rend(), goes);
    stretch_begin_ = first == versions_.begin() ? 0 : std::prev(first)->seq;
    stretch_end_ = last == versions_.rbegin() ? head_ : std::prev(last)->seq;
    std::erase_if(versions_, goes);
    LoadRequest request{name_};
    request.as_of = stretch_begin_;
    services_.storage.load(std::move(request), on_shard(&DocumentHistory::on_before_read));
}

void DocumentHistory::on_before_read(Result<Loaded> loaded) {
    if (!loaded) {
        return end_job_for("the history could not be read", loaded.error());
    }
    before_ = std::move(loaded->parts);
    ReadRequest request{name_, stretch_begin_, stretch_bytes_max, stretch_end_, epoch_};
    services_.storage.read(std::move(request), on_shard(&DocumentHistory::on_stretch_read));
}

void DocumentHistory::on_stretch_read(Result<std::vector<StoredPart>> segments) {
    if (!segments) {
        return end_job_for("the history could not be read", segments.error());
    }
    std::erase_if(*segments, [&](const StoredPart& part) {
        return part.kind != StoredPart::Kind::segment || part.seqs.first <= stretch_begin_;
    });
    ThinningInput input;
    input.document = name_;
    input.epoch = epoch_;
    input.before = std::move(before_);
    input.segments = std::move(*segments);
    for (const Version& kept : versions_) {
        input.kept_seqs.push_back(kept.seq);
    }
    input.versions_gone = gone_;
    on_worker<ThinRequest>(
        [crdt = crdt_, input = std::move(input)] { return make_thinning(*crdt, input); },
        &DocumentHistory::on_thinning_made);
}

void DocumentHistory::on_thinning_made(Result<ThinRequest> made) {
    if (!made) {
        services_.counters.digest_alarms += made.error().code == Code::internal ? 1 : 0;
        return end_job_for("the history could not be thinned", made.error());
    }
    services_.counters.versions_thinned += made->versions_gone.size();
    services_.storage.thin(std::move(*made), on_shard(&DocumentHistory::on_thinned));
}

void DocumentHistory::on_thinned(Result<void> thinned) {
    if (!thinned) {
        return end_job_for("the history was not thinned", thinned.error());
    }
    end_job();
}

}  // namespace weft
