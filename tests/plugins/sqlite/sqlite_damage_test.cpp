// Full disks, damaged pages and updates that are too large: what fails, for whom, and that it passes.
#include "sqlite_store.hpp"

#include <gmock/gmock.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

namespace weft::storage {
namespace {

using testing::Each;
using testing::HasSubstr;

/// All in one call, so in one transaction.
std::vector<Code> append_together(SqliteStore& store, std::vector<AppendRequest> requests) {
    std::vector<std::shared_ptr<std::promise<Code>>> promises;
    std::vector<AppendCall> batch;
    for (AppendRequest& request : requests) {
        promises.push_back(std::make_shared<std::promise<Code>>());
        batch.push_back({std::move(request), [promise = promises.back()](auto result) {
                             promise->set_value(code_of(result));
                         }});
    }
    store.storage().append(std::move(batch));
    std::vector<Code> codes;
    for (const auto& promise : promises) {
        codes.push_back(promise->get_future().get());
    }
    return codes;
}

/// No file of this process grows beyond a bound, as on a full disk.
class FullDisk {
public:
    explicit FullDisk(rlim_t file_bytes) {
        before_ = std::signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &limit_);
        const rlimit full{file_bytes, limit_.rlim_max};
        setrlimit(RLIMIT_FSIZE, &full);
    }
    ~FullDisk() {
        setrlimit(RLIMIT_FSIZE, &limit_);
        std::signal(SIGXFSZ, before_);
    }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;

private:
    rlimit limit_{};
    void (*before_)(int) = nullptr;
};

TEST(SqliteDamage, OnAFullDiskAppendsAreUnavailableUntilThereIsRoom) {
    const FreshFolder folder;
    SqliteStore store({folder / "weft.db"});
    ASSERT_TRUE(store.start());
    const std::string update(10000, 'x');
    std::uint64_t committed = 0;
    {
        const FullDisk full(1 << 20);
        Result<Appended> result = store.append("notes", {update});
        for (; result && committed < 1000; result = store.append("notes", {update})) {
            ++committed;
        }
        ASSERT_EQ(code_of(result), Code::unavailable);
        EXPECT_THAT(result.error().message, HasSubstr("cannot write notes"));
        EXPECT_THAT(append_together(store, {request_of("a", {update}), request_of("b", {update})}),
                    Each(Code::unavailable));
        EXPECT_EQ(store.load("notes")->head.seq, committed) << "reading goes on";
        const StorageStatus status = store.storage().status();
        EXPECT_FALSE(status.up);
        EXPECT_FALSE(status.reason.empty());
        EXPECT_GT(status.since_unix_ms, 0);
    }
    EXPECT_EQ(store.append("notes", {update})->seqs.first, committed + 1);
    EXPECT_TRUE(store.storage().status().up);
    EXPECT_EQ(store.load("notes")->parts.size(), committed + 1);
}

/// Runs in a process of its own, whose mounts go with it. The exit code tells the line that failed.
int fill_a_tiny_file_system(const std::string& folder) {
    if (unshare(CLONE_NEWNS) != 0 ||
        mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        mount("tmpfs", folder.c_str(), "tmpfs", 0, "size=1m") != 0) {
        return 77;
    }
    SqliteStore store({folder + "/weft.db"});
    if (!store.start() || store.host().lines(LogLevel::warning).size() != 1) {
        return 1;
    }
    std::ofstream(folder + "/ballast") << std::string(400 << 10, 'x');
    const std::string update(10000, 'x');
    Result<Appended> result = store.append("notes", {update});
    std::uint64_t committed = 0;
    for (; result && committed < 1000; result = store.append("notes", {update})) {
        ++committed;
    }
    if (code_of(result) != Code::unavailable) {
        return 2;
    }
    std::filesystem::remove(folder + "/ballast");
    result = store.append("notes", {update});
    return result && result->seqs.first == committed + 1 ? 0 : 3;
}

TEST(SqliteDamage, AFileSystemThatFillsUpIsSurvivedAndOneInMemoryIsWarnedOf) {
    const FreshFolder folder;
    const pid_t child = fork();
    if (child == 0) {
        _exit(fill_a_tiny_file_system(folder.path().string()));
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status)) << "ended by signal " << WTERMSIG(status);
    if (WEXITSTATUS(status) == 77) {
        GTEST_SKIP() << "no file system can be mounted here";
    }
    EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(SqliteDamage, ADocumentWhoseRowsContradictItsHeadFailsAlone) {
    const FreshFolder folder;
    SqliteStore store({folder / "weft.db"});
    ASSERT_TRUE(store.start());
    ASSERT_TRUE(store.append("bad", {"1"}));
    OtherProgram(folder / "weft.db").run("UPDATE weft_documents SET head = 0");
    EXPECT_THAT(append_together(store, {request_of("before", {"x"}), request_of("bad", {"2"}),
                                        request_of("after", {"y", "z"})}),
                testing::ElementsAre(Code::ok, Code::corrupt, Code::ok));
    EXPECT_EQ(store.load("before")->head.seq, 1u);
    EXPECT_EQ(code_of(store.load("bad")), Code::corrupt);
    EXPECT_EQ(store.load("after")->head.seq, 2u);
}

TEST(SqliteDamage, WhatAnotherProgramWroteIsSeenByTheNextAppend) {
    const FreshFolder folder;
    SqliteStore store({folder / "weft.db"});
    ASSERT_TRUE(store.start());
    ASSERT_TRUE(store.append("notes", {"1", "2"}));
    OtherProgram(folder / "weft.db").run("UPDATE weft_documents SET algorithm = 'other'");
    EXPECT_EQ(code_of(store.append("notes", {"3"})), Code::conflict);
    OtherProgram(folder / "weft.db").run("UPDATE weft_documents SET algorithm = 'yjs'");
    EXPECT_EQ(store.append("notes", {"3"})->seqs.first, 3u);
}

TEST(SqliteDamage, AnAppendThatWasUndoneLeavesNoSeqBehind) {
    const FreshFolder folder;
    SqliteStore store({folder / "weft.db"});
    ASSERT_TRUE(store.start());
    ASSERT_TRUE(store.append("notes", {"1"}));
    ASSERT_TRUE(store.append("bad", {"1"}));
    OtherProgram(folder / "weft.db").run("UPDATE weft_documents SET head = 0 WHERE name = 'bad'");
    EXPECT_THAT(append_together(store, {request_of("notes", {"2"}), request_of("new", {"1"}),
                                        request_of("bad", {"2"})}),
                testing::ElementsAre(Code::ok, Code::ok, Code::corrupt));
    EXPECT_EQ(store.append("notes", {"3"})->seqs.first, 3u);
    EXPECT_EQ(store.append("new", {"2"})->seqs.first, 2u);
    EXPECT_EQ(store.load("notes")->parts.size(), 3u);
    EXPECT_EQ(store.load("new")->parts.size(), 2u);
}

TEST(SqliteDamage, AnAppendBeyondSqlitesLimitIsRefusedForGood) {
    const FreshFolder folder;
    SqliteStore store({folder / "weft.db"});
    ASSERT_TRUE(store.start());
    constexpr std::size_t size = 1'500'000'000;
    void* memory =
        mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    ASSERT_NE(memory, MAP_FAILED);
    AppendRequest request = request_of("notes", {"fits"});
    weft_buf huge{};
    huge.data = static_cast<const std::uint8_t*>(memory);
    huge.size = size;
    request.rows.push_back({1, Buffer::adopt(huge)});
    EXPECT_EQ(code_of(store.append(std::move(request))), Code::limit);
    EXPECT_FALSE(store.load("notes")->head.exists) << "all rows or none";
    EXPECT_TRUE(store.append("notes", {"fits"}));
    munmap(memory, size);
}

/// Overwrites the header of each page that holds only rows of `mine`.
int damage_pages(const std::string& path, const std::string& mine, const std::string& not_mine) {
    constexpr std::size_t page_size = 4096;
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    std::string page(page_size, '\0');
    int damaged = 0;
    for (std::size_t number = 0; file.read(page.data(), page_size); ++number) {
        if (page.find(mine) != std::string::npos && page.find(not_mine) == std::string::npos) {
            file.seekp(static_cast<std::streamoff>(number * page_size));
            file.write("damaged!", 8);
            file.seekg(static_cast<std::streamoff>((number + 1) * page_size));
            ++damaged;
        }
    }
    return damaged;
}

TEST(SqliteDamage, ADamagedPageFailsOnlyTheDocumentWhoseRowsItHolds) {
    const FreshFolder folder;
    {
        SqliteStore store({folder / "weft.db"});
        ASSERT_TRUE(store.start());
        for (const std::string document : {"good", "bad", "fine"}) {
            const std::vector<AppendRequest> appends(
                300, request_of(document, {"an update of " + document}));
            EXPECT_THAT(append_together(store, appends), Each(Code::ok));
        }
    }
    ASSERT_GT(damage_pages(folder / "weft.db", "update of bad", "update of fine"), 0);

    SqliteStore store({folder / "weft.db"});
    ASSERT_TRUE(store.start());
    const Result<Loaded> bad = store.load("bad");
    ASSERT_EQ(code_of(bad), Code::corrupt);
    EXPECT_THAT(bad.error().message, HasSubstr("bad: database disk image is malformed"));
    EXPECT_EQ(store.load("fine")->parts.size(), 300u);
    EXPECT_EQ(store.append("fine", {"x"})->seqs.first, 301u);
    EXPECT_EQ(store.append("new", {"x"})->seqs.first, 1u);
}

}  // namespace
}  // namespace weft::storage
