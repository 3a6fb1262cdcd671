// Documents that write as the kernel lets them: each has one append under way, and what became due meanwhile is handed to the
// store in one batch.
#pragma once

#include "bench/load/histogram.hpp"

#include <weft/storage.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace weft::bench {

struct AppendTask {
    std::string prefix;         // of the documents' names
    std::size_t documents = 1;  // that write, each an update of `bytes` at a time
    bool one_by_one = false;    // the next document's update only when the one before is committed
    std::size_t bytes = 40;
    std::chrono::milliseconds warm_up{500};  // does not count
    std::chrono::milliseconds duration{3000};
};

struct AppendFigures {
    double updates_per_second = 0;
    Histogram latency;  // from the handing over to the answer: the update is durable
};

class AppendLoad {
public:
    /// `storage` outlives this.
    AppendLoad(Storage& storage, AppendTask task);

    /// Throws with the store's message when it refuses an append.
    AppendFigures run();

private:
    using Clock = std::chrono::steady_clock;
    struct Document {
        std::string name;
        Clock::time_point handed_over{};
    };

    AppendCall next_append(std::size_t document);
    void on_committed(std::size_t document, const Result<Appended>& appended);
    std::vector<std::size_t> wait_for_commits();
    void count(std::size_t document, Clock::time_point now, AppendFigures& figures) const;

    Storage& storage_;
    const AppendTask task_;
    const Bytes update_;
    std::vector<Document> documents_;
    std::uint64_t next_mark_ = 1;
    Clock::time_point measured_from_{};

    std::mutex mutex_;
    std::condition_variable committed_;
    std::vector<std::size_t> done_;  // documents, guarded
    std::optional<Error> refused_;   // guarded
};

}  // namespace weft::bench
