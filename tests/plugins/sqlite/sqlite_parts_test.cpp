// Loading and reading what compaction leaves: keyframes, segments and the tail, written here by SQL.
#include "sqlite_store.hpp"

#include <gmock/gmock.h>

#include <array>
#include <cstdio>

namespace weft::storage {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A document whose newest seq is 10: segments to 7, the tail from 8 in a chunk of one row and one of two, marks 100 +
/// seq.
class SqliteParts : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(store_.start());
        sql("INSERT INTO weft_documents (key, name, algorithm, epoch, head, head_mark, tail, "
            "covered, "
            "bytes, created_at, "
            "updated_at) VALUES (1, 'notes', 'yjs', 1, 10, 110, 32, 7, 6, 0, 0)");
        segment(1, 4);
        segment(5, 7);
        sql("INSERT INTO weft_chunks VALUES (31, 1, 0, 8, 8, " + mark(8) +
            ", '[1]', x'52', 0, NULL)");
        sql("INSERT INTO weft_chunks VALUES (32, 1, 31, 9, 10, " + mark(9) + " || " + mark(10) +
            ", '[2,1]', x'525354', 0, NULL)");
        sql("UPDATE weft_chunks SET marks = CAST(marks AS BLOB)");
        ASSERT_TRUE(store_.append("other", {"x"}));
    }

    void TearDown() override {
        EXPECT_EQ(code_of(store_.load("other")), Code::ok) << "others go on";
    }

    void sql(const std::string& text) { OtherProgram(folder_ / "weft.db").run(text); }
    void segment(int first, int last) {
        sql("INSERT INTO weft_segments VALUES (1, " + std::to_string(first) + ", " +
            std::to_string(last) + ", " + std::to_string(100 + last) + ", 1, x'53', 0, NULL)");
    }
    /// 100 + seq as a chunk holds it.
    static std::string mark(int seq) {
        std::array<char, 20> hex{};
        std::snprintf(hex.data(), hex.size(), "x'%02x00000000000000'", 100 + seq);
        return hex.data();
    }
    Error error_after(const std::string& text) {
        sql(text);
        const Result<Loaded> result = store_.load("notes");
        return result ? Error{} : result.error();
    }
    void keyframe(int seq) {
        sql("INSERT INTO weft_keyframes VALUES (1, " + std::to_string(seq) + ", " +
            std::to_string(100 + seq) + ", 1, x'4b', 0)");
    }
    std::vector<std::string> loaded() {
        const Result<Loaded> result = store_.load("notes");
        EXPECT_EQ(code_of(result), Code::ok);
        return result ? outline_of(result->parts)
                      : std::vector<std::string>{result.error().message};
    }

    FreshFolder folder_;
    SqliteStore store_{{folder_ / "weft.db"}};
};

TEST_F(SqliteParts, WithoutAKeyframeAllSegmentsAndTheTailAreLoaded) {
    EXPECT_THAT(loaded(), ElementsAre("segment 1-4", "segment 5-7", "row 8", "row 9", "row 10"));
}

TEST_F(SqliteParts, TheNewestKeyframeReplacesWhatIsBeforeIt) {
    keyframe(4);
    EXPECT_THAT(loaded(), ElementsAre("keyframe 1-4", "segment 5-7", "row 8", "row 9", "row 10"));
    keyframe(7);
    EXPECT_THAT(loaded(), ElementsAre("keyframe 1-7", "row 8", "row 9", "row 10"));
}

TEST_F(SqliteParts, EachPartTellsTheMarkOfItsLastSeq) {
    keyframe(4);
    const Result<Loaded> result = store_.load("notes");
    ASSERT_TRUE(result);
    for (const StoredPart& part : result->parts) {
        EXPECT_EQ(part.mark, 100 + part.seqs.last);
        EXPECT_EQ(part.bytes.size(), part.seqs.first == 9 ? 2u : 1u);
    }
    EXPECT_EQ(result->head.covered, 7u);
    EXPECT_EQ(result->head.mark, 110u);
}

TEST_F(SqliteParts, AKeyframeInsideASegmentIsFollowedByTheWholeSegment) {
    keyframe(6);
    EXPECT_THAT(loaded(), ElementsAre("keyframe 1-6", "segment 5-7", "row 8", "row 9", "row 10"));
}

TEST_F(SqliteParts, AKeyframeAtTheHeadIsAllThatIsLoaded) {
    keyframe(10);
    EXPECT_THAT(loaded(), ElementsAre("keyframe 1-10"));
}

TEST_F(SqliteParts, AReadThatBeginsInsideASegmentGivesItWhole) {
    EXPECT_THAT(outline_of(*store_.read("notes", 2)),
                ElementsAre("segment 1-4", "segment 5-7", "row 8", "row 9", "row 10"));
    EXPECT_THAT(outline_of(*store_.read("notes", 4)),
                ElementsAre("segment 5-7", "row 8", "row 9", "row 10"));
    EXPECT_THAT(outline_of(*store_.read("notes", 9)), ElementsAre("row 10"));
}

TEST_F(SqliteParts, OnlyTheRowsAfterTheSegmentsCountAsTail) {
    const auto stat = answer_of<DocumentStat>(
        [&](auto done) { store_.storage().stat("notes", std::move(done)); });
    ASSERT_TRUE(stat);
    EXPECT_EQ(stat->tail_rows, 3u);
}

TEST_F(SqliteParts, TheRowsOfAChunkJoinTheDataThatWasAppended) {
    const Result<std::vector<StoredPart>> parts = store_.read("notes", 7);
    ASSERT_TRUE(parts);
    std::string joined;
    for (const StoredPart& part : *parts) {
        joined += std::string(as_text(part.bytes.view())) + ".";
    }
    EXPECT_EQ(joined, "R.RS.T.");
}

TEST_F(SqliteParts, AReadThatBeginsInsideAChunkBeginsWithTheNextRow) {
    ASSERT_TRUE(store_.append("other", {"a", "bb", "", "dddd"}));
    for (std::uint64_t after = 1; after <= 5; ++after) {
        const Result<std::vector<StoredPart>> parts = store_.read("other", after);
        ASSERT_TRUE(parts);
        ASSERT_EQ(parts->size(), 5 - after);
        if (!parts->empty()) {
            EXPECT_EQ(parts->front().seqs.first, after + 1);
            EXPECT_EQ(as_text(parts->back().bytes.view()), "dddd");
        }
    }
}

TEST_F(SqliteParts, AReadEndsInsideAChunkWhereItsRoomEnds) {
    ASSERT_TRUE(store_.append("other", {"aa", "bb", "cc", "dd"}));
    for (const std::uint64_t after : {0u, 1u, 3u}) {
        const auto parts = answer_of<std::vector<StoredPart>>([&](auto done) {
            store_.storage().read({"other", after, 5}, std::move(done));
        });
        ASSERT_TRUE(parts);
        EXPECT_EQ(parts->front().seqs.first, after + 1);
        EXPECT_EQ(parts->size(), after == 0 ? 3u : 2u);
    }
}

TEST_F(SqliteParts, AMissingChunkIsAHole) {
    const Error error = error_after("DELETE FROM weft_chunks WHERE doc_key = 1 AND last_seq = 8");
    EXPECT_EQ(error.code, Code::missing);
    EXPECT_THAT(error.message, HasSubstr("notes: nothing is stored of seq 8"));
    EXPECT_EQ(code_of(store_.read("notes", 7)), Code::missing);
    EXPECT_EQ(code_of(store_.read("notes", 8)), Code::ok) << "what comes after the hole is whole";
}

TEST_F(SqliteParts, AMissingNewestChunkIsAHole) {
    const Error error = error_after("DELETE FROM weft_chunks WHERE doc_key = 1 AND last_seq = 10");
    EXPECT_EQ(error.code, Code::missing);
    EXPECT_THAT(error.message, HasSubstr("notes: nothing is stored of seq 10"));
}

TEST_F(SqliteParts, AChunkThatDoesNotJoinTheNextIsCorrupt) {
    for (const std::string change :
         {"doc_key = 2", "last_seq = 9", "first_seq = 9", "first_seq = 0"}) {
        sql("CREATE TABLE whole AS SELECT * FROM weft_chunks WHERE key = 31");
        const Error error = error_after("UPDATE weft_chunks SET " + change + " WHERE key = 31");
        EXPECT_EQ(error.code, Code::corrupt) << change;
        EXPECT_THAT(error.message, HasSubstr("notes: what is stored of seq 8 is damaged"))
            << change;
        sql("INSERT OR REPLACE INTO weft_chunks SELECT * FROM whole; DROP TABLE whole");
        EXPECT_EQ(code_of(store_.load("notes")), Code::ok) << change;
    }
}

TEST_F(SqliteParts, AfterCompactionUpToTheHeadATailBeginsAnew) {
    sql("DELETE FROM weft_chunks WHERE doc_key = 1");
    sql("UPDATE weft_documents SET covered = 10, tail = 0 WHERE key = 1");
    segment(8, 10);
    EXPECT_THAT(loaded(), ElementsAre("segment 1-4", "segment 5-7", "segment 8-10"));
    ASSERT_EQ(code_of(store_.append("notes", {"a", "b"})), Code::ok);
    ASSERT_EQ(code_of(store_.append("notes", {"c"})), Code::ok);
    EXPECT_THAT(loaded(), ElementsAre("segment 1-4", "segment 5-7", "segment 8-10", "row 11",
                                      "row 12", "row 13"));
}

TEST_F(SqliteParts, AfterCompactionUpToAChunksEndTheTailGoesOnBehindIt) {
    sql("DELETE FROM weft_chunks WHERE key = 31");
    sql("UPDATE weft_documents SET covered = 8 WHERE key = 1");
    segment(8, 8);
    ASSERT_EQ(code_of(store_.append("notes", {"a"})), Code::ok);
    EXPECT_THAT(loaded(), ElementsAre("segment 1-4", "segment 5-7", "segment 8", "row 9", "row 10",
                                      "row 11"));
}

TEST_F(SqliteParts, AChunkWhoseColumnsContradictEachOtherIsCorrupt) {
    const char* const changes[] = {
        "data = x'5253'",
        "data = x'52535455'",
        "data = 'RST'",
        "sizes = '[2,1'",
        "sizes = '[3]'",
        "sizes = '[1,1,1]'",
        "sizes = '[2,-1]'",
        "sizes = '[2,2]'",
        "sizes = '[3,18446744073709551615]'",
        "sizes = '(2,1]'",
        "sizes = '[2,1]]'",
        "sizes = ''",
        "sizes = '['",
        "sizes = 3",
        "marks = x'00'",
        "marks = x''",
        "marks = zeroblob(15)",
        "marks = zeroblob(24)",
        "marks = 'sixteen letters!'",
        "first_seq = 10",
        "first_seq = 11",
    };
    sql("CREATE TABLE whole AS SELECT * FROM weft_chunks WHERE doc_key = 1 AND last_seq = 10");
    for (const std::string change : changes) {
        const Error error = error_after("UPDATE weft_chunks SET " + change +
                                        " WHERE doc_key = 1 AND last_seq = 10");
        EXPECT_EQ(error.code, Code::corrupt) << change;
        EXPECT_THAT(error.message, HasSubstr("notes: what is stored of seq")) << change;
        sql("INSERT OR REPLACE INTO weft_chunks SELECT * FROM whole");
        EXPECT_EQ(code_of(store_.load("notes")), Code::ok) << change;
    }
}

TEST_F(SqliteParts, AMissingSegmentIsAHoleUnlessAKeyframeCoversIt) {
    sql("DELETE FROM weft_segments WHERE first_seq = 1");
    EXPECT_EQ(code_of(store_.load("notes")), Code::missing);
    keyframe(4);
    EXPECT_EQ(code_of(store_.load("notes")), Code::ok);
}

TEST_F(SqliteParts, AHeadWithTheMarkOfAnotherRowIsCorrupt) {
    sql("UPDATE weft_documents SET head_mark = 4711 WHERE key = 1");
    EXPECT_EQ(code_of(store_.load("notes")), Code::corrupt);
}

}  // namespace
}  // namespace weft::storage
