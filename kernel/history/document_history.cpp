#include "kernel/history/document_history.hpp"

namespace weft {

namespace {

constexpr Duration look_again_after = std::chrono::seconds(5);

bool may_pass(Code code) {
    return code == Code::again || code == Code::unavailable || code == Code::timeout ||
           code == Code::no_memory || code == Code::limit;
}

}  // namespace

DocumentHistory::DocumentHistory(std::string name, HistoryServices& services)
    : name_(std::move(name)), services_(services), compaction_timer_(services.executor),
      version_timer_(services.executor) {}

void DocumentHistory::on_loaded(const Loaded& loaded) {
    gave_up_ = false;
    take_head(loaded.head);
    if (crdt_ == nullptr) {
        return;
    }
    take_sizes(loaded.parts);
    is_known_ = loaded.complete;
    last_commit_ = services_.executor.now();
    if (job_ == Job::none) {
        has_edits_ = true;  // the newest version is asked for once it is due
        first_edit_ = last_commit_;
    }
    consider_compaction();
    arm_version_timer();
}

void DocumentHistory::take_head(const Head& head) {
    const auto found = head.exists ? services_.crdts.find(head.algorithm) : services_.crdts.end();
    crdt_ = found == services_.crdts.end() ? nullptr : found->second;
    epoch_ = head.epoch;
    head_ = head.seq;
    covered_ = head.covered;
}

void DocumentHistory::take_sizes(const std::vector<StoredPart>& parts) {
    sizes_ = {};
    for (const StoredPart& part : parts) {
        sizes_.keyframe += part.kind == StoredPart::Kind::keyframe ? part.bytes.size() : 0;
        sizes_.segments += part.kind == StoredPart::Kind::segment ? part.bytes.size() : 0;
    }
}

void DocumentHistory::on_committed(const Crdt& crdt, std::uint64_t epoch, std::uint64_t head) {
    last_commit_ = services_.executor.now();
    if (crdt_ != &crdt || epoch_ != epoch) {
        crdt_ = &crdt;
        epoch_ = epoch;
        head_ = head;
        covered_ = head - 1;
        is_known_ = false;
        gave_up_ = false;
    }
    head_ = std::max(head_, head);
    if (!std::exchange(has_edits_, true)) {
        first_edit_ = last_commit_;
    }
    consider_compaction();
    arm_version_timer();
}

bool DocumentHistory::is_at_rest() const {
    return job_ == Job::none && !compaction_timer_.armed() && !version_timer_.armed();
}

void DocumentHistory::begin(Job job) {
    job_ = job;
    versions_.clear();
}

void DocumentHistory::end_job() {
    job_ = Job::none;
    versions_.clear();
    before_.clear();
    input_ = {};
    live_.reset();
    made_ = {};
    if (gave_up_ || crdt_ == nullptr) {
        compaction_timer_.cancel();
        version_timer_.cancel();
        return;
    }
    consider_compaction();
    arm_version_timer();
}

/// What is stored is as it was. What passes is tried again; what needs an operator is told once.
void DocumentHistory::end_job_for(const char* what, const Error& error) {
    is_known_ = false;
    if (error.code == Code::conflict) {
        ++services_.counters.jobs_lost;
    } else if (error.code == Code::not_found) {
        gave_up_ = true;  // deleted meanwhile
    } else if (!may_pass(error.code)) {
        gave_up_ = true;
        services_.log.error(
            "history", what,
            {{"document", name_}, {"code", name_of(error.code)}, {"reason", error.message}});
    }
    job_ = Job::none;
    if (gave_up_) {
        end_job();
    } else {
        look_again_soon();
    }
}

void DocumentHistory::look_again_soon() {
    compaction_timer_.arm(look_again_after, [this] { consider_compaction(); });
    version_timer_.arm(look_again_after, [this] { consider_version(); });
}

}  // namespace weft
