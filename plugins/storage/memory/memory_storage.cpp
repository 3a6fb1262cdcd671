#include "memory_storage.hpp"

#include <algorithm>
#include <utility>

namespace weft::storage {
MemoryStorage::MemoryStorage(Host& host, Options) : host_(host) {}

MemoryStorage::~MemoryStorage() {
    stop();
}

Result<void> MemoryStorage::start() {
    thread_ = std::thread([this] { run(); });
    return {};
}

void MemoryStorage::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    queued_.notify_one();
    if (thread_.joinable()) {
        thread_.join();
    }
}

void MemoryStorage::post(Task task) {
    {
        const std::lock_guard lock(mutex_);
        queue_.push_back(std::move(task));
    }
    queued_.notify_one();
}

void MemoryStorage::run() {
    std::vector<Task> tasks;
    std::unique_lock lock(mutex_);
    for (;;) {
        queued_.wait(lock, [this] { return !queue_.empty() || stopping_; });
        if (queue_.empty()) {
            return;
        }
        tasks.swap(queue_);
        lock.unlock();
        for (Task& task : tasks) {
            task();
        }
        tasks.clear();
        lock.lock();
    }
}

template <class T, class Call>
void MemoryStorage::answer(Completion<T> done, Call call) {
    post([this, done = std::move(done), call = std::move(call)]() mutable {
        done(call(documents_));
    });
}

void MemoryStorage::append(std::vector<AppendCall> batch) {
    post([this, batch = std::move(batch)]() mutable {
        for (AppendCall& call : batch) {
            call.done(append_one(call.request));
        }
    });
}

Result<Appended> MemoryStorage::append_one(const AppendRequest& request) {
    if (request.durability > Durability::memory) {
        return Error{Code::unsupported, "the memory storage keeps nothing beyond this process", 0};
    }
    return documents_.append(request, host_.unix_ms());
}

void MemoryStorage::load(LoadRequest request, Completion<Loaded> done) {
    answer(std::move(done), [request = std::move(request)](MemoryDocuments& documents) {
        return documents.load(request);
    });
}

void MemoryStorage::read(ReadRequest request, Completion<std::vector<StoredPart>> done) {
    answer(std::move(done), [request = std::move(request)](MemoryDocuments& documents) {
        return documents.read(request);
    });
}

void MemoryStorage::heads(std::vector<std::string> request, Completion<std::vector<Head>> done) {
    answer(std::move(done), [request = std::move(request)](MemoryDocuments& documents) {
        return documents.heads(request);
    });
}

void MemoryStorage::write_content(ContentRequest request, Completion<void> done) {
    answer(std::move(done), [request = std::move(request)](MemoryDocuments& documents) {
        return documents.write_content(request);
    });
}

void MemoryStorage::list(ListRequest request, Completion<std::vector<DocumentStat>> done) {
    answer(std::move(done), [request = std::move(request)](MemoryDocuments& documents) {
        return documents.list(request);
    });
}

void MemoryStorage::stat(std::string request, Completion<DocumentStat> done) {
    answer(std::move(done), [request = std::move(request)](MemoryDocuments& documents) {
        return documents.stat(request);
    });
}

void MemoryStorage::compact(CompactRequest request, Completion<void> done) {
    answer(std::move(done), [request = std::move(request)](MemoryDocuments& documents) {
        return documents.compact(request);
    });
}

void MemoryStorage::thin(ThinRequest request, Completion<void> done) {
    answer(std::move(done), [request = std::move(request)](MemoryDocuments& documents) {
        return documents.thin(request);
    });
}

void MemoryStorage::versions(VersionsRequest request, Completion<std::vector<Version>> done) {
    answer(std::move(done), [request = std::move(request)](MemoryDocuments& documents) {
        return documents.versions(request);
    });
}

void MemoryStorage::version(VersionRequest request, Completion<VersionContent> done) {
    answer(std::move(done), [request = std::move(request)](MemoryDocuments& documents) {
        return documents.version(request);
    });
}

void MemoryStorage::delete_document(DeleteRequest request, Completion<Deleted> done) {
    answer(std::move(done), [this, request = std::move(request)](MemoryDocuments& documents) {
        return documents.delete_document(request, host_.unix_ms());
    });
}

void MemoryStorage::forget_tombstones(ForgetRequest request, Completion<Forgotten> done) {
    answer(std::move(done), [request = std::move(request)](MemoryDocuments& documents) {
        return documents.forget_tombstones(request);
    });
}

}  // namespace weft::storage
