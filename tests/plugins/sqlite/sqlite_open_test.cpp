// Opening, closing and sharing the file: what an operator meets.
#include "sqlite_store.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <sstream>

namespace weft::storage {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const char* const where = "storage.path (weft.yaml:14:9): ";

std::string refusal_of(SqliteOptions options) {
    SqliteStore store(std::move(options));
    const Result<void> started = store.start();
    if (started) {
        return "it started";
    }
    EXPECT_EQ(started.error().code, Code::config);
    EXPECT_EQ(started.error().message.find('\n'), std::string::npos);
    return started.error().message;
}

std::string contents_of(const std::string& path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// What the tool `sqlite3` prints; nothing if there is no such tool.
std::optional<std::string> sqlite3_tool(const std::string& path, const std::string& arguments) {
    if (std::system("command -v sqlite3 >/dev/null 2>&1") != 0) {
        return std::nullopt;
    }
    std::FILE* pipe = popen(("sqlite3 " + path + " " + arguments + " 2>&1").c_str(), "r");
    std::string out;
    for (int byte = std::fgetc(pipe); byte != EOF; byte = std::fgetc(pipe)) {
        out.push_back(static_cast<char>(byte));
    }
    EXPECT_EQ(pclose(pipe), 0) << out;
    return out;
}

TEST(SqliteOpen, MissingFoldersAreCreated) {
    const FreshFolder folder;
    SqliteStore store({folder / "a/b/c/weft.db"});
    ASSERT_TRUE(store.start());
    EXPECT_TRUE(store.append("notes", {"x"}));
    EXPECT_TRUE(std::filesystem::exists(folder / "a/b/c/weft.db"));
}

TEST(SqliteOpen, ASecondWeftIsRefusedWithThePidAndTheFileOfTheFirst) {
    const FreshFolder folder;
    SqliteStore first({folder / "weft.db"});
    ASSERT_TRUE(first.start());
    const std::string message = refusal_of({folder / "weft.db"});
    EXPECT_THAT(message, StartsWith(where));
    EXPECT_THAT(message,
                HasSubstr("in use by another weft (pid " + std::to_string(getpid()) + ", since "));
    EXPECT_THAT(message, HasSubstr(folder / "weft.db.lock"));
    EXPECT_TRUE(first.append("notes", {"x"})) << "the first goes on";
}

TEST(SqliteOpen, ALinkToTheFileIsNoWayAroundTheLock) {
    const FreshFolder folder;
    SqliteStore first({folder / "weft.db"});
    ASSERT_TRUE(first.start());
    std::filesystem::create_symlink(folder / "weft.db", folder / "link.db");
    EXPECT_THAT(refusal_of({folder / "link.db"}), HasSubstr("in use by another weft"));
}

TEST(SqliteOpen, ACleanStopLeavesTheDatabaseAlone) {
    const FreshFolder folder;
    SqliteStore store({folder / "weft.db"});
    ASSERT_TRUE(store.start());
    ASSERT_TRUE(store.append("notes", {"x"}));
    EXPECT_TRUE(std::filesystem::exists(folder / "weft.db.lock"));
    store.stop();
    for (const char* suffix : {".lock", "-wal", "-shm"}) {
        EXPECT_FALSE(std::filesystem::exists(folder / ("weft.db" + std::string(suffix)))) << suffix;
    }
    EXPECT_TRUE(std::filesystem::exists(folder / "weft.db"));
}

TEST(SqliteOpen, AStopFinishesWhatIsQueued) {
    const FreshFolder folder;
    std::atomic<int> committed = 0;
    {
        SqliteStore store({folder / "weft.db"});
        ASSERT_TRUE(store.start());
        for (int i = 0; i < 200; ++i) {
            std::vector<AppendCall> batch;
            batch.push_back({request_of("notes", {"update"}),
                             [&](auto result) { committed += result ? 1 : 0; }});
            store.storage().append(std::move(batch));
        }
        store.stop();
        EXPECT_EQ(committed, 200);
    }
    SqliteStore again({folder / "weft.db"});
    ASSERT_TRUE(again.start());
    EXPECT_EQ(again.load("notes")->head.seq, 200u);
}

TEST(SqliteOpen, AMemoryDatabaseIsRefusedBeforeAnythingIsOpened) {
    RecordingHost host;
    for (const char* path : {"", ":memory:", "folder/"}) {
        SqliteStorage storage(host, {path});
        const Result<void> configured = storage.configure();
        ASSERT_FALSE(configured) << path;
        EXPECT_EQ(configured.error().code, Code::config);
        EXPECT_THAT(configured.error().message, StartsWith(where));
    }
    const FreshFolder folder;
    SqliteStorage storage(host, {folder / "data/weft.db"});
    EXPECT_TRUE(storage.configure());
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(SqliteOpen, AFolderThatCannotBeMadeIsRefused) {
    const FreshFolder folder;
    std::ofstream(folder / "file") << "no folder";
    const std::string message = refusal_of({folder / "file/weft.db"});
    EXPECT_THAT(message, StartsWith(where));
    EXPECT_THAT(message, HasSubstr(folder / "file"));
    EXPECT_THAT(refusal_of({folder.path().string()}), HasSubstr("is a folder, not a file"));
}

TEST(SqliteOpen, AFolderWithoutWriteAccessIsRefused) {
    const FreshFolder folder;
    std::filesystem::create_directory(folder / "closed");
    ASSERT_EQ(chmod((folder / "closed").c_str(), 0555), 0);
    ASSERT_EQ(chmod(folder.path().c_str(), 0755), 0);
    const bool was_root = geteuid() == 0;  // whom no mode keeps out
    if (was_root) {
        ASSERT_EQ(seteuid(65534), 0);
    }
    const std::string message = refusal_of({folder / "closed/weft.db"});
    if (was_root) {
        ASSERT_EQ(seteuid(0), 0);
    }
    EXPECT_THAT(message, StartsWith(where));
    EXPECT_THAT(message, HasSubstr("Permission denied"));
}

TEST(SqliteOpen, AFileThatIsNoDatabaseIsRefusedAndLeftAlone) {
    const FreshFolder folder;
    const std::string text(5000, 'x');
    std::ofstream(folder / "weft.db") << text;
    EXPECT_THAT(refusal_of({folder / "weft.db"}), HasSubstr("file is not a database"));
    EXPECT_EQ(contents_of(folder / "weft.db"), text);
    EXPECT_FALSE(std::filesystem::exists(folder / "weft.db.lock"));
}

TEST(SqliteOpen, ADatabaseOfAnotherProgramIsRefused) {
    const FreshFolder folder;
    OtherProgram(folder / "weft.db").run("CREATE TABLE documents (id INTEGER)");
    EXPECT_THAT(refusal_of({folder / "weft.db"}), HasSubstr("holds the tables of another program"));
}

TEST(SqliteOpen, ADatabaseOfANewerWeftIsRefused) {
    const FreshFolder folder;
    {
        SqliteStore store({folder / "weft.db"});
        ASSERT_TRUE(store.start());
    }
    OtherProgram(folder / "weft.db").run("UPDATE weft_schema SET version = 99");
    EXPECT_THAT(
        refusal_of({folder / "weft.db"}),
        HasSubstr("written by a newer weft: its schema is version 99, this one knows up to 2"));
}

TEST(SqliteOpen, WhatWasCommittedIsThereAfterReopening) {
    const FreshFolder folder;
    for (std::uint64_t run = 1; run <= 3; ++run) {
        SqliteStore store({folder / "weft.db"});
        ASSERT_TRUE(store.start());
        EXPECT_EQ(store.append("notes", {"x"})->seqs.first, run);
    }
}

TEST(SqliteOpen, TheToolReadsTheViewsWhileWeftRuns) {
    const FreshFolder folder;
    SqliteStore store({folder / "weft.db"});
    ASSERT_TRUE(store.start());
    ASSERT_TRUE(store.append("notes", {"12345", "123"}));
    ASSERT_TRUE(store.append("empty", {"1"}));
    ASSERT_TRUE(store.write_content({"notes", 1, 2, "Hello, world"}));
    const auto documents = sqlite3_tool(folder / "weft.db",
                                        "'SELECT id, content, version FROM documents ORDER BY id'");
    ASSERT_TRUE(documents) << "the sqlite3 tool does not run";
    EXPECT_EQ(*documents, "empty||0\nnotes|Hello, world|0\n");
    EXPECT_EQ(sqlite3_tool(folder / "weft.db",
                           "'SELECT document_id, seq, size FROM document_updates ORDER BY 1, 2'"),
              "empty|1|1\nnotes|1|5\nnotes|2|3\n");
    EXPECT_EQ(
        sqlite3_tool(folder / "weft.db",
                     "'SELECT id, document_id, content, version_number FROM document_versions'"),
        "");
    EXPECT_TRUE(store.append("notes", {"and on"})) << "a reader holds up no writer";
}

TEST(SqliteOpen, SelectStarShowsNothingBinary) {
    const FreshFolder folder;
    SqliteStore store({folder / "weft.db"});
    ASSERT_TRUE(store.start());
    ASSERT_TRUE(store.append("notes", {std::string("\0\xff\x01", 3)}));
    OtherProgram(folder / "weft.db")
        .run("INSERT INTO weft_versions (doc_key, number, seq, label, author, content, created_at) "
             "VALUES (1, 1, 1, 'first', 'ada', 'text', 0)");
    for (const char* view : {"documents", "document_versions", "document_updates"}) {
        const auto rows =
            sqlite3_tool(folder / "weft.db", std::string("-quote 'SELECT * FROM ") + view + "'");
        ASSERT_TRUE(rows) << "the sqlite3 tool does not run";
        EXPECT_THAT(*rows, HasSubstr("'notes'")) << view;
        EXPECT_EQ(rows->find("X'"), std::string::npos) << view << ": " << *rows;
    }
}

TEST(SqliteOpen, WhileAnotherProgramWritesAnAppendIsUnavailableAndThenGoesOn) {
    const FreshFolder folder;
    SqliteStore store({folder / "weft.db", std::chrono::milliseconds(20)});
    ASSERT_TRUE(store.start());
    ASSERT_TRUE(store.append("notes", {"1"}));
    OtherProgram other(folder / "weft.db");
    other.run("BEGIN IMMEDIATE");
    EXPECT_EQ(code_of(store.append("notes", {"2"})), Code::unavailable);
    EXPECT_EQ(code_of(store.load("notes")), Code::ok);
    other.run("ROLLBACK");
    EXPECT_EQ(store.append("notes", {"2"})->seqs.first, 2u);
}

TEST(SqliteOpen, TheLogStaysBounded) {
    const FreshFolder folder;
    SqliteStore store({folder / "weft.db"});
    ASSERT_TRUE(store.start());
    const std::string update(1 << 20, 'x');
    for (int i = 0; i < 50; ++i) {
        ASSERT_TRUE(store.append("notes", {update}));
    }
    EXPECT_LT(std::filesystem::file_size(folder / "weft.db-wal"), 24u << 20);
    store.stop();
    EXPECT_GT(std::filesystem::file_size(folder / "weft.db"), 50u << 20);
}

}  // namespace
}  // namespace weft::storage
