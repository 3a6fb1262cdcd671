// A sqlite storage in a folder of its own, called as if it answered at once; and SQL beside it.
#pragma once

#include "sdk/conformance/storage/fresh_folder.hpp"
#include "sdk/conformance/storage/print_code.hpp"
#include "sdk/conformance/storage/recording_host.hpp"

#include "sqlite_storage.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace weft::storage {

using conformance::FreshFolder;
using conformance::RecordingHost;

template <class T, class Call>
Result<T> answer_of(Call&& call) {
    // The answering thread may still be inside `set_value` when the value is there.
    const auto promise = std::make_shared<std::promise<Result<T>>>();
    call(Completion<T>([promise](Result<T> result) { promise->set_value(std::move(result)); }));
    return promise->get_future().get();
}

inline AppendRequest request_of(const std::string& document,
                                const std::vector<std::string>& updates) {
    AppendRequest request;
    request.document = document;
    request.algorithm = "yjs";
    request.epoch = 1;
    for (const std::string& update : updates) {
        request.rows.push_back({7, Buffer::copy_of(as_bytes(update))});
    }
    return request;
}

class SqliteStore {
public:
    explicit SqliteStore(SqliteOptions options) : storage_(host_, std::move(options)) {}
    ~SqliteStore() { storage_.stop(); }

    Result<void> start() { return storage_.start(); }
    void stop() { storage_.stop(); }
    Storage& storage() { return storage_; }
    const RecordingHost& host() const { return host_; }

    Result<Appended> append(AppendRequest request) {
        return answer_of<Appended>([&](auto done) {
            std::vector<AppendCall> batch;
            batch.push_back({std::move(request), std::move(done)});
            storage_.append(std::move(batch));
        });
    }
    Result<Appended> append(const std::string& document, const std::vector<std::string>& updates) {
        return append(request_of(document, updates));
    }
    Result<Loaded> load(const std::string& document) {
        return answer_of<Loaded>([&](auto done) { storage_.load({document}, std::move(done)); });
    }
    Result<std::vector<StoredPart>> read(const std::string& document, std::uint64_t after_seq) {
        return answer_of<std::vector<StoredPart>>([&](auto done) {
            storage_.read({document, after_seq}, std::move(done));
        });
    }
    Result<void> write_content(ContentRequest request) {
        return answer_of<void>(
            [&](auto done) { storage_.write_content(std::move(request), std::move(done)); });
    }

private:
    RecordingHost host_;
    SqliteStorage storage_;
};

template <class T>
Code code_of(const Result<T>& result) {
    return result ? Code::ok : result.error().code;
}

/// "keyframe 1-4", "segment 5-7", "row 8"…
inline std::vector<std::string> outline_of(const std::vector<StoredPart>& parts) {
    std::vector<std::string> outline;
    for (const StoredPart& part : parts) {
        const char* kinds[] = {"keyframe", "segment", "row"};
        std::string line = kinds[static_cast<std::size_t>(part.kind)];
        line += " " + std::to_string(part.seqs.first);
        if (part.seqs.first != part.seqs.last) {
            line += "-" + std::to_string(part.seqs.last);
        }
        outline.push_back(line);
    }
    return outline;
}

/// Another program at the same file, as a database user runs it.
class OtherProgram {
public:
    explicit OtherProgram(const std::string& path) {
        EXPECT_EQ(sqlite3_open(path.c_str(), &raw_), SQLITE_OK);
        sqlite3_busy_timeout(raw_, 5000);
    }
    ~OtherProgram() { sqlite3_close(raw_); }
    OtherProgram(const OtherProgram&) = delete;
    OtherProgram& operator=(const OtherProgram&) = delete;

    void run(const std::string& sql) {
        EXPECT_EQ(sqlite3_exec(raw_, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
            << sqlite3_errmsg(raw_);
    }

private:
    sqlite3* raw_ = nullptr;
};

}  // namespace weft::storage
