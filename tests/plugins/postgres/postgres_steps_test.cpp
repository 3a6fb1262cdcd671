// Connections that end at any step of a compaction, a thinning, a restore or a deletion: all of it is there afterwards, or
// nothing, and whoever was told something was told the truth. And the way from the first schema.
#include "cutting_proxy.hpp"
#include "postgres_store.hpp"

#include <fstream>
#include <functional>
#include <iterator>

namespace weft::postgres {
namespace {

Buffer buffer_of(const std::string& text) {
    return Buffer::copy_of(as_bytes(text));
}

AppendRequest with_version(AppendRequest request, const std::string& label, NewVersion::At at) {
    NewVersion version;
    version.label = label;
    version.at = at;
    request.versions.push_back(version);
    return request;
}

Result<void> compact(PostgresStore& store, CompactRequest request) {
    return ask<void>(
               [&](auto done) { store.storage().compact(std::move(request), std::move(done)); })
        .get();
}

/// Rows 7 to 12 are marked so; version 1 stands at seq 3.
void fill(PostgresStore& store, const std::string& document) {
    ASSERT_TRUE(store.append(document, {"a", "b"}));
    ASSERT_TRUE(store.append(
        with_version(request_of(document, {"c"}, 9), "one", NewVersion::At::after_the_rows)));
    ASSERT_TRUE(store.append(request_of(document, {"d", "e", "f"}, 10)));
}

class PostgresSteps : public testing::Test {
protected:
    using Change = std::function<Code(PostgresStore&, const std::string& document)>;
    using Filling = std::function<void(PostgresStore&, const std::string& document)>;

    std::string picture_of(const std::string& document) {
        const Result<Loaded> loaded = direct_.load(document);
        EXPECT_EQ(code_of(loaded), Code::ok) << loaded.error().message;
        if (!loaded) {
            return "damaged";
        }
        std::string picture;
        for (const StoredPart& part : loaded->parts) {
            picture += std::to_string(static_cast<int>(part.kind)) + " to " +
                       std::to_string(part.seqs.last) + " " +
                       std::string(as_text(part.bytes.view())) + ", ";
        }
        picture += "covered " + std::to_string(loaded->head.covered) + ", version " +
                   std::to_string(loaded->head.version) + ", epoch " +
                   std::to_string(loaded->head.epoch) + ", tombstones " +
                   std::to_string(loaded->tombstones.size());
        const auto versions = ask<std::vector<Version>>([&](auto done) {
                                  direct_.storage().versions({document}, std::move(done));
                              }).get();
        for (const Version& version : versions ? *versions : std::vector<Version>()) {
            picture += ", " + std::to_string(version.number) + "@" + std::to_string(version.seq);
        }
        const auto stat = ask<DocumentStat>([&](auto done) {
                              direct_.storage().stat(document, std::move(done));
                          }).get();
        return picture + ", bytes " + (stat ? std::to_string(stat->bytes) : "none");
    }

    static PostgresOptions options_by(const CuttingProxy& proxy) {
        PostgresOptions options{"postgresql://weft@127.0.0.1:" + std::to_string(proxy.port()) +
                                "/weft"};
        options.writers = 1;
        options.readers = 1;
        return options;
    }

    /// When this returns the server has done what it was sent.
    static Code answer_when_cut_at(int step, const Change& change, const std::string& document,
                                   bool& cut) {
        CuttingProxy proxy(shared_server().port());
        // A store of its own: one that has lost a connection just before waits until it connects again.
        PostgresStore store(options_by(proxy));
        EXPECT_TRUE(store.start());
        EXPECT_TRUE(store.append("warm", {"x"})) << "the connection is there";
        proxy.cut_at(step);
        const Code code = change(store, document);
        cut = proxy.has_cut();
        return code;
    }

    /// Cuts the connection at every step of `change`, each time on a fresh document.
    void cut_at_every_step(const Filling& filling, const Change& change) {
        ASSERT_TRUE(direct_.start());
        filling(direct_, "whole");
        const std::string before = picture_of("whole");
        ASSERT_EQ(change(direct_, "whole"), Code::ok);
        const std::string after = picture_of("whole");
        EXPECT_NE(before, after);

        int step = 1;
        for (bool cut = true; cut; ++step) {
            const std::string document = "step " + std::to_string(step);
            filling(direct_, document);
            const Code code = answer_when_cut_at(step, change, document, cut);
            const std::string picture = picture_of(document);
            EXPECT_TRUE(picture == before || picture == after)
                << "cut at step " << step << ": " << picture << "\nbefore: " << before
                << "\nafter: " << after;
            if (code != Code::timeout) {
                EXPECT_EQ(picture, code == Code::ok ? after : before)
                    << "cut at step " << step << ", answered " << name_of(code);
            }
            ASSERT_LT(step, 200);
        }
        EXPECT_GT(step, 8) << "the steps are not counted";
    }

    const std::string url_ = shared_server().empty_store();
    PostgresStore direct_{url_};
};

TEST_F(PostgresSteps, OfACompactionEverythingIsThereOrNothing) {
    cut_at_every_step(fill, [](PostgresStore& store, const std::string& document) {
        CompactRequest request{document, 1, 0, 11, {}, buffer_of("abcde"), "text"};
        request.segments = {{3, buffer_of("abc")}, {5, buffer_of("de")}};
        return code_of(compact(store, std::move(request)));
    });
}

TEST_F(PostgresSteps, OfAThinningEverythingIsThereOrNothing) {
    const auto filling = [](PostgresStore& store, const std::string& document) {
        fill(store, document);
        CompactRequest request{document, 1, 0, 11, {}, {}, {}};
        request.segments = {
            {1, buffer_of("a")}, {2, buffer_of("b")}, {3, buffer_of("c")}, {5, buffer_of("de")}};
        ASSERT_TRUE(compact(store, std::move(request)));
    };
    cut_at_every_step(filling, [](PostgresStore& store, const std::string& document) {
        return code_of(ask<void>([&](auto done) {
                           store.storage().thin({document,
                                                 1,
                                                 {{1, {1, 2}, 8, buffer_of("ab")},
                                                  {3, {3, 5}, 11, buffer_of("cde")}},
                                                 {1},
                                                 {}},
                                                std::move(done));
                       }).get());
    });
}

TEST_F(PostgresSteps, OfARestoreEverythingIsThereOrNothing) {
    cut_at_every_step(fill, [](PostgresStore& store, const std::string& document) {
        AppendRequest request = with_version(request_of(document, {"back", " to one"}, 50),
                                             "before", NewVersion::At::before_the_rows);
        request = with_version(std::move(request), "after", NewVersion::At::after_the_rows);
        request.expect_version = 1;
        return code_of(store.append(std::move(request)));
    });
}

TEST_F(PostgresSteps, OfADeletionEverythingIsThereOrNothing) {
    const auto filling = [](PostgresStore& store, const std::string& document) {
        fill(store, document);
        CompactRequest request{document, 1, 0, 9, {}, buffer_of("abc"), "abc"};
        request.segments = {{3, buffer_of("abc")}};
        ASSERT_TRUE(compact(store, std::move(request)));
    };
    cut_at_every_step(filling, [](PostgresStore& store, const std::string& document) {
        return code_of(
            ask<Deleted>([&](auto done) {
                store.storage().delete_document({document, 1, 6, buffer_of("sv")}, std::move(done));
            }).get());
    });
}

TEST_F(PostgresSteps, ADatabaseOfTheFirstSchemaIsReadAndWrittenOn) {
    const std::string database = shared_server().make_empty_database();
    std::ifstream file(WEFT_SOURCE_DIR "/tests/plugins/postgres/schema_1.sql");
    const std::string sql{std::istreambuf_iterator<char>(file), {}};
    ASSERT_FALSE(sql.empty());
    shared_server().sql(sql, database);

    PostgresStore store(shared_server().url(database));
    const Result<void> started = store.start();
    ASSERT_TRUE(started) << started.error().message;
    EXPECT_EQ(texts_of(store.load("notes")->parts), (Texts{"one", "two", "three"}));
    EXPECT_EQ(store.load("notes")->head.content_seq, 2u);
    ASSERT_TRUE(store.append(
        with_version(request_of("notes", {"four"}), "first", NewVersion::At::after_the_rows)));
    CompactRequest request{"notes", 1, 0, 12, {}, {}, {}};
    request.segments = {{2, buffer_of("onetwo")}};
    EXPECT_TRUE(compact(store, std::move(request)));
    EXPECT_EQ(texts_of(store.load("notes")->parts), (Texts{"onetwo", "three", "four"}));
    LoadRequest with_authors{"notes"};
    with_authors.with_authors = true;
    const auto authored = ask<Loaded>([&](auto done) {
                              store.storage().load(std::move(with_authors), std::move(done));
                          }).get();
    ASSERT_TRUE(authored);
    EXPECT_EQ(authored->parts[0].authored.at(0).first_unix_ms, 1'749'988'800'000);
    const Rows shown =
        shared_server().sql("SELECT id, content, version FROM documents; ", database);
    EXPECT_EQ(shown.text(0, 1), "Hello, world");
    EXPECT_EQ(shown.integer(0, 2), 1);
}

}  // namespace
}  // namespace weft::postgres
