// Documents in the memory of this process: gone with it.
#pragma once

#include <weft/host.hpp>
#include <weft/options.hpp>
#include <weft/storage.hpp>

#include <condition_variable>
#include <map>
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
    void append(std::vector<AppendCall> batch) override;
    void load(std::string document, Completion<Loaded> done) override;
    void read(ReadRequest request, Completion<std::vector<StoredPart>> done) override;
    void heads(std::vector<std::string> documents, Completion<std::vector<Head>> done) override;
    void write_content(ContentRequest request, Completion<void> done) override;
    void list(ListRequest request, Completion<std::vector<DocumentStat>> done) override;
    void stat(std::string document, Completion<DocumentStat> done) override;

private:
    struct Document {
        DocumentStat stat;
        std::vector<StoredPart> rows;  // the row of seq s at s - 1
    };
    using Task = UniqueFunction<void()>;

    void post(Task task);
    void run();

    Result<Appended> append_one(const AppendRequest& request);
    Result<std::vector<StoredPart>> read_one(const ReadRequest& request) const;
    Result<void> write_content_one(const ContentRequest& request);
    std::vector<DocumentStat> list_some(const ListRequest& request) const;
    const Document* find(const std::string& name) const;

    // Fixed at construction.
    Host& host_;

    // Belongs to the thread: no lock.
    std::map<std::string, Document> documents_;  // by bytes of the name, as `list` gives them

    // Guarded by `mutex_`.
    std::mutex mutex_;
    std::condition_variable queued_;
    std::vector<Task> queue_;
    bool stopping_ = false;

    std::thread thread_;
};

}  // namespace weft::storage
