#include "sqlite_storage.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <pthread.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <filesystem>
#include <iterator>
#include <system_error>
#include <utility>

namespace weft::storage {
namespace {

namespace fs = std::filesystem;

constexpr auto quiet = std::chrono::seconds(1);

Error refusal(std::string message) {
    return {Code::config, std::move(message), 0};
}

/// A new folder is an entry in its parent, which a power cut can take away like any other write.
void sync_folder(const fs::path& folder) {
    const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor >= 0) {
        fsync(descriptor);
        close(descriptor);
    }
}

Result<void> create_folders(const fs::path& folder) {
    std::error_code error;
    if (folder.empty() || fs::is_directory(folder, error)) {
        return {};
    }
    if (Result<void> parent = create_folders(folder.parent_path()); !parent) {
        return parent;
    }
    fs::create_directory(folder, error);
    if (error) {
        return refusal("cannot create the folder " + folder.string() + ": " + error.message());
    }
    sync_folder(folder.has_parent_path() ? folder.parent_path() : fs::path("."));
    return {};
}

}  // namespace

SqliteStorage::SqliteStorage(Host& host, Options options)
    : host_(host), options_(std::move(options)), health_(host) {}

SqliteStorage::~SqliteStorage() {
    stop();
}

Result<void> SqliteStorage::configure() {
    if (options_.path.empty() || options_.path == ":memory:" || options_.path.back() == '/') {
        return at_path(
            refusal("must name a file; for documents that may be lost take the plugin memory"));
    }
    return {};
}

Result<void> SqliteStorage::start() {
    if (const Result<void> opened = open(); !opened) {
        writer_.reset();
        lock_.reset();
        return at_path(opened.error());
    }
    warn_of_memory_file_system();
    writing_ = std::thread([this] { run_writer(); });
    reading_ = std::thread([this] { run_reader(); });
    // As profilers and `top -H` show them; 15 characters at the most.
    pthread_setname_np(writing_.native_handle(), "sqlite-writer");
    pthread_setname_np(reading_.native_handle(), "sqlite-reader");
    return {};
}

Result<void> SqliteStorage::open() {
    std::error_code error;
    // The file itself, whichever link leads there: the lock belongs to it.
    const fs::path path = fs::weakly_canonical(options_.path, error);
    if (error) {
        return refusal("cannot be resolved: " + error.message());
    }
    if (fs::is_directory(path, error)) {
        return refusal("is a folder, not a file");
    }
    if (Result<void> created = create_folders(path.parent_path()); !created) {
        return created;
    }
    Result<LockFile> lock = LockFile::take(path.string() + ".lock", host_.unix_ms());
    if (!lock) {
        return lock.error();
    }
    lock_.emplace(*std::move(lock));

    const Connection::Settings settings{
        path.string(), std::chrono::duration_cast<std::chrono::milliseconds>(options_.busy_timeout),
        options_.cache.bytes};
    Result<std::unique_ptr<Writer>> writer = Writer::open(settings, host_, health_);
    if (!writer) {
        return writer.error();
    }
    Result<std::unique_ptr<Reader>> reader = Reader::open(settings);
    if (!reader) {
        return reader.error();
    }
    writer_ = *std::move(writer);
    reader_ = *std::move(reader);
    return {};
}

Error SqliteStorage::at_path(const Error& error) const {
    return refusal(host_.where("path") + ": \"" + options_.path + "\": " + error.message);
}

void SqliteStorage::warn_of_memory_file_system() {
    struct statfs where {};
    if (statfs(options_.path.c_str(), &where) == 0 &&
        (where.f_type == TMPFS_MAGIC || where.f_type == RAMFS_MAGIC)) {
        host_.log(
            LogLevel::warning,
            host_.where("path") + ": \"" + options_.path +
                "\" is on a file system in memory: it survives this process, not the machine");
    }
}

void SqliteStorage::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    writes_arrived_.notify_one();
    readings_arrived_.notify_one();
    if (!writing_.joinable()) {
        return;
    }
    writing_.join();
    reading_.join();
    reader_.reset();
    writer_->close();
    writer_.reset();
    lock_.reset();
}

void SqliteStorage::post(std::vector<Write> writes) {
    {
        const std::lock_guard lock(mutex_);
        writes_.insert(writes_.end(), std::make_move_iterator(writes.begin()),
                       std::make_move_iterator(writes.end()));
    }
    writes_arrived_.notify_one();
}

void SqliteStorage::run_writer() {
    WriteQueue queue;
    while (take_arrived(queue)) {
        std::vector<Write> batch = queue.take_batch();
        if (batch.empty()) {
            writer_->checkpoint(Writer::Moment::quiet);
            continue;
        }
        writer_->commit(batch);
        for (Write& write : batch) {
            write.answer();
        }
        writer_->checkpoint(Writer::Moment::busy);
    }
}

/// Waits only if nothing is left to write. False: stopping, and everything is written.
bool SqliteStorage::take_arrived(WriteQueue& queue) {
    std::vector<Write> arrived;
    {
        std::unique_lock lock(mutex_);
        if (queue.empty()) {
            writes_arrived_.wait_for(lock, quiet, [this] { return !writes_.empty() || stopping_; });
        }
        if (queue.empty() && writes_.empty() && stopping_) {
            return false;
        }
        arrived.swap(writes_);
    }
    for (Write& write : arrived) {
        queue.push(std::move(write));
    }
    return true;
}

void SqliteStorage::post(Reading reading) {
    {
        const std::lock_guard lock(mutex_);
        readings_.push_back(std::move(reading));
    }
    readings_arrived_.notify_one();
}

void SqliteStorage::run_reader() {
    std::vector<Reading> arrived;
    std::unique_lock lock(mutex_);
    for (;;) {
        readings_arrived_.wait(lock, [this] { return !readings_.empty() || stopping_; });
        if (readings_.empty()) {
            return;
        }
        arrived.swap(readings_);
        lock.unlock();
        for (Reading& reading : arrived) {
            reading(*reader_);
        }
        arrived.clear();
        lock.lock();
    }
}

void SqliteStorage::append(std::vector<AppendCall> batch) {
    std::vector<Write> writes;
    writes.reserve(batch.size());
    for (AppendCall& call : batch) {
        writes.emplace_back(std::move(call));
    }
    post(std::move(writes));
}

template <class Call>
void SqliteStorage::post_one(Call call) {
    std::vector<Write> writes;
    writes.emplace_back(std::move(call));
    post(std::move(writes));
}

void SqliteStorage::write_content(ContentRequest request, Completion<void> done) {
    post_one(ContentCall{std::move(request), std::move(done)});
}

void SqliteStorage::compact(CompactRequest request, Completion<void> done) {
    post_one(CompactCall{std::move(request), std::move(done)});
}

void SqliteStorage::thin(ThinRequest request, Completion<void> done) {
    post_one(ThinCall{std::move(request), std::move(done)});
}

void SqliteStorage::delete_document(DeleteRequest request, Completion<Deleted> done) {
    post_one(DeleteCall{std::move(request), std::move(done)});
}

void SqliteStorage::forget_tombstones(ForgetRequest request, Completion<Forgotten> done) {
    post_one(ForgetCall{std::move(request), std::move(done)});
}

void SqliteStorage::load(LoadRequest request, Completion<Loaded> done) {
    post([request = std::move(request), done = std::move(done)](Reader& reader) mutable {
        done(reader.load(request));
    });
}

void SqliteStorage::read(ReadRequest request, Completion<std::vector<StoredPart>> done) {
    post([request = std::move(request), done = std::move(done)](Reader& reader) mutable {
        done(reader.read(request));
    });
}

void SqliteStorage::heads(std::vector<std::string> documents, Completion<std::vector<Head>> done) {
    post([documents = std::move(documents), done = std::move(done)](Reader& reader) mutable {
        done(reader.heads(documents));
    });
}

void SqliteStorage::list(ListRequest request, Completion<std::vector<DocumentStat>> done) {
    post([request = std::move(request), done = std::move(done)](Reader& reader) mutable {
        done(reader.list(request));
    });
}

void SqliteStorage::stat(std::string document, Completion<DocumentStat> done) {
    post([document = std::move(document), done = std::move(done)](Reader& reader) mutable {
        done(reader.stat(document));
    });
}

void SqliteStorage::versions(VersionsRequest request, Completion<std::vector<Version>> done) {
    post([request = std::move(request), done = std::move(done)](Reader& reader) mutable {
        done(reader.versions(request));
    });
}

void SqliteStorage::version(VersionRequest request, Completion<VersionContent> done) {
    post([request = std::move(request), done = std::move(done)](Reader& reader) mutable {
        done(reader.version(request));
    });
}

}  // namespace weft::storage
