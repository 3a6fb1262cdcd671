// The server goes away, says no, or says nothing: nothing that was answered is lost, nothing is stored twice.
#include "postgres_store.hpp"

#include <gmock/gmock.h>

#include <array>
#include <atomic>
#include <cstdlib>

namespace weft::postgres {
namespace {

using testing::HasSubstr;
using Clock = std::chrono::steady_clock;

const std::string connected_backends = "pg_stat_activity WHERE application_name = 'weft'";

class PostgresOutage : public testing::Test {
protected:
    void TearDown() override {
        if (!server_.is_running()) {
            server_.start();
        }
    }

    Rows sql(const std::string& text) const { return server_.sql(text); }
    std::int64_t count(const std::string& of) const {
        return sql("SELECT count(*) FROM " + of).integer(0, 0);
    }
    Texts stored(PostgresStore& store, const std::string& document) {
        const Result<Loaded> loaded = store.load(document);
        return loaded ? texts_of(loaded->parts) : Texts{loaded.error().message};
    }

    /// Tries until the store takes it, as the kernel does.
    static bool append_patiently(PostgresStore& store, const std::string& document,
                                 const std::string& text) {
        return eventually([&] { return store.append(document, {text}).ok(); });
    }

    PostgresServer& server_ = shared_server();
    const std::string url_ = server_.empty_store();
};

/// Holds the head row of `document`, so that appends to it wait.
class HeldHead {
public:
    HeldHead(const std::string& url, const std::string& document)
        : connection_(*Connection::open(url + "?application_name=holder")) {
        EXPECT_TRUE(connection_.execute(
            "BEGIN; SELECT FROM weft_heads JOIN weft_documents USING (key) WHERE name = '" +
            document + "' FOR UPDATE OF weft_heads"));
    }
    void release() { EXPECT_TRUE(connection_.execute("COMMIT")); }

private:
    Connection connection_;
};

const std::string waiting_for_a_lock = connected_backends + " AND wait_event_type = 'Lock'";
const std::string waiting_for_a_standby = connected_backends + " AND wait_event = 'SyncRep'";

TEST_F(PostgresOutage, AnAppendWhoseBackendDiesBeforeTheCommitIsStoredOnce) {
    PostgresStore store(url_);
    ASSERT_TRUE(store.start());
    ASSERT_TRUE(store.append("notes", {"1"}));
    HeldHead held(url_, "notes");
    auto second = store.begin_append(request_of("notes", {"2"}, 4711));
    auto third = store.begin_append(request_of("notes", {"3"}));
    for (int times = 0; times < 2; ++times) {
        ASSERT_TRUE(eventually([&] { return count(waiting_for_a_lock) == 1; }));
        sql("SELECT pg_terminate_backend(pid) FROM " + waiting_for_a_lock);
    }
    held.release();
    EXPECT_EQ(second.get()->seqs.first, 2u);
    EXPECT_EQ(third.get()->seqs.first, 3u);
    EXPECT_EQ(stored(store, "notes"), (Texts{"1", "2", "3"}));
}

TEST_F(PostgresOutage, AnAppendWhoseBackendDiesAfterTheCommitIsFoundByItsMarks) {
    PostgresStore store(url_);
    ASSERT_TRUE(store.start());
    ASSERT_TRUE(store.append("notes", {"1"}));
    Asked<Appended> second;
    Asked<Appended> conditional;
    {
        // A commit that waits for a standby stands in the database already.
        const StandbyThatNeverAnswers standby;
        second = store.begin_append(request_of("notes", {"2", "3"}, 4711));
        AppendRequest request = request_of("new", {"only"}, 815);
        request.expect_seq = 0;
        conditional = store.begin_append(request);
        ASSERT_TRUE(eventually([&] { return count(waiting_for_a_standby) == 2; }));
        sql("SELECT pg_terminate_backend(pid) FROM " + waiting_for_a_standby);
        // Each is looked up on a new connection, and that commits behind the one in doubt.
        ASSERT_TRUE(eventually([&] { return count(waiting_for_a_standby) >= 1; }));
        EXPECT_EQ(second.wait_for(std::chrono::seconds(0)), std::future_status::timeout)
            << "no standby has it yet";
    }
    EXPECT_EQ(second.get()->seqs.last, 3u);
    EXPECT_EQ(conditional.get()->seqs.first, 1u);
    EXPECT_EQ(stored(store, "notes"), (Texts{"1", "2", "3"}));
    EXPECT_EQ(stored(store, "new"), (Texts{"only"}));
}

/// Appends to some documents without pause, as the kernel does: the same again until it is taken.
class Writers {
public:
    explicit Writers(PostgresStore& store) : store_(store) {
        for (int document = 0; document < document_count; ++document) {
            send(document);
        }
    }

    static std::string name_of(int document) { return "doc " + std::to_string(document); }

    int answered() const { return answered_; }

    /// No more are begun; waits until those under way are stored.
    bool finish() {
        finishing_ = true;
        return eventually([&] { return finished_ == document_count; });
    }

    /// What was answered, in order. After `finish`.
    const Texts& acknowledged(int document) const { return acknowledged_.at(document); }

    static constexpr int document_count = 12;

private:
    void send(int document) {
        Texts& all = acknowledged_[document];
        const std::string text = std::to_string(all.size());
        std::vector<AppendCall> batch;
        batch.push_back({request_of(name_of(document), {text, text + "b"}, ++mark_ * 2),
                         [this, document, text](Result<Appended> result) {
                             on_answer(document, text, std::move(result));
                         }});
        store_.storage().append(std::move(batch));
    }

    void on_answer(int document, const std::string& text, Result<Appended> result) {
        Texts& all = acknowledged_[document];
        if (result) {
            EXPECT_EQ(result->seqs.first, all.size() + 1) << name_of(document);
            all.insert(all.end(), {text, text + "b"});
            ++answered_;
        } else {
            EXPECT_EQ(result.error().code, Code::unavailable) << result.error().message;
            // This is the store's thread: an outage of seconds must not become millions of calls.
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        if (result && finishing_) {
            ++finished_;
        } else {
            send(document);
        }
    }

    PostgresStore& store_;
    std::atomic<std::uint64_t> mark_ = 0;
    std::atomic<int> answered_ = 0;
    std::atomic<bool> finishing_ = false;
    std::atomic<int> finished_ = 0;
    std::array<Texts, document_count> acknowledged_;  // each belongs to its document's appends
};

TEST_F(PostgresOutage, WhicheverBackendsDieUnderWritersEachAppendIsStoredOnceInOrder) {
    PostgresStore store(url_);
    ASSERT_TRUE(store.start());
    Writers writers(store);
    const int kills = std::getenv("WEFT_SOAK") != nullptr ? 2000 : 15;
    for (int i = 0; i < kills; ++i) {
        sql("SELECT pg_terminate_backend(pid) FROM " + connected_backends +
            " AND state <> 'idle' ORDER BY random() LIMIT 1");
        const int before = writers.answered();
        ASSERT_TRUE(eventually([&] { return writers.answered() > before; })) << "kill " << i;
    }
    ASSERT_TRUE(writers.finish());
    for (int document = 0; document < Writers::document_count; ++document) {
        EXPECT_EQ(stored(store, Writers::name_of(document)), writers.acknowledged(document));
    }
}

TEST_F(PostgresOutage, WhatWasAnsweredIsThereAfterTheServerWasKilledUnderWriters) {
    PostgresStore store(url_);
    ASSERT_TRUE(store.start());
    Writers writers(store);
    const int rounds = std::getenv("WEFT_SOAK") != nullptr ? 100 : 1;
    for (int round = 0; round < rounds; ++round) {
        const int before = writers.answered();
        ASSERT_TRUE(eventually([&] { return writers.answered() > before + 50; }));
        server_.stop(PostgresServer::Stop::killed);
        server_.start();
    }
    ASSERT_TRUE(writers.finish());
    for (int document = 0; document < Writers::document_count; ++document) {
        EXPECT_EQ(stored(store, Writers::name_of(document)), writers.acknowledged(document));
    }
}

TEST_F(PostgresOutage, WhileTheServerIsAwayCallsAreUnavailableAndAfterwardsItGoesOn) {
    PostgresStore store(url_);
    ASSERT_TRUE(store.start());
    ASSERT_TRUE(store.append("notes", {"before"}));
    server_.stop(PostgresServer::Stop::fast);
    const Result<Appended> refused = store.append("notes", {"lost"});
    ASSERT_EQ(code_of(refused), Code::unavailable);
    EXPECT_THAT(refused.error().message, HasSubstr("no connection to PostgreSQL: "));
    EXPECT_THAT(refused.error().message, HasSubstr("Connection refused"));
    EXPECT_EQ(code_of(store.load("notes")), Code::unavailable);
    EXPECT_EQ(code_of(store.write_content({"notes", 1, 1, "text"})), Code::unavailable);
    EXPECT_EQ(store.host().lines(LogLevel::warning).size(), 1u) << "told once, not at every call";
    EXPECT_FALSE(store.storage().status().up);
    EXPECT_THAT(store.storage().status().reason, HasSubstr("Connection refused"));

    server_.start();
    const auto back = Clock::now();
    EXPECT_TRUE(append_patiently(store, "notes", "after"));
    EXPECT_LT(Clock::now() - back, std::chrono::seconds(5));
    EXPECT_EQ(stored(store, "notes"), (Texts{"before", "after"}));
    ASSERT_TRUE(eventually([&] { return store.host().lines(LogLevel::info).size() == 2; }));
    EXPECT_THAT(store.host().lines(LogLevel::info).back(), HasSubstr("again"));
    EXPECT_TRUE(store.storage().status().up);
}

TEST_F(PostgresOutage, ConnectionsThatDiedWhileIdleAreReplacedUnnoticed) {
    PostgresStore store(url_);
    ASSERT_TRUE(store.start());
    ASSERT_TRUE(store.append("notes", {"1"}));
    ASSERT_TRUE(store.load("notes"));
    server_.stop(PostgresServer::Stop::fast);
    server_.start();
    EXPECT_EQ(stored(store, "notes"), (Texts{"1"}));
    EXPECT_TRUE(store.append("notes", {"2"}));
    EXPECT_TRUE(store.host().lines(LogLevel::warning).empty());
}

TEST_F(PostgresOutage, AServerThatSaysNothingIsWaitedFor) {
    PostgresStore store(url_);
    ASSERT_TRUE(store.start());
    ASSERT_TRUE(store.append("notes", {"1"}));
    server_.freeze();
    auto append = store.begin_append(request_of("notes", {"2"}));
    EXPECT_EQ(append.wait_for(std::chrono::milliseconds(100)), std::future_status::timeout);
    server_.thaw();
    EXPECT_TRUE(append.get());
    EXPECT_EQ(stored(store, "notes"), (Texts{"1", "2"}));
}

TEST_F(PostgresOutage, AStopDoesNotWaitForeverForAServerThatSaysNothing) {
    PostgresOptions options{url_};
    options.statement_timeout = std::chrono::milliseconds(300);
    PostgresStore store(options);
    ASSERT_TRUE(store.start());
    ASSERT_TRUE(store.append("notes", {"1"}));
    server_.freeze();
    auto append = store.begin_append(request_of("notes", {"2"}));
    EXPECT_EQ(append.wait_for(std::chrono::milliseconds(100)), std::future_status::timeout);
    auto stopped = std::async(std::launch::async, [&] { store.stop(); });
    const bool in_time = stopped.wait_for(std::chrono::seconds(10)) == std::future_status::ready;
    server_.thaw();
    EXPECT_TRUE(in_time);
    EXPECT_EQ(code_of(append.get()), Code::timeout) << "whether it happened is unknown";
}

TEST_F(PostgresOutage, AStatementThatTakesTooLongIsUnavailableAndGoesAgain) {
    PostgresOptions options{url_};
    options.statement_timeout = std::chrono::milliseconds(200);
    options.writers = 1;
    PostgresStore store(options);
    ASSERT_TRUE(store.start());
    ASSERT_TRUE(store.append("notes", {"1"}));
    HeldHead held(url_, "notes");
    const Result<Appended> late = store.append("notes", {"lost"});
    ASSERT_EQ(code_of(late), Code::unavailable);
    EXPECT_THAT(late.error().message, HasSubstr("timeout"));
    EXPECT_TRUE(store.append("other", {"x"}));
    held.release();
    EXPECT_TRUE(append_patiently(store, "notes", "2"));
    EXPECT_EQ(stored(store, "notes"), (Texts{"1", "2"}));
}

TEST_F(PostgresOutage, AReadOnlyServerIsUnavailableUntilItTakesWrites) {
    PostgresStore store(url_);
    ASSERT_TRUE(store.start());
    ASSERT_TRUE(store.append("notes", {"1"}));
    const auto set = [&](const std::string& value) {
        sql("ALTER SYSTEM SET default_transaction_read_only = " + value);
        sql("SELECT pg_reload_conf()");
    };
    set("on");
    ASSERT_TRUE(eventually([&] { return !store.append("notes", {"2"}); }));
    const Result<Appended> refused = store.append("notes", {"2"});
    EXPECT_EQ(code_of(refused), Code::unavailable);
    EXPECT_THAT(refused.error().message, HasSubstr("read-only"));
    EXPECT_TRUE(store.load("notes")) << "reading goes on";
    EXPECT_THAT(store.storage().status().reason, HasSubstr("read-only"));
    set("off");
    EXPECT_TRUE(append_patiently(store, "notes", "3"));
    EXPECT_TRUE(store.storage().status().up);
}

TEST_F(PostgresOutage, WithoutRoomForAConnectionOnlyWhatNeedsItIsUnavailable) {
    sql("DROP ROLE IF EXISTS crowded");
    sql("CREATE ROLE crowded LOGIN SUPERUSER");  // so that the tables are its own too
    sql("ALTER ROLE crowded NOSUPERUSER CONNECTION LIMIT 1");
    sql("GRANT ALL ON ALL TABLES IN SCHEMA public TO crowded");
    PostgresOptions options{"postgresql://crowded@" + url_.substr(url_.find('@') + 1)};
    options.writers = 1;
    options.readers = 1;
    PostgresStore store(options);
    const Result<void> started = store.start();
    ASSERT_TRUE(started) << started.error().message;
    ASSERT_TRUE(append_patiently(store, "notes", "1"));
    const Result<Loaded> refused = store.load("notes");
    ASSERT_EQ(code_of(refused), Code::unavailable);
    EXPECT_THAT(refused.error().message, HasSubstr("too many connections"));
    EXPECT_TRUE(store.append("notes", {"2"}));
    sql("ALTER ROLE crowded CONNECTION LIMIT 5");
    EXPECT_TRUE(eventually([&] { return store.load("notes").ok(); }));
}

TEST_F(PostgresOutage, AServerThatHasBegunToPromiseLessIsNotWrittenTo) {
    PostgresStore store(url_);
    ASSERT_TRUE(store.start());
    ASSERT_TRUE(store.append("notes", {"1"}));
    server_.stop(PostgresServer::Stop::fast);
    server_.start({"synchronous_commit=off"});
    const Result<Appended> refused = store.append("notes", {"lost"});
    EXPECT_EQ(code_of(refused), Code::unavailable);
    EXPECT_THAT(refused.error().message, HasSubstr("promises less than at the start"));
    server_.stop(PostgresServer::Stop::fast);
    server_.start();
    EXPECT_TRUE(append_patiently(store, "notes", "2"));
}

TEST_F(PostgresOutage, ADatabaseThatWasMadeAnewIsFilledAnew) {
    PostgresStore store(url_);
    ASSERT_TRUE(store.start());
    ASSERT_TRUE(store.append("other", {"x"}));
    ASSERT_TRUE(store.append("notes", {"1", "2"}));
    sql("DELETE FROM weft_documents; DELETE FROM weft_heads; DELETE FROM weft_updates");
    const Result<Appended> first = store.append("notes", {"first"});
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_EQ(first->seqs.first, 1u);
    EXPECT_EQ(stored(store, "notes"), (Texts{"first"}));
}

}  // namespace
}  // namespace weft::postgres
