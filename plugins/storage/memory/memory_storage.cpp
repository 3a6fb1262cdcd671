#include "memory_storage.hpp"

#include <algorithm>
#include <utility>

namespace weft::storage {
namespace {

constexpr std::uint64_t first_epoch = 1;

Error conflict(std::string message) {
    return {Code::conflict, std::move(message), 0};
}

/// Copied into one block per append: what was handed in may be a slice that keeps a large frame alive.
void copy_rows(const std::vector<Row>& rows, std::uint64_t first_seq,
               std::vector<StoredPart>& out) {
    std::size_t size = 0;
    for (const Row& row : rows) {
        size += row.update.size();
    }
    Bytes block;
    block.reserve(size);
    for (const Row& row : rows) {
        block.insert(block.end(), row.update.view().begin(), row.update.view().end());
    }
    const Buffer shared(std::move(block));
    std::size_t offset = 0;
    std::uint64_t seq = first_seq;
    for (const Row& row : rows) {
        const BytesView part = shared.view().subspan(offset, row.update.size());
        out.push_back({StoredPart::Kind::row, {seq, seq}, row.mark, shared.slice(part)});
        offset += part.size();
        ++seq;
    }
}

}  // namespace

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
    if (request.rows.empty()) {
        return Error{Code::invalid, "an append without rows to " + request.document, 0};
    }
    const auto found = documents_.find(request.document);
    const Head present = found == documents_.end() ? Head{} : found->second.stat.head;
    if (request.expect_seq && *request.expect_seq != present.seq) {
        return conflict(request.document + " is at seq " + std::to_string(present.seq) + ", not " +
                        std::to_string(*request.expect_seq));
    }
    const std::uint64_t epoch = present.exists ? present.epoch : first_epoch;
    if (epoch != (request.epoch == 0 ? first_epoch : request.epoch)) {
        return conflict(request.document + " is in epoch " + std::to_string(epoch) + ", not " +
                        std::to_string(request.epoch));
    }
    if (present.exists && present.algorithm != request.algorithm) {
        return conflict(request.document + " is stored as " + present.algorithm + ", not " +
                        request.algorithm);
    }

    Document& document = present.exists ? found->second : documents_[request.document];
    copy_rows(request.rows, present.seq + 1, document.rows);
    for (const Row& row : request.rows) {
        document.stat.bytes += row.update.size();
    }
    Head& head = document.stat.head;
    head.document = request.document;
    head.exists = true;
    head.algorithm = request.algorithm;
    head.epoch = epoch;
    head.seq = document.rows.size();
    head.mark = request.rows.back().mark;
    document.stat.tail_rows = head.seq;
    document.stat.updated_unix_ms = host_.unix_ms();
    return Appended{{present.seq + 1, head.seq}};
}

void MemoryStorage::load(std::string document, Completion<Loaded> done) {
    post([this, document = std::move(document), done = std::move(done)]() mutable {
        Loaded loaded;
        if (const Document* known = find(document)) {
            loaded.head = known->stat.head;
            loaded.parts = known->rows;
        } else {
            loaded.head.document = std::move(document);
        }
        done(std::move(loaded));
    });
}

void MemoryStorage::read(ReadRequest request, Completion<std::vector<StoredPart>> done) {
    post([this, request = std::move(request), done = std::move(done)]() mutable {
        done(read_one(request));
    });
}

Result<std::vector<StoredPart>> MemoryStorage::read_one(const ReadRequest& request) const {
    std::vector<StoredPart> parts;
    const Document* known = find(request.document);
    if (known == nullptr) {
        return parts;
    }
    std::uint64_t bytes = 0;
    for (std::uint64_t seq = request.after_seq; seq < known->rows.size(); ++seq) {
        const StoredPart& row = known->rows[seq];
        bytes += row.bytes.size();
        if (!parts.empty() && bytes > request.max_bytes) {
            break;
        }
        parts.push_back(row);
    }
    return parts;
}

void MemoryStorage::heads(std::vector<std::string> documents, Completion<std::vector<Head>> done) {
    post([this, documents = std::move(documents), done = std::move(done)]() mutable {
        std::vector<Head> heads(documents.size());
        for (std::size_t i = 0; i < documents.size(); ++i) {
            if (const Document* known = find(documents[i])) {
                heads[i] = known->stat.head;
            } else {
                heads[i].document = std::move(documents[i]);
            }
        }
        done(std::move(heads));
    });
}

void MemoryStorage::write_content(ContentRequest request, Completion<void> done) {
    post([this, request = std::move(request), done = std::move(done)]() mutable {
        done(write_content_one(request));
    });
}

/// Nobody can read the text of this store from outside, so only how far it goes is kept.
Result<void> MemoryStorage::write_content_one(const ContentRequest& request) {
    const auto found = documents_.find(request.document);
    if (found == documents_.end()) {
        return Error{Code::not_found, request.document + " was never written", 0};
    }
    Head& head = found->second.stat.head;
    if (head.epoch == request.epoch && request.seq <= head.seq) {
        head.content_seq = std::max(head.content_seq, request.seq);
    }
    return {};
}

void MemoryStorage::list(ListRequest request, Completion<std::vector<DocumentStat>> done) {
    post([this, request = std::move(request), done = std::move(done)]() mutable {
        done(list_some(request));
    });
}

std::vector<DocumentStat> MemoryStorage::list_some(const ListRequest& request) const {
    std::vector<DocumentStat> stats;
    auto next = request.after < request.prefix ? documents_.lower_bound(request.prefix)
                                               : documents_.upper_bound(request.after);
    for (; next != documents_.end() && stats.size() < request.limit; ++next) {
        if (!next->first.starts_with(request.prefix)) {
            break;
        }
        stats.push_back(next->second.stat);
    }
    return stats;
}

void MemoryStorage::stat(std::string document, Completion<DocumentStat> done) {
    post([this, document = std::move(document), done = std::move(done)]() mutable {
        if (const Document* known = find(document)) {
            done(known->stat);
        } else {
            done(Error{Code::not_found, document + " was never written", 0});
        }
    });
}

const MemoryStorage::Document* MemoryStorage::find(const std::string& name) const {
    const auto found = documents_.find(name);
    return found == documents_.end() ? nullptr : &found->second;
}

}  // namespace weft::storage
