#include "kernel/doctor/doctor.hpp"

#include "kernel/doctor/explanation.hpp"
#include "kernel/doctor/export_document.hpp"
#include "kernel/doctor/repair.hpp"
#include "kernel/doctor/salvage.hpp"
#include "kernel/document/store_health.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

namespace weft {

namespace {

constexpr std::size_t findings_shown_max = 3;

std::string findings_of(const Examination& seen) {
    const auto shown =
        std::span(seen.findings).first(std::min(seen.findings.size(), findings_shown_max));
    std::string text = fmt::format("{}", fmt::join(shown, "; "));
    if (shown.size() < seen.findings.size()) {
        text += fmt::format("; and {} more", seen.findings.size() - shown.size());
    }
    return text;
}

std::string advice_for(const Examination& seen) {
    if (seen.crdt == nullptr) {
        return "name that plugin in crdt.plugins, with its folder in plugins.path (--config FILE)";
    }
    const char* const state = seen.present_loads ? "its text is whole"
                              : seen.is_whole()  ? "no server can open it, and its history is whole"
                                                 : "no server can open it";
    return fmt::format("{}; `--repair NEW` copies what can be read to a new store", state);
}

class Doctor {
public:
    Doctor(OfflineStore& store, const FindAlgorithm& algorithms, const DoctorTask& task,
           std::ostream& out, Progress& progress)
        : store_(store), algorithms_(algorithms), task_(task), out_(out), progress_(progress) {}

    Result<bool> run() {
        if (const auto ready = prepare(); !ready) {
            return ready.error();
        }
        auto documents = to_be_seen();
        if (!documents) {
            return documents.error();
        }
        for (const DocumentStat& stat : *documents) {
            bytes_ += stat.bytes;
        }
        progress_.expect(documents->size(), bytes_);
        for (DocumentStat& stat : *documents) {
            if (const auto seen = see(std::move(stat)); !seen) {
                return seen.error();
            }
        }
        progress_.clear();
        summarize(documents->size());
        return bad_ == 0;
    }

private:
    /// Nothing is written over.
    Result<void> prepare() {
        if (!task_.export_folder.empty()) {
            return make_export_folder(task_.export_folder);
        }
        if (task_.repair_into == nullptr) {
            return {};
        }
        const auto there = task_.repair_into->list();
        if (!there) {
            return there.error();
        }
        return there->empty() ? Result<void>()
                              : Error{Code::conflict,
                                      fmt::format("the store to repair into holds {} already: "
                                                  "give a new one",
                                                  there->front().head.document),
                                      0};
    }

    Result<std::vector<DocumentStat>> to_be_seen() {
        if (task_.document.empty()) {
            return store_.list();
        }
        auto stat = store_.stat(task_.document);
        if (!stat) {
            return stat.error();
        }
        std::vector<DocumentStat> one;
        one.push_back(std::move(*stat));
        return one;
    }

    Result<void> see(DocumentStat stat) {
        progress_.begin(stat.head.document);
        const std::uint64_t bytes = stat.bytes;
        const auto seen = examine(store_, std::move(stat), algorithms_);
        if (!seen) {
            return seen.error();
        }
        progress_.end(bytes);
        if (!task_.document.empty()) {
            progress_.clear();
            out_ << explain(*seen);
        }
        if (!seen->is_sound()) {
            ++bad_;
            tell(*seen, fmt::format("{}. What to do: {}", findings_of(*seen), advice_for(*seen)));
        }
        if (seen->crdt == nullptr) {
            return {};
        }
        if (!task_.export_folder.empty()) {
            return export_one(*seen);
        }
        return task_.repair_into == nullptr ? Result<void>() : repair_one(*seen);
    }

    void tell(const Examination& seen, std::string_view what) {
        progress_.clear();
        out_ << fmt::format("{}: {}\n", seen.head().document, what) << std::flush;
    }

    Result<void> export_one(const Examination& seen) {
        if (seen.is_whole()) {
            return export_document(task_.export_folder, seen.head().document, *seen.replica,
                                   task_.text_root);
        }
        const auto saved = salvage(store_, seen);
        if (!saved) {
            return saved.error();
        }
        if (saved->seqs_lost > 0) {
            tell(seen,
                 fmt::format("exported without {} updates, which are lost", saved->seqs_lost));
        }
        return export_document(task_.export_folder, seen.head().document, *saved->replica,
                               task_.text_root);
    }

    /// What cannot be copied leaves the others alone.
    Result<void> repair_one(const Examination& seen) {
        const auto left =
            repair_document(store_, *task_.repair_into, seen, task_.text_root, task_.tell_time);
        if (!left && is_temporary(left.error().code)) {
            return left.error();
        }
        if (!left || !left->empty() || !seen.is_sound()) {
            tell(seen, !left           ? "not copied: " + left.error().message
                       : left->empty() ? "copied whole"
                                       : "copied; left behind: " + *left);
        }
        if (seen.is_sound() && (!left || !left->empty())) {
            ++bad_;
        }
        return {};
    }

    void summarize(std::size_t count) {
        out_ << fmt::format("{} document{}, {}: ", count, count == 1 ? "" : "s",
                            readable_size(bytes_));
        out_ << (bad_ == 0 ? "all is sound\n" : fmt::format("{} not sound\n", bad_));
    }

    OfflineStore& store_;
    const FindAlgorithm& algorithms_;
    const DoctorTask& task_;
    std::ostream& out_;
    Progress& progress_;
    std::uint64_t bytes_ = 0;
    std::uint64_t bad_ = 0;
};

}  // namespace

Result<bool> run_doctor(OfflineStore& store, const FindAlgorithm& algorithms,
                        const DoctorTask& task, std::ostream& out, Progress& progress) {
    return Doctor(store, algorithms, task, out, progress).run();
}

}  // namespace weft
