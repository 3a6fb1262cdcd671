// What the storage conformance suite stands on: a store under test, and calls whose answers are counted.
#pragma once

#include "print_code.hpp"

#include <weft/storage.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <ostream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace weft::conformance {

/// A started, empty store, and what belongs to it (a folder, a host). Destroying it stops the store.
class StorageUnderTest {
public:
    virtual ~StorageUnderTest() = default;
    virtual Storage& storage() = 0;

    /// Moves a simulated store on: called again and again while a test waits for an answer.
    virtual void advance() {}

    /// False for a simulated store, which lives on one thread.
    virtual bool takes_calls_from_many_threads() const { return true; }
};

struct StorageCase {
    std::string name;
    std::function<std::unique_ptr<StorageUnderTest>()> make;
};

inline std::ostream& operator<<(std::ostream& out, const StorageCase& store) {
    return out << store.name;
}

/// Makes one store per test. Every call goes through `ask`, which counts its answers: at the end of a test,
/// with the store stopped, each must have come exactly once and none from inside its own call.
class StorageConformance : public testing::TestWithParam<StorageCase> {
protected:
    template <class T>
    struct Answer {
        std::optional<Result<T>> result;
        unsigned times = 0;
        bool came_inside_the_call = false;
        bool inside_the_call = true;
        std::thread::id caller = std::this_thread::get_id();
    };
    template <class T>
    using Asked = std::shared_ptr<Answer<T>>;

    void SetUp() override {
        store_ = GetParam().make();
        ASSERT_NE(store_, nullptr);
    }

    void TearDown() override {
        for (const auto& settled : settled_) {
            wait_until(settled);
        }
        store_.reset();
        for (const auto& check : checks_) {
            check();
        }
    }

    Storage& storage() { return store_->storage(); }
    bool takes_calls_from_many_threads() const { return store_->takes_calls_from_many_threads(); }

    /// Starts `call(completion)` and gives the place where its answer will stand.
    template <class T, class Call>
    Asked<T> ask(Call&& call) {
        const Asked<T> asked = expect_answer<T>();
        std::forward<Call>(call)(completion_of(asked));
        const std::lock_guard lock(mutex_);
        asked->inside_the_call = false;
        return asked;
    }

    template <class T>
    Result<T> wait(const Asked<T>& asked) {
        if (!wait_until([&] { return asked->times > 0; })) {
            ADD_FAILURE() << "the store has not answered within 20 s";
            return Error{Code::timeout, "no answer", 0};
        }
        const std::lock_guard lock(mutex_);
        return *asked->result;
    }

    template <class T>
    T wait_for_value(const Asked<T>& asked) {
        Result<T> result = wait(asked);
        if (!result) {
            ADD_FAILURE() << name_of(result.error().code) << ": " << result.error().message;
            return T{};
        }
        return *std::move(result);
    }

    // Requests in the words of the tests.

    AppendRequest request_of(const std::string& document, const std::vector<std::string>& updates) {
        AppendRequest request;
        request.document = document;
        request.algorithm = "yjs";
        request.epoch = 1;
        request.durability = storage().durability();
        for (const std::string& update : updates) {
            request.rows.push_back({++last_mark_, Buffer::copy_of(as_bytes(update))});
        }
        return request;
    }

    Asked<Appended> begin_append(AppendRequest request) {
        return ask<Appended>([&](Completion<Appended> done) {
            std::vector<AppendCall> batch;
            batch.push_back({std::move(request), std::move(done)});
            storage().append(std::move(batch));
        });
    }

    /// All in one call of `append`.
    std::vector<Asked<Appended>> begin_append_together(std::vector<AppendRequest> requests) {
        std::vector<Asked<Appended>> asked;
        std::vector<AppendCall> batch;
        for (AppendRequest& request : requests) {
            asked.push_back(expect_answer<Appended>());
            batch.push_back({std::move(request), completion_of(asked.back())});
        }
        storage().append(std::move(batch));
        const std::lock_guard lock(mutex_);
        for (const auto& one : asked) {
            one->inside_the_call = false;
        }
        return asked;
    }

    Result<Appended> append(AppendRequest request) {
        return wait(begin_append(std::move(request)));
    }

    SeqRange append(const std::string& document, const std::vector<std::string>& updates) {
        return wait_for_value(begin_append(request_of(document, updates))).seqs;
    }

    Loaded load(const std::string& document) {
        return wait_for_value(
            ask<Loaded>([&](auto done) { storage().load({document}, std::move(done)); }));
    }

    Head head(const std::string& document) { return load(document).head; }

    std::vector<StoredPart> read(ReadRequest request) {
        return wait_for_value(ask<std::vector<StoredPart>>(
            [&](auto done) { storage().read(std::move(request), std::move(done)); }));
    }

    std::vector<Head> heads(std::vector<std::string> documents) {
        return wait_for_value(ask<std::vector<Head>>(
            [&](auto done) { storage().heads(std::move(documents), std::move(done)); }));
    }

    Result<void> write_content(ContentRequest request) {
        return wait(ask<void>(
            [&](auto done) { storage().write_content(std::move(request), std::move(done)); }));
    }

    std::vector<std::string> list(ListRequest request) {
        std::vector<std::string> names;
        for (const DocumentStat& stat : wait_for_value(ask<std::vector<DocumentStat>>(
                 [&](auto done) { storage().list(std::move(request), std::move(done)); }))) {
            names.push_back(stat.head.document);
        }
        return names;
    }

    Result<DocumentStat> stat(const std::string& document) {
        return wait(
            ask<DocumentStat>([&](auto done) { storage().stat(document, std::move(done)); }));
    }

    static std::vector<std::string> texts_of(const std::vector<StoredPart>& parts) {
        std::vector<std::string> texts;
        for (const StoredPart& part : parts) {
            texts.emplace_back(as_text(part.bytes.view()));
        }
        return texts;
    }

    static Code code_of(const Result<Appended>& result) {
        return result ? Code::ok : result.error().code;
    }

private:
    template <class T>
    Asked<T> expect_answer() {
        auto asked = std::make_shared<Answer<T>>();
        const std::lock_guard lock(mutex_);
        settled_.push_back([asked] { return asked->times > 0; });
        checks_.push_back([asked] {
            EXPECT_EQ(asked->times, 1u) << "each call is answered exactly once";
            EXPECT_FALSE(asked->came_inside_the_call)
                << "an answer never comes from inside its call";
        });
        return asked;
    }

    template <class T>
    Completion<T> completion_of(const Asked<T>& asked) {
        return [this, asked](Result<T> result) {
            const std::lock_guard lock(mutex_);
            ++asked->times;
            asked->came_inside_the_call |=
                asked->inside_the_call && std::this_thread::get_id() == asked->caller;
            asked->result.emplace(std::move(result));
            answered_.notify_all();
        };
    }

    template <class Condition>
    bool wait_until(const Condition& holds) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        std::unique_lock lock(mutex_);
        while (!holds() && std::chrono::steady_clock::now() < deadline) {
            lock.unlock();
            store_->advance();
            lock.lock();
            // A simulated store tells nobody that it has more to do, so the wait is short.
            answered_.wait_for(lock, std::chrono::milliseconds(2), holds);
        }
        return holds();
    }

    std::unique_ptr<StorageUnderTest> store_;
    std::uint64_t last_mark_ = 0x9e3779b97f4a7c15;

    // Guarded by `mutex_`.
    std::mutex mutex_;
    std::condition_variable answered_;
    std::vector<std::function<bool()>> settled_;
    std::vector<std::function<void()>> checks_;
};

}  // namespace weft::conformance
