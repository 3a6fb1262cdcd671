// Death between any two statements: what a compaction, a thinning, a restore, a deletion or a migration was to change is
// all there afterwards, or nothing of it.
#include "sqlite_store.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>

namespace weft::storage {
namespace {

int steps_left = 0;  // of the child that dies

/// Each statement has a step where it begins and one where it has ended.
int count_step(unsigned, void*, void*, void*) {
    if (--steps_left == 0) {
        kill(getpid(), SIGKILL);
    }
    return 0;
}

int watch_connection(sqlite3* connection, const char**, const void*) {
    sqlite3_trace_v2(connection, SQLITE_TRACE_STMT | SQLITE_TRACE_PROFILE, &count_step, nullptr);
    return SQLITE_OK;
}

using Change = std::function<bool(SqliteStore&)>;

/// Runs `change` on the file in a child that dies at `step`. True: it had ended before.
bool survives_step(const std::string& path, const Change& change, int step) {
    const pid_t child = fork();
    if (child == 0) {
        steps_left = step;
        sqlite3_auto_extension(reinterpret_cast<void (*)()>(&watch_connection));
        SqliteStore store({path});
        _exit(store.start() && change(store) ? 0 : 1);
    }
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0) << "the change was refused";
    return WIFEXITED(status);
}

/// All that people and nodes can see of a document.
std::string picture_of(const std::string& path) {
    SqliteStore store({path});
    EXPECT_TRUE(store.start());
    std::string picture;
    const Result<Loaded> loaded = store.load("notes");
    EXPECT_EQ(code_of(loaded), Code::ok) << loaded.error().message;
    if (!loaded) {
        return "damaged";
    }
    for (const std::string& part : outline_of(loaded->parts)) {
        picture += part + ", ";
    }
    for (const StoredPart& part : loaded->parts) {
        picture += as_text(part.bytes.view());
    }
    picture += ", covered " + std::to_string(loaded->head.covered) + ", version " +
               std::to_string(loaded->head.version) + ", epoch " +
               std::to_string(loaded->head.epoch) + ", tombstones " +
               std::to_string(loaded->tombstones.size());
    const auto versions = answer_of<std::vector<Version>>(
        [&](auto done) { store.storage().versions({"notes"}, std::move(done)); });
    for (const Version& version : versions ? *versions : std::vector<Version>()) {
        picture += ", " + std::to_string(version.number) + "@" + std::to_string(version.seq);
    }
    const auto stat =
        answer_of<DocumentStat>([&](auto done) { store.storage().stat("notes", std::move(done)); });
    return picture + ", bytes " + (stat ? std::to_string(stat->bytes) : "none");
}

class SqliteSteps : public testing::Test {
protected:
    std::string path() const { return folder_ / "weft.db"; }

    void prepare(const std::function<void(SqliteStore&)>& filling) {
        SqliteStore store({path()});
        ASSERT_TRUE(store.start());
        filling(store);
    }

    /// Lets a child die at every step of `change`, each time on a fresh copy of the file.
    void die_at_every_step(const Change& change) {
        const std::string before = picture_of(path());
        std::filesystem::copy_file(path(), folder_ / "whole.db");
        ASSERT_TRUE(survives_step(folder_ / "whole.db", change, 1'000'000));
        const std::string after = picture_of(folder_ / "whole.db");
        EXPECT_NE(before, after);
        bool was_after = false;
        int step = 1;
        for (bool ended = false; !ended; ++step) {
            const std::string copy = folder_ / ("step" + std::to_string(step) + ".db");
            std::filesystem::copy_file(path(), copy);
            ended = survives_step(copy, change, step);
            const std::string picture = picture_of(copy);
            EXPECT_TRUE(picture == before || picture == after)
                << "dead at step " << step << ": " << picture << "\nbefore: " << before
                << "\nafter: " << after;
            EXPECT_TRUE(!was_after || picture == after) << "step " << step << " fell back";
            was_after |= picture == after;
            std::filesystem::remove(copy);
            ASSERT_LT(step, 400);
        }
        EXPECT_TRUE(was_after);
        EXPECT_GT(step, 10) << "the steps are not counted";
    }

    FreshFolder folder_;
};

AppendRequest with_version(AppendRequest request, const std::string& label, NewVersion::At at) {
    NewVersion version;
    version.label = label;
    version.at = at;
    request.versions.push_back(version);
    return request;
}

Buffer buffer_of(const std::string& text) {
    return Buffer::copy_of(as_bytes(text));
}

void fill(SqliteStore& store) {
    ASSERT_TRUE(store.append("notes", {"a", "b"}));
    ASSERT_TRUE(store.append(
        with_version(request_of("notes", {"c"}), "one", NewVersion::At::after_the_rows)));
    ASSERT_TRUE(store.append("notes", {"d", "e", "f"}));
}

CompactRequest compaction(std::vector<NewSegment> segments) {
    CompactRequest request{"notes", 1, 0, 7, std::move(segments), {}, {}};
    request.content = "text";
    return request;
}

bool compact(SqliteStore& store, CompactRequest request) {
    return answer_of<void>(
               [&](auto done) { store.storage().compact(std::move(request), std::move(done)); })
        .ok();
}

TEST_F(SqliteSteps, OfACompactionEverythingIsThereOrNothing) {
    prepare(fill);
    die_at_every_step([](SqliteStore& store) {
        CompactRequest request =
            compaction({{1, buffer_of("a")}, {3, buffer_of("bc")}, {5, buffer_of("de")}});
        request.keyframe = buffer_of("abcde");
        return compact(store, std::move(request));
    });
}

TEST_F(SqliteSteps, OfAThinningEverythingIsThereOrNothing) {
    prepare([](SqliteStore& store) {
        fill(store);
        ASSERT_TRUE(compact(store, compaction({{1, buffer_of("a")},
                                               {2, buffer_of("b")},
                                               {3, buffer_of("c")},
                                               {5, buffer_of("de")}})));
    });
    die_at_every_step([](SqliteStore& store) {
        return answer_of<void>([&](auto done) {
                   store.storage().thin(
                       {"notes",
                        1,
                        {{1, {1, 2}, 7, buffer_of("ab")}, {3, {3, 5}, 7, buffer_of("cde")}},
                        {1},
                        {}},
                       std::move(done));
               })
            .ok();
    });
}

TEST_F(SqliteSteps, OfARestoreEverythingIsThereOrNothing) {
    prepare(fill);
    die_at_every_step([](SqliteStore& store) {
        AppendRequest request = with_version(request_of("notes", {"back", " to one"}), "before",
                                             NewVersion::At::before_the_rows);
        request = with_version(std::move(request), "after", NewVersion::At::after_the_rows);
        request.expect_version = 1;
        return store.append(std::move(request)).ok();
    });
}

TEST_F(SqliteSteps, OfADeletionEverythingIsThereOrNothing) {
    prepare([](SqliteStore& store) {
        fill(store);
        CompactRequest request = compaction({{3, buffer_of("abc")}});
        request.keyframe = buffer_of("abc");
        ASSERT_TRUE(compact(store, std::move(request)));
    });
    die_at_every_step([](SqliteStore& store) {
        return answer_of<Deleted>([&](auto done) {
                   store.storage().delete_document({"notes", 1, 6, buffer_of("sv")},
                                                   std::move(done));
               })
            .ok();
    });
}

/// A database as the first schema had it, made by the last program that wrote it.
void make_first_schema(const std::string& path) {
    std::ifstream file(WEFT_SOURCE_DIR "/tests/plugins/sqlite/schema_1.sql");
    const std::string sql{std::istreambuf_iterator<char>(file), {}};
    ASSERT_FALSE(sql.empty());
    OtherProgram(path).run(sql);
}

TEST_F(SqliteSteps, ADatabaseOfTheFirstSchemaIsReadAndWrittenOn) {
    make_first_schema(path());
    SqliteStore store({path()});
    const Result<void> started = store.start();
    ASSERT_TRUE(started) << started.error().message;
    const Result<Loaded> loaded = store.load("notes");
    ASSERT_TRUE(loaded) << loaded.error().message;
    EXPECT_EQ(outline_of(loaded->parts), (std::vector<std::string>{"row 1", "row 2", "row 3"}));
    EXPECT_EQ(as_text(loaded->parts[2].bytes.view()), "three");
    EXPECT_EQ(loaded->head.content_seq, 2u);
    LoadRequest with_authors{"notes"};
    with_authors.with_authors = true;
    const auto authored = answer_of<Loaded>(
        [&](auto done) { store.storage().load(std::move(with_authors), std::move(done)); });
    ASSERT_TRUE(authored);
    EXPECT_EQ(authored->parts[0].authored.at(0).author, "");
    EXPECT_GT(authored->parts[0].authored.at(0).first_unix_ms, 1'700'000'000'000);

    ASSERT_TRUE(store.append(
        with_version(request_of("notes", {"four"}), "first", NewVersion::At::after_the_rows)));
    CompactRequest request{"notes", 1, 0, loaded->parts[1].mark, {{2, buffer_of("onetwo")}},
                           {},      {}};
    EXPECT_TRUE(compact(store, std::move(request)));
    EXPECT_EQ(outline_of(store.load("notes")->parts),
              (std::vector<std::string>{"segment 1-2", "row 3", "row 4"}));
}

TEST_F(SqliteSteps, AMigrationThatDiesIsDoneAgainFromTheStart) {
    make_first_schema(path());
    int step = 1;
    for (bool ended = false; !ended; ++step) {
        const std::string copy = folder_ / ("step" + std::to_string(step) + ".db");
        std::filesystem::copy_file(path(), copy);
        ended = survives_step(
            copy, [](SqliteStore&) { return true; }, step);
        const std::string picture = picture_of(copy);
        EXPECT_EQ(picture.substr(0, 21), "row 1, row 2, row 3, ") << "dead at step " << step;
        std::filesystem::remove(copy);
        ASSERT_LT(step, 400);
    }
    EXPECT_GT(step, 20) << "the steps are not counted";
}

}  // namespace
}  // namespace weft::storage
