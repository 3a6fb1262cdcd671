#include "tests/support/simulation/sim_storage.hpp"

#include <algorithm>

namespace weft::sim {

namespace {

std::size_t bytes_of(const AppendRequest& request) {
    std::size_t bytes = 0;
    for (const auto& row : request.rows) {
        bytes += row.update.size();
    }
    return bytes;
}

}  // namespace

Duration SimStorage::latency() {
    return Duration(random_.below(static_cast<std::uint64_t>(latency_max.count()) + 1));
}

template <class T, class Call>
void SimStorage::answer(Completion<T> done, Call call) {
    time_.after(latency(),
                [this, alive = alive_, done = std::move(done), call = std::move(call)]() mutable {
                    if (*alive) {
                        done(call(disk_));
                    }
                });
}

std::int64_t SimStorage::unix_ms() const {
    constexpr std::int64_t began = 1'700'000'000'000;
    return began + std::chrono::duration_cast<std::chrono::milliseconds>(time_.now()).count();
}

// ---- appends: one after the other, so that those of one document complete in call order ----

void SimStorage::append(std::vector<AppendCall> batch) {
    for (auto& call : batch) {
        ++append_count_;
        most_in_flight_ = std::max(most_in_flight_, ++in_flight_[call.request.document]);
        appends_.push_back(std::move(call));
    }
    run_next_append();
}

void SimStorage::resume() {
    paused_ = false;
    run_next_append();
}

void SimStorage::run_next_append() {
    if (running_ || paused_ || appends_.empty()) {
        return;
    }
    running_ = true;
    time_.after(latency(), [this, alive = alive_] {
        if (!*alive) {
            return;
        }
        running_ = false;
        if (paused_) {
            return;
        }
        AppendCall call = std::move(appends_.front());
        appends_.pop_front();
        --in_flight_[call.request.document];
        call.done(commit(call.request));
        run_next_append();
    });
}

void SimStorage::fail_appends(std::size_t count, Code code, std::string document) {
    append_failures_ = {count, code, std::move(document)};
}

std::optional<Error> SimStorage::failure_of(const AppendRequest& request) {
    if (request.durability > durability()) {
        return Error{Code::unsupported, "that durability cannot be given", 0};
    }
    if (refuse_over_ && bytes_of(request) > *refuse_over_) {
        return Error{Code::limit, "the rows are too large for this store", 0};
    }
    const bool named =
        append_failures_.document.empty() || append_failures_.document == request.document;
    if (append_failures_.count > 0 && named) {
        --append_failures_.count;
        return Error{append_failures_.code, "told to fail", 0};
    }
    return std::nullopt;
}

Result<Appended> SimStorage::commit(const AppendRequest& request) {
    if (auto failure = failure_of(request)) {
        return std::move(*failure);
    }
    return disk_.append(request, unix_ms());
}

// ---- all else: each after a while of its own ----

std::size_t SimStorage::load_count(const std::string& document) const {
    const auto found = loads_.find(document);
    return found == loads_.end() ? 0 : found->second;
}

void SimStorage::load(LoadRequest request, Completion<Loaded> done) {
    ++loads_[request.document];
    answer(std::move(done), [this, request = std::move(request)](SimDisk& disk) -> Result<Loaded> {
        if (load_failures_.count > 0) {
            --load_failures_.count;
            return Error{load_failures_.code, "told to fail", 0};
        }
        return disk.load(request);
    });
}

void SimStorage::read(ReadRequest request, Completion<std::vector<StoredPart>> done) {
    answer(std::move(done),
           [request = std::move(request)](SimDisk& disk) { return disk.read(request); });
}

void SimStorage::heads(std::vector<std::string> request, Completion<std::vector<Head>> done) {
    answer(std::move(done),
           [request = std::move(request)](SimDisk& disk) { return disk.heads(request); });
}

void SimStorage::write_content(ContentRequest request, Completion<void> done) {
    answer(std::move(done),
           [request = std::move(request)](SimDisk& disk) { return disk.write_content(request); });
}

void SimStorage::list(ListRequest request, Completion<std::vector<DocumentStat>> done) {
    answer(std::move(done),
           [request = std::move(request)](SimDisk& disk) { return disk.list(request); });
}

void SimStorage::stat(std::string request, Completion<DocumentStat> done) {
    answer(std::move(done),
           [request = std::move(request)](SimDisk& disk) { return disk.stat(request); });
}

void SimStorage::compact(CompactRequest request, Completion<void> done) {
    answer(std::move(done),
           [request = std::move(request)](SimDisk& disk) { return disk.compact(request); });
}

void SimStorage::thin(ThinRequest request, Completion<void> done) {
    answer(std::move(done),
           [request = std::move(request)](SimDisk& disk) { return disk.thin(request); });
}

void SimStorage::versions(VersionsRequest request, Completion<std::vector<Version>> done) {
    answer(std::move(done),
           [request = std::move(request)](SimDisk& disk) { return disk.versions(request); });
}

void SimStorage::version(VersionRequest request, Completion<VersionContent> done) {
    answer(std::move(done),
           [request = std::move(request)](SimDisk& disk) { return disk.version(request); });
}

void SimStorage::delete_document(DeleteRequest request, Completion<Deleted> done) {
    answer(std::move(done), [this, request = std::move(request)](SimDisk& disk) {
        return disk.delete_document(request, unix_ms());
    });
}

void SimStorage::forget_tombstones(ForgetRequest request, Completion<Forgotten> done) {
    answer(std::move(done), [request = std::move(request)](SimDisk& disk) {
        return disk.forget_tombstones(request);
    });
}

}  // namespace weft::sim
