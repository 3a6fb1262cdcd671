// Starting: what an operator meets, and what a database user sees afterwards.
#include "postgres_store.hpp"

#include "schema.hpp"

#include <gmock/gmock.h>

namespace weft::postgres {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string where = "storage.url (weft.yaml:14:9): ";

std::string here(const std::string& database) {
    return shared_server().url(database);
}

std::string refusal_of(PostgresOptions options) {
    PostgresStore store(std::move(options));
    const Result<void> started = store.start();
    if (started) {
        return "it started";
    }
    EXPECT_EQ(started.error().code, Code::config);
    EXPECT_EQ(started.error().message.find('\n'), std::string::npos);
    return started.error().message;
}

std::string refusal_of(const std::string& url) {
    return refusal_of(PostgresOptions{url});
}

/// `config check` says it without a server.
std::string check_of(const std::string& url) {
    PostgresStore store(url);
    const Result<void> checked = store.configure();
    return checked ? "it is right" : checked.error().message;
}

TEST(PostgresConfig, AnUrlMustBeGiven) {
    EXPECT_EQ(check_of(""),
              where +
                  "must say where the database is: postgresql://user:password@host:port/database");
}

TEST(PostgresConfig, AnOptionThatLibpqDoesNotKnowIsNamed) {
    EXPECT_EQ(check_of("postgresql://h/d?sslmod=require"),
              where + "invalid URI query parameter: \"sslmod\"");
    EXPECT_EQ(check_of("host=h databas=d"), where + "invalid connection option \"databas\"");
}

TEST(PostgresConfig, AnUrlThatCannotBeReadIsNotRepeated) {
    for (const char* url : {"postgres//weft:hush@host/d", "postgresql://weft:hush%zz@host/d",
                            "postgresql://weft:hu[sh@[host/d", "postgresql://weft@host/d?password",
                            "host=h password='hush"}) {
        EXPECT_THAT(check_of(url), StartsWith(where + "cannot be read as "
                                                      "postgresql://user:password@host:port/"
                                                      "database: "));
        EXPECT_THAT(check_of(url), Not(HasSubstr("hu")));
    }
}

TEST(PostgresConfig, WhatLibpqTakesIsRight) {
    for (const char* url : {"postgresql://weft:hush@a,b:5433/d?target_session_attrs=read-write",
                            "postgres:///d?host=/run/postgresql", "host=h dbname=d sslmode=require",
                            "postgresql://h/d?options=-csearch_path%3Dweft"}) {
        EXPECT_EQ(check_of(url), "it is right");
    }
}

TEST(PostgresStart, AWrongPasswordIsRefusedAndNotTold) {
    shared_server().sql("DROP ROLE IF EXISTS guarded; CREATE ROLE guarded LOGIN PASSWORD 'right'");
    const std::string port = std::to_string(shared_server().port());
    EXPECT_EQ(refusal_of("postgresql://guarded:hush@127.0.0.1:" + port + "/weft"),
              where + "postgresql://guarded@127.0.0.1:" + port +
                  "/weft: connection to server at \"127.0.0.1\", port " + port +
                  " failed: FATAL: password authentication failed for user \"guarded\"");
}

TEST(PostgresStart, AMissingDatabaseIsRefused) {
    EXPECT_THAT(refusal_of(here("nowhere")), HasSubstr("database \"nowhere\" does not exist"));
}

TEST(PostgresStart, ADatabaseWithoutUtf8IsRefused) {
    const std::string name =
        shared_server().make_empty_database("TEMPLATE template0 ENCODING 'LATIN1'");
    EXPECT_EQ(refusal_of(here(name)), where + here(name) +
                                          ": has the encoding LATIN1: documents are UTF-8, create "
                                          "the database with ENCODING 'UTF8'");
}

TEST(PostgresStart, AReadOnlyDatabaseWithoutTheTablesIsRefused) {
    const std::string name = shared_server().make_empty_database();
    shared_server().sql("ALTER DATABASE " + name + " SET default_transaction_read_only = on");
    EXPECT_THAT(refusal_of(here(name)), HasSubstr("read-only transaction"));
}

TEST(PostgresStart, ASchemaOfANewerWeftIsRefused) {
    const std::string name = shared_server().make_empty_database();
    shared_server().sql("CREATE TABLE weft_schema AS SELECT 4711::bigint AS version", name);
    EXPECT_EQ(refusal_of(here(name)),
              where + here(name) +
                  ": written by a newer weft: its schema is version 4711, this "
                  "one knows up to 2");
}

TEST(PostgresStart, ATableOfAnotherProgramIsNotTouched) {
    const std::string name = shared_server().make_empty_database();
    shared_server().sql("CREATE TABLE documents (mine text)", name);
    EXPECT_THAT(refusal_of(here(name)),
                HasSubstr("has a table or view named documents of another program"));
    EXPECT_EQ(shared_server().sql("SELECT to_regclass('weft_schema') IS NULL", name).text(0, 0),
              "t");
}

TEST(PostgresStart, ASchemaOfItsOwnIsEnough) {
    const std::string name = shared_server().make_empty_database();
    shared_server().sql("CREATE TABLE documents (mine text); CREATE SCHEMA weft", name);
    PostgresStore store(here(name) + "?options=-csearch_path%3Dweft");
    ASSERT_TRUE(store.start());
    EXPECT_TRUE(store.append("notes", {"x"}));
    EXPECT_EQ(shared_server().sql("SELECT id FROM weft.documents", name).text(0, 0), "notes");
}

TEST(PostgresStart, NodesThatStartTogetherMakeTheTablesOnce) {
    const std::string name = shared_server().make_empty_database();
    std::vector<std::future<bool>> started;
    for (int i = 0; i < 4; ++i) {
        started.push_back(std::async(std::launch::async, [&] {
            PostgresStore store(here(name));
            return store.start().ok() && store.append("notes", {"x"}).ok();
        }));
    }
    for (auto& one : started) {
        EXPECT_TRUE(one.get());
    }
    EXPECT_EQ(shared_server().sql("SELECT seq FROM documents", name).integer(0, 0), 4);
}

Durability durability_at(const std::string& url, const std::string& told) {
    PostgresStore store(url);
    EXPECT_EQ(store.storage().durability(), Durability::stable) << "before the start";
    const Result<void> started = store.start();
    EXPECT_TRUE(started) << started.error().message;
    const bool weak = store.storage().durability() < Durability::stable;
    EXPECT_THAT(store.host().lines(weak ? LogLevel::warning : LogLevel::info),
                ElementsAre(HasSubstr(told)));
    EXPECT_EQ(code_of(store.append("notes", {"x"})), weak ? Code::unsupported : Code::ok);
    return store.storage().durability();
}

TEST(PostgresStart, WhatTheServerPromisesIsReadFromItsSettings) {
    const std::string url = shared_server().empty_store();
    EXPECT_EQ(durability_at(url, "commits survive a power cut (fsync=on, synchronous_commit=on)"),
              Durability::stable);
    EXPECT_EQ(durability_at(url + "?options=-csynchronous_commit%3Doff",
                            "survive a crash of this program only (synchronous_commit=off)"),
              Durability::handed_over);
}

TEST(PostgresStart, AServerThatDoesNotSyncPromisesNoMoreThanTheCrashOfAProgram) {
    const std::string url = shared_server().empty_store();
    shared_server().stop(PostgresServer::Stop::fast);
    shared_server().start({"fsync=off"});
    EXPECT_EQ(durability_at(url, "survive a crash of this program only (fsync=off)"),
              Durability::handed_over);
    shared_server().stop(PostgresServer::Stop::fast);
    shared_server().start();
}

TEST(PostgresStart, OnlyASynchronousStandbyMakesItReplicated) {
    const auto promised = [](const std::string& commit) {
        Result<Connection> connection = Connection::open(here("weft"));
        EXPECT_TRUE(connection->execute("SET synchronous_commit = " + commit));
        return promise_of(*connection)->durability;
    };
    EXPECT_EQ(promised("on"), Durability::stable);
    const StandbyThatNeverAnswers standby;
    EXPECT_EQ(promised("on"), Durability::replicated);
    EXPECT_EQ(promised("remote_apply"), Durability::replicated);
    EXPECT_EQ(promised("remote_write"), Durability::stable);
    EXPECT_EQ(promised("local"), Durability::stable);
}

TEST(PostgresStart, ADatabaseThatIsAwayIsWaitedFor) {
    const std::string url = shared_server().empty_store();
    shared_server().stop(PostgresServer::Stop::fast);
    PostgresOptions options{url};
    options.connect_timeout = std::chrono::seconds(2);
    EXPECT_THAT(refusal_of(options), HasSubstr("Connection refused"));

    options.connect_timeout = std::chrono::seconds(60);
    PostgresStore store(options);
    auto started = std::async(std::launch::async, [&] { return store.start(); });
    ASSERT_TRUE(eventually([&] { return !store.host().lines(LogLevel::warning).empty(); }));
    EXPECT_THAT(store.host().lines(LogLevel::warning).front(), StartsWith("waiting for " + url));
    shared_server().start();
    const Result<void> is_started = started.get();
    ASSERT_TRUE(is_started) << is_started.error().message;
    EXPECT_TRUE(store.append("notes", {"x"}));
}

TEST(PostgresViews, ShowTextAndNumbers) {
    const std::string url = shared_server().empty_store();
    PostgresStore store(url);
    ASSERT_TRUE(store.start());
    ASSERT_TRUE(store.append("notes", {"12345", "123"}));
    ASSERT_TRUE(store.write_content({"notes", 1, 2, "caf\xc3\xa9 {\"quoted\\\", \n text}"}));
    shared_server().sql("INSERT INTO weft_versions (doc_key, number, seq, label, author, content, "
                        "created_at) SELECT key, 1, 2, 'draft', 'Ada', 'as it was', now() "
                        "FROM weft_documents");

    const Rows documents = shared_server().sql("SELECT id, content, version FROM documents");
    ASSERT_EQ(documents.count(), 1);
    EXPECT_EQ(documents.text(0, 0), "notes");
    EXPECT_EQ(documents.text(0, 1), "caf\xc3\xa9 {\"quoted\\\", \n text}");
    EXPECT_EQ(documents.text(0, 2), "0");
    const Rows versions =
        shared_server().sql("SELECT document_id, content, version_number FROM document_versions");
    ASSERT_EQ(versions.count(), 1);
    EXPECT_EQ(versions.text(0, 0), "notes");
    EXPECT_EQ(versions.text(0, 1), "as it was");
    EXPECT_EQ(versions.text(0, 2), "1");
    const Rows updates =
        shared_server().sql("SELECT document_id, seq, size FROM document_updates ORDER BY 2");
    ASSERT_EQ(updates.count(), 2);
    EXPECT_EQ(updates.text(1, 0), "notes");
    EXPECT_EQ(updates.text(1, 1), "2");
    EXPECT_EQ(updates.text(1, 2), "3");
    EXPECT_EQ(shared_server()
                  .sql("SELECT count(*) FROM information_schema.columns WHERE data_type = 'bytea' "
                       "AND table_name IN ('documents', 'document_versions', 'document_updates')")
                  .integer(0, 0),
              0);
}

}  // namespace
}  // namespace weft::postgres
