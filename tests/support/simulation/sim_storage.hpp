#pragma once

#include "kernel/shard/random.hpp"
#include "tests/support/simulation/sim_time.hpp"

#include "memory_documents.hpp"

#include <weft/storage.hpp>

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace weft::sim {

/// What a store has written down. Outlives every node.
using SimDisk = storage::MemoryDocuments;

/// The fake of the storage seam: keeps its promises, takes its time, and fails when it is told to. It runs the
/// conformance suite of the seam like every plugin.
class SimStorage final : public Storage {
public:
    SimStorage(SimTime& time, SimDisk& disk, std::uint64_t seed)
        : time_(time), disk_(disk), random_(seed) {}
    ~SimStorage() override { *alive_ = false; }

    /// Appends wait until `resume`; reads go on.
    void pause() { paused_ = true; }
    void resume();

    /// The next `count` appends fail with `code`, those of `document` only if it is named.
    void fail_appends(std::size_t count, Code code, std::string document = {});
    /// Every append with more than `bytes` in its rows is refused for good.
    void refuse_over(std::size_t bytes) { refuse_over_ = bytes; }
    void fail_loads(std::size_t count, Code code) { load_failures_ = {count, code, {}}; }

    /// What the store says of itself from now on.
    void tell(StorageStatus status) { status_ = std::move(status); }

    /// The time of day, as the store tells it.
    std::int64_t unix_ms() const;

    std::size_t load_count(const std::string& document) const;
    std::size_t append_count() const { return append_count_; }
    /// The most appends that were with the store at one time for one document.
    std::size_t most_in_flight() const { return most_in_flight_; }

    Durability durability() const override { return Durability::stable; }
    StorageStatus status() const override { return status_; }
    void append(std::vector<AppendCall> batch) override;
    void load(LoadRequest request, Completion<Loaded> done) override;
    void read(ReadRequest request, Completion<std::vector<StoredPart>> done) override;
    void heads(std::vector<std::string> documents, Completion<std::vector<Head>> done) override;
    void write_content(ContentRequest request, Completion<void> done) override;
    void list(ListRequest request, Completion<std::vector<DocumentStat>> done) override;
    void stat(std::string document, Completion<DocumentStat> done) override;
    void compact(CompactRequest request, Completion<void> done) override;
    void thin(ThinRequest request, Completion<void> done) override;
    void versions(VersionsRequest request, Completion<std::vector<Version>> done) override;
    void version(VersionRequest request, Completion<VersionContent> done) override;
    void delete_document(DeleteRequest request, Completion<Deleted> done) override;
    void forget_tombstones(ForgetRequest request, Completion<Forgotten> done) override;

private:
    struct Failures {
        std::size_t count = 0;
        Code code = Code::unavailable;
        std::string document;
    };

    /// Has `call(disk)` answer after a while.
    template <class T, class Call>
    void answer(Completion<T> done, Call call);
    void run_next_append();
    Result<Appended> commit(const AppendRequest& request);
    std::optional<Error> failure_of(const AppendRequest& request);
    Duration latency();

    SimTime& time_;
    SimDisk& disk_;
    Random random_;
    static constexpr Duration latency_max = std::chrono::milliseconds(2);
    std::deque<AppendCall> appends_;
    std::map<std::string, std::size_t> in_flight_;
    std::map<std::string, std::size_t> loads_;
    std::size_t append_count_ = 0;
    std::size_t most_in_flight_ = 0;
    bool running_ = false;
    bool paused_ = false;
    StorageStatus status_;
    Failures append_failures_;
    Failures load_failures_;
    std::optional<std::size_t> refuse_over_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace weft::sim
