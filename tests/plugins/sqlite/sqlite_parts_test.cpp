// Loading and reading what compaction leaves: keyframes, segments and the tail, written here by SQL.
#include "sqlite_store.hpp"

#include <gmock/gmock.h>

namespace weft::storage {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A document whose newest seq is 10: segments to 7, the tail from 8, marks 100 + seq.
class SqliteParts : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(store_.start());
        sql("INSERT INTO weft_documents (key, name, algorithm, epoch, head, head_mark, covered, "
            "bytes, created_at, "
            "updated_at) VALUES (1, 'notes', 'yjs', 1, 10, 110, 7, 6, 0, 0)");
        segment(1, 4);
        segment(5, 7);
        row(8);
        row(9);
        row(10);
        ASSERT_TRUE(store_.append("other", {"x"}));
    }

    void TearDown() override {
        EXPECT_EQ(code_of(store_.load("other")), Code::ok) << "others go on";
    }

    void sql(const std::string& text) { OtherProgram(folder_ / "weft.db").run(text); }
    void segment(int first, int last) {
        sql("INSERT INTO weft_segments VALUES (1, " + std::to_string(first) + ", " +
            std::to_string(last) + ", " + std::to_string(100 + last) + ", 1, x'53', 0)");
    }
    void row(int seq) {
        sql("INSERT INTO weft_updates VALUES (1, " + std::to_string(seq) + ", " +
            std::to_string(100 + seq) + ", 1, x'52', 0)");
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
        EXPECT_EQ(part.bytes.size(), 1u);
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

TEST_F(SqliteParts, AMissingRowIsAHole) {
    sql("DELETE FROM weft_updates WHERE doc_key = 1 AND seq = 9");
    const Result<Loaded> result = store_.load("notes");
    ASSERT_EQ(code_of(result), Code::missing);
    EXPECT_THAT(result.error().message, HasSubstr("notes: nothing is stored of seq 9"));
    EXPECT_EQ(code_of(store_.read("notes", 8)), Code::missing);
    EXPECT_EQ(code_of(store_.read("notes", 9)), Code::ok) << "what comes after the hole is whole";
}

TEST_F(SqliteParts, AMissingNewestRowIsAHole) {
    sql("DELETE FROM weft_updates WHERE doc_key = 1 AND seq = 10");
    const Result<Loaded> result = store_.load("notes");
    ASSERT_EQ(code_of(result), Code::missing);
    EXPECT_THAT(result.error().message, HasSubstr("the rows end at seq 9, the head is at 10"));
}

TEST_F(SqliteParts, AMissingSegmentIsAHoleUnlessAKeyframeCoversIt) {
    sql("DELETE FROM weft_segments WHERE first_seq = 1");
    EXPECT_EQ(code_of(store_.load("notes")), Code::missing);
    keyframe(4);
    EXPECT_EQ(code_of(store_.load("notes")), Code::ok);
}

TEST_F(SqliteParts, ARowOfAnotherSizeIsCorrupt) {
    sql("UPDATE weft_updates SET data = x'5252' WHERE doc_key = 1 AND seq = 9");
    const Result<Loaded> result = store_.load("notes");
    ASSERT_EQ(code_of(result), Code::corrupt);
    EXPECT_THAT(result.error().message, HasSubstr("notes: what is stored of seq 9 is damaged"));
}

TEST_F(SqliteParts, ARowThatIsNoLongerBinaryIsCorrupt) {
    sql("UPDATE weft_updates SET data = 'R' WHERE doc_key = 1 AND seq = 9");
    EXPECT_EQ(code_of(store_.load("notes")), Code::corrupt);
}

TEST_F(SqliteParts, AHeadWithTheMarkOfAnotherRowIsCorrupt) {
    sql("UPDATE weft_documents SET head_mark = 4711 WHERE key = 1");
    EXPECT_EQ(code_of(store_.load("notes")), Code::corrupt);
}

}  // namespace
}  // namespace weft::storage
