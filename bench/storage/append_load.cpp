#include "append_load.hpp"

#include <stdexcept>
#include <utility>

namespace weft::bench {

AppendLoad::AppendLoad(Storage& storage, AppendTask task)
    : storage_(storage), task_(std::move(task)), update_(task_.bytes, 'x') {
    for (std::size_t i = 0; i < task_.documents; ++i) {
        documents_.push_back({task_.prefix + std::to_string(i)});
    }
}

AppendCall AppendLoad::next_append(std::size_t document) {
    AppendCall call;
    call.request.document = documents_[document].name;
    call.request.algorithm = "yjs";
    call.request.rows.push_back({next_mark_++, Buffer::copy_of(update_)});
    call.done = [this, document](const Result<Appended>& appended) {
        on_committed(document, appended);
    };
    documents_[document].handed_over = Clock::now();
    return call;
}

void AppendLoad::on_committed(std::size_t document, const Result<Appended>& appended) {
    const std::lock_guard lock(mutex_);
    if (!appended) {
        refused_ = appended.error();
    }
    done_.push_back(document);
    committed_.notify_one();
}

std::vector<std::size_t> AppendLoad::wait_for_commits() {
    std::unique_lock lock(mutex_);
    committed_.wait(lock, [this] { return !done_.empty(); });
    if (refused_) {
        throw std::runtime_error("the store refused an append: " + refused_->message);
    }
    return std::exchange(done_, {});
}

void AppendLoad::count(std::size_t document, Clock::time_point now, AppendFigures& figures) const {
    const auto handed_over = documents_[document].handed_over;
    if (handed_over >= measured_from_) {
        figures.latency.record((now - handed_over) / std::chrono::nanoseconds(1));
    }
}

AppendFigures AppendLoad::run() {
    AppendFigures figures;
    measured_from_ = Clock::now() + task_.warm_up;
    const auto end = measured_from_ + task_.duration;
    std::vector<std::size_t> due;
    const std::size_t at_once = task_.one_by_one ? 1 : task_.documents;
    for (std::size_t document = 0; document < at_once; ++document) {
        due.push_back(document);
    }
    std::size_t under_way = 0;
    do {
        std::vector<AppendCall> batch;
        for (const std::size_t document : due) {
            batch.push_back(next_append(document));
        }
        under_way += batch.size();
        if (!batch.empty()) {
            storage_.append(std::move(batch));
        }
        due = wait_for_commits();
        under_way -= due.size();
        const auto now = Clock::now();
        for (std::size_t& document : due) {
            count(document, now, figures);
            document = task_.one_by_one ? (document + 1) % task_.documents : document;
        }
        if (now >= end) {
            due.clear();
        }
    } while (!due.empty() || under_way > 0);
    const std::chrono::duration<double> measured = Clock::now() - measured_from_;
    figures.updates_per_second = static_cast<double>(figures.latency.count()) / measured.count();
    return figures;
}

}  // namespace weft::bench
