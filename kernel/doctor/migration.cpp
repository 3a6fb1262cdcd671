#include "kernel/doctor/migration.hpp"

#include "kernel/doctor/copy_check.hpp"
#include "kernel/document/readable_content.hpp"
#include "kernel/document/store_health.hpp"
#include "kernel/history/past.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace weft {

namespace {

class Migration {
public:
    Migration(OfflineStore& from, OfflineStore& to, const FindAlgorithm& algorithms,
              const MigrationTask& task, std::ostream& out, Progress& progress)
        : from_(from), to_(to), algorithms_(algorithms), task_(task), out_(out),
          progress_(progress) {}

    Result<bool> run() {
        const auto documents = from_.list();
        if (!documents) {
            return documents.error();
        }
        if (const auto own = refuse_strangers(*documents); !own) {
            return own.error();
        }
        std::uint64_t bytes = 0;
        for (const DocumentStat& stat : *documents) {
            bytes += stat.bytes;
        }
        progress_.expect(documents->size(), bytes);
        for (const DocumentStat& stat : *documents) {
            progress_.begin(stat.head.document);
            if (const auto done = migrate(stat.head.document); !done) {
                if (is_temporary(done.error().code)) {
                    return Error{done.error().code,
                                 fmt::format("{}: {} (start it again when the store is back: it "
                                             "goes on)",
                                             stat.head.document, done.error().message),
                                 0};
                }
                tell(stat.head.document, done.error());
            }
            progress_.end(stat.bytes);
        }
        progress_.clear();
        summarize(documents->size(), bytes);
        return bad_ == 0;
    }

private:
    /// The new store is for these documents alone: others say that it is in use, or that it is the wrong one.
    Result<void> refuse_strangers(const std::vector<DocumentStat>& documents) {
        const auto there = to_.list();
        if (!there) {
            return there.error();
        }
        for (const DocumentStat& stat : *there) {
            const std::string& name = stat.head.document;
            const bool is_own = std::ranges::binary_search(
                documents, name, {},
                [](const DocumentStat& own) -> const std::string& { return own.head.document; });
            if (!is_own) {
                return Error{Code::conflict,
                             fmt::format("TO holds {}, which FROM does not: give a store that is "
                                         "new, or that an earlier migrate of FROM has begun",
                                         name),
                             0};
            }
        }
        return {};
    }

    Result<void> migrate(const std::string& document) {
        const auto order = order_of(from_, document);
        if (!order) {
            return order.error();
        }
        const auto crdt = algorithms_(order->head.algorithm);
        if (!crdt) {
            return Error{Code::not_found,
                         fmt::format("its algorithm {} is not loaded ({})", order->head.algorithm,
                                     crdt.error().message),
                         0};
        }
        if (const auto copied = copy_document(from_, to_, **crdt, *order, task_.tell_time);
            !copied) {
            return copied;
        }
        return prove(*order, **crdt);
    }

    Result<void> prove(const CopyOrder& order, const Crdt& crdt) {
        const std::string& document = order.head.document;
        const auto loaded = from_.load({document});
        const auto replica = loaded ? replay(crdt, loaded->parts) : loaded.error();
        if (!replica) {
            return replica.error();
        }
        if (loaded->head.epoch != order.head.epoch || loaded->head.seq != order.head.seq ||
            loaded->head.version != order.head.version) {
            return Error{Code::conflict,
                         "it was edited while it was copied: stop the servers that use FROM, and "
                         "migrate again",
                         0};
        }
        const auto checked = check_copy(from_, to_, crdt, order, (*replica)->digest());
        if (!checked) {
            return checked.error();
        }
        new_times_ += checked->versions_with_new_time;
        return to_.write_content({document, order.head.epoch, order.head.seq,
                                  readable_content(*checked->replica, task_.text_root)});
    }

    void tell(const std::string& document, const Error& error) {
        ++bad_;
        progress_.clear();
        std::string_view what = error.message;
        if (what.starts_with(document + ": ")) {
            what.remove_prefix(document.size() + 2);
        }
        out_ << fmt::format("{}: not copied: {}", document, what);
        if (error.code == Code::corrupt || error.code == Code::missing) {
            out_
                << ". What to do: `weft doctor FROM` tells more, `--repair NEW` makes a store that "
                   "can be copied";
        }
        out_ << '\n' << std::flush;
    }

    void summarize(std::size_t count, std::uint64_t bytes) {
        if (new_times_ > 0) {
            out_ << fmt::format("{} version{} the time of this copy: TO keeps its own clock\n",
                                new_times_, new_times_ == 1 ? " has" : "s have");
        }
        out_ << fmt::format("{} document{}, {}: ", count, count == 1 ? "" : "s",
                            readable_size(bytes));
        out_ << (bad_ == 0 ? "all are copied, with equal digests\n"
                           : fmt::format("{} not copied\n", bad_));
    }

    OfflineStore& from_;
    OfflineStore& to_;
    const FindAlgorithm& algorithms_;
    const MigrationTask& task_;
    std::ostream& out_;
    Progress& progress_;
    std::uint64_t bad_ = 0;
    std::uint64_t new_times_ = 0;
};

}  // namespace

Result<bool> run_migration(OfflineStore& from, OfflineStore& to, const FindAlgorithm& algorithms,
                           const MigrationTask& task, std::ostream& out, Progress& progress) {
    return Migration(from, to, algorithms, task, out, progress).run();
}

}  // namespace weft
