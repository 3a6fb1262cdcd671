// A postgres storage called as if it answered at once.
#pragma once

#include "sdk/conformance/storage/print_code.hpp"
#include "sdk/conformance/storage/recording_host.hpp"

#include "postgres_server.hpp"
#include "postgres_storage.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace weft::postgres {

using conformance::RecordingHost;
using Texts = std::vector<std::string>;

/// A call that has not been answered yet.
template <class T>
using Asked = std::future<Result<T>>;

template <class T, class Call>
Asked<T> ask(Call&& call) {
    // The answering thread may still be inside `set_value` when the value is there.
    const auto promise = std::make_shared<std::promise<Result<T>>>();
    call(Completion<T>([promise](Result<T> result) { promise->set_value(std::move(result)); }));
    return promise->get_future();
}

inline AppendRequest request_of(const std::string& document, const Texts& updates,
                                std::uint64_t first_mark = 7) {
    AppendRequest request;
    request.document = document;
    request.algorithm = "yjs";
    request.epoch = 1;
    for (const std::string& update : updates) {
        request.rows.push_back({first_mark++, Buffer::copy_of(as_bytes(update))});
    }
    return request;
}

inline Texts texts_of(const std::vector<StoredPart>& parts) {
    Texts texts;
    for (const StoredPart& part : parts) {
        texts.emplace_back(as_text(part.bytes.view()));
    }
    return texts;
}

template <class T>
Code code_of(const Result<T>& result) {
    return result ? Code::ok : result.error().code;
}

class PostgresStore {
public:
    explicit PostgresStore(PostgresOptions options) : storage_(host_, std::move(options)) {}
    explicit PostgresStore(const std::string& url) : PostgresStore(PostgresOptions{url}) {}
    ~PostgresStore() { storage_.stop(); }

    Result<void> configure() { return storage_.configure(); }
    Result<void> start() { return storage_.start(); }
    void stop() { storage_.stop(); }
    Storage& storage() { return storage_; }
    const RecordingHost& host() const { return host_; }

    Asked<Appended> begin_append(AppendRequest request) {
        return ask<Appended>([&](auto done) {
            std::vector<AppendCall> batch;
            batch.push_back({std::move(request), std::move(done)});
            storage_.append(std::move(batch));
        });
    }
    Result<Appended> append(AppendRequest request) {
        return begin_append(std::move(request)).get();
    }
    Result<Appended> append(const std::string& document, const Texts& updates) {
        return append(request_of(document, updates));
    }
    Result<Loaded> load(const std::string& document) {
        return ask<Loaded>([&](auto done) { storage_.load({document}, std::move(done)); }).get();
    }
    Result<std::vector<StoredPart>> read(const std::string& document, std::uint64_t after_seq,
                                         std::uint64_t max_bytes = 1u << 20) {
        return ask<std::vector<StoredPart>>([&](auto done) {
                   storage_.read({document, after_seq, max_bytes}, std::move(done));
               })
            .get();
    }
    Result<void> write_content(ContentRequest request) {
        return ask<void>(
                   [&](auto done) { storage_.write_content(std::move(request), std::move(done)); })
            .get();
    }

private:
    RecordingHost host_;
    PostgresStorage storage_;
};

/// Whether `holds()` came true within 20 s.
template <class Condition>
bool eventually(Condition&& holds) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!holds()) {
        if (std::chrono::steady_clock::now() > deadline) {
            return false;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
}

}  // namespace weft::postgres
