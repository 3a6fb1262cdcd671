// Documents in one SQLite file on this machine.
#pragma once

#include "lock_file.hpp"
#include "reader.hpp"
#include "writer.hpp"

#include <weft/host.hpp>
#include <weft/options.hpp>
#include <weft/storage.hpp>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <vector>

namespace weft::storage {

struct SqliteOptions {
    std::string path = "data/weft.db";
    std::chrono::nanoseconds busy_timeout = std::chrono::seconds(5);
    ByteSize cache = mebibytes(16);

    static constexpr auto fields() {
        return std::tuple{
            field(&SqliteOptions::path, "path", "Database file, relative to the working directory"),
            field(&SqliteOptions::busy_timeout, "busy_timeout",
                  "How long to wait for another program's write")
                .between(std::chrono::milliseconds(0), std::chrono::minutes(10)),
            field(&SqliteOptions::cache, "cache", "Page cache of each of the two connections")
                .between(mebibytes(1), gibibytes(64))};
    }
};

/// Threads   Two of its own: one writes (appends and content, a transaction for all that has gathered), one reads.
///           Calls only queue; completions come from these two threads, those of writes after their commit.
/// Lifetime  `stop` finishes what was queued, empties the log into the database and gives up the lock.
///           What is called between construction and `start` waits for it; no call may come after `stop`.
class SqliteStorage final : public Storage {
public:
    static constexpr About about{"sqlite", "1.0.0", "One SQLite file on this machine", "MIT"};
    static constexpr std::string_view capabilities =
        R"({"durability":"stable","shared_between_nodes":false})";
    using Options = SqliteOptions;

    SqliteStorage(Host& host, Options options);
    ~SqliteStorage() override;

    Result<void> configure();
    Result<void> start();
    void stop();

    /// A commit waits for the sync of the log. What a file system makes of a sync is its own: one in memory is
    /// warned of at the start, not refused.
    Durability durability() const override { return Durability::stable; }
    StorageStatus status() const override { return health_.status(); }
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
    using Reading = UniqueFunction<void(Reader&)>;

    Result<void> open();
    Error at_path(const Error& error) const;
    void warn_of_memory_file_system();

    void post(std::vector<Write> writes);
    template <class Call>
    void post_one(Call call);
    void post(Reading reading);
    void run_writer();
    bool take_arrived(WriteQueue& queue);
    void run_reader();

    // Fixed at construction.
    Host& host_;
    const Options options_;

    StorageHealth health_;

    // Set by `start`, before the threads.
    std::optional<LockFile> lock_;
    std::unique_ptr<Writer> writer_;  // used by `writing_`
    std::unique_ptr<Reader> reader_;  // used by `reading_`

    // Guarded by `mutex_`.
    std::mutex mutex_;
    std::condition_variable writes_arrived_;
    std::condition_variable readings_arrived_;
    std::vector<Write> writes_;
    std::vector<Reading> readings_;
    bool stopping_ = false;

    std::thread writing_;
    std::thread reading_;
};

}  // namespace weft::storage
