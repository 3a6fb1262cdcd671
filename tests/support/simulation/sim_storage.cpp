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

template <class T, class Make>
void SimStorage::answer(Completion<T> done, Make make) {
    time_.after(latency(),
                [alive = alive_, done = std::move(done), make = std::move(make)]() mutable {
                    if (*alive) {
                        done(make());
                    }
                });
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
    if (request.rows.empty()) {
        return Error{Code::invalid, "an append without rows", 0};
    }
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

Result<Appended> SimStorage::commit(AppendRequest& request) {
    if (auto failure = failure_of(request)) {
        return std::move(*failure);
    }
    const bool is_new = !disk_.documents.contains(request.document);
    auto& document = disk_.documents[request.document];
    if (is_new) {
        document.algorithm = request.algorithm;
    }
    const bool expected = !request.expect_seq || *request.expect_seq == document.rows.size();
    const bool same_epoch = request.epoch == document.epoch || (is_new && request.epoch == 0);
    if (document.algorithm != request.algorithm || !same_epoch || !expected) {
        if (is_new) {
            disk_.documents.erase(request.document);
        }
        return Error{Code::conflict, "another algorithm, epoch or seq", 0};
    }
    const std::uint64_t first = document.rows.size() + 1;
    for (auto& row : request.rows) {
        document.rows.push_back(std::move(row));
    }
    return Appended{{first, document.rows.size()}};
}

// ---- reads ----

std::size_t SimStorage::load_count(const std::string& document) const {
    const auto found = loads_.find(document);
    return found == loads_.end() ? 0 : found->second;
}

Head SimStorage::head_of(const std::string& name) const {
    Head head;
    head.document = name;
    const auto found = disk_.documents.find(name);
    if (found == disk_.documents.end()) {
        return head;
    }
    const auto& document = found->second;
    head.exists = true;
    head.algorithm = document.algorithm;
    head.epoch = document.epoch;
    head.seq = document.rows.size();
    head.mark = document.rows.empty() ? 0 : document.rows.back().mark;
    head.content_seq = document.content_seq;
    return head;
}

std::vector<StoredPart> SimStorage::parts_after(const std::string& name, std::uint64_t seq,
                                                std::uint64_t max_bytes) const {
    std::vector<StoredPart> parts;
    const auto found = disk_.documents.find(name);
    if (found == disk_.documents.end()) {
        return parts;
    }
    std::uint64_t bytes = 0;
    for (std::uint64_t at = seq + 1; at <= found->second.rows.size(); ++at) {
        const Row& row = found->second.rows[at - 1];
        bytes += row.update.size();
        if (!parts.empty() && bytes > max_bytes) {
            break;
        }
        parts.push_back({StoredPart::Kind::row, {at, at}, row.mark, row.update});
    }
    return parts;
}

void SimStorage::load(std::string document, Completion<Loaded> done) {
    ++loads_[document];
    answer<Loaded>(std::move(done), [this, document]() -> Result<Loaded> {
        if (load_failures_.count > 0) {
            --load_failures_.count;
            return Error{load_failures_.code, "told to fail", 0};
        }
        return Loaded{head_of(document), parts_after(document, 0, ~std::uint64_t{0})};
    });
}

void SimStorage::read(ReadRequest request, Completion<std::vector<StoredPart>> done) {
    answer<std::vector<StoredPart>>(
        std::move(done), [this, request]() -> Result<std::vector<StoredPart>> {
            return parts_after(request.document, request.after_seq, request.max_bytes);
        });
}

void SimStorage::heads(std::vector<std::string> documents, Completion<std::vector<Head>> done) {
    answer<std::vector<Head>>(std::move(done), [this, documents]() -> Result<std::vector<Head>> {
        std::vector<Head> heads;
        for (const auto& document : documents) {
            heads.push_back(head_of(document));
        }
        return heads;
    });
}

void SimStorage::write_content(ContentRequest request, Completion<void> done) {
    answer<void>(std::move(done), [this, request]() -> Result<void> {
        const auto found = disk_.documents.find(request.document);
        if (found == disk_.documents.end()) {
            return Error{Code::not_found, "no such document", 0};
        }
        auto& document = found->second;
        const bool known_seq =
            request.seq >= document.content_seq && request.seq <= document.rows.size();
        if (request.epoch == document.epoch && known_seq) {
            document.content_seq = request.seq;
            document.content = request.text;
        }
        return {};
    });
}

DocumentStat SimStorage::stat_of(const std::string& name) const {
    DocumentStat stat;
    stat.head = head_of(name);
    for (const auto& row : disk_.documents.at(name).rows) {
        ++stat.tail_rows;
        stat.bytes += row.update.size();
    }
    return stat;
}

void SimStorage::list(ListRequest request, Completion<std::vector<DocumentStat>> done) {
    answer<std::vector<DocumentStat>>(
        std::move(done), [this, request]() -> Result<std::vector<DocumentStat>> {
            std::vector<DocumentStat> listed;
            for (const auto& [name, document] : disk_.documents) {
                if (name > request.after && name.starts_with(request.prefix) &&
                    listed.size() < request.limit) {
                    listed.push_back(stat_of(name));
                }
            }
            return listed;
        });
}

void SimStorage::stat(std::string document, Completion<DocumentStat> done) {
    answer<DocumentStat>(std::move(done), [this, document]() -> Result<DocumentStat> {
        if (!disk_.documents.contains(document)) {
            return Error{Code::not_found, "no such document", 0};
        }
        return stat_of(document);
    });
}

}  // namespace weft::sim
