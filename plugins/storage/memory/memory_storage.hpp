// Documents in the memory of this process: gone with it.
#pragma once

#include "memory_documents.hpp"

#include <weft/host.hpp>
#include <weft/options.hpp>
#include <weft/storage.hpp>

#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace weft::storage {

/// Threads   All calls from any thread; each only queues. One thread of its own owns the documents, takes
///           the whole queue at once and calls every completion: calls take effect in the order in which
///           they were queued.
/// Lifetime  `stop` finishes what was queued. What is called before `start` waits for it.
class MemoryStorage final : public Storage {
public:
    static constexpr About about{"memory", "1.0.0", "Documents in memory, gone with the process",
                                 "MIT"};
    static constexpr std::string_view capabilities =
        R"({"durability":"memory","shared_between_nodes":false})";
    using Options = NoOptions;

    MemoryStorage(Host& host, Options options);
    ~MemoryStorage() override;

    Result<void> start();
    void stop();

    Durability durability() const override { return Durability::memory; }
    StorageStatus status() const override { return {}; }
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
    using Task = UniqueFunction<void()>;

    void post(Task task);
    void run();

    /// Has the thread call `call(documents)` for `done`.
    template <class T, class Call>
    void answer(Completion<T> done, Call call);
    Result<Appended> append_one(const AppendRequest& request);

    // Fixed at construction.
    Host& host_;

    // Belongs to the thread: no lock.
    MemoryDocuments documents_;

    // Guarded by `mutex_`.
    std::mutex mutex_;
    std::condition_variable queued_;
    std::vector<Task> queue_;
    bool stopping_ = false;

    std::thread thread_;
};

}  // namespace weft::storage
