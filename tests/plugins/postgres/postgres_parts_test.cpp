// Loading and reading what compaction leaves: keyframes, segments and the tail, written here by SQL.
#include "postgres_store.hpp"

#include <gmock/gmock.h>

namespace weft::postgres {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// "keyframe 1-4", "segment 5-7", "row 8"…
std::vector<std::string> outline_of(const std::vector<StoredPart>& parts) {
    std::vector<std::string> outline;
    for (const StoredPart& part : parts) {
        const char* kinds[] = {"keyframe", "segment", "row"};
        std::string line = kinds[static_cast<std::size_t>(part.kind)];
        line += " " + std::to_string(part.seqs.first);
        line += part.seqs.first == part.seqs.last ? "" : "-" + std::to_string(part.seqs.last);
        outline.push_back(line);
    }
    return outline;
}

/// A document whose newest seq is 10: segments to 7, the tail from 8, marks 100 + seq.
class PostgresParts : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(store_.start());
        ASSERT_TRUE(
            store_.append(request_of("notes", {"", "", "", "", "", "", "", "r", "ss", "t"}, 101)));
        ASSERT_TRUE(store_.append("other", {"x"}));
        sql("DELETE FROM weft_updates WHERE " + document_ + " AND seq < 8");
        sql("UPDATE weft_heads SET covered = 7 WHERE key = " + key_);
        segment(1, 4);
        segment(5, 7);
    }

    void TearDown() override {
        EXPECT_EQ(code_of(store_.load("other")), Code::ok) << "others go on";
    }

    void sql(const std::string& text) { shared_server().sql(text); }
    void insert(const std::string& table, const std::string& seqs, int last) {
        const std::string seq_columns = table == "weft_segments" ? "first_seq, last_seq" : "seq";
        sql("INSERT INTO " + table + " (bucket, doc_key, " + seq_columns +
            ", mark, size, created_at, data) SELECT bucket, key, " + seqs + ", " +
            std::to_string(100 + last) +
            ", 1, now(), '\\x53' FROM weft_documents WHERE name = 'notes'");
    }
    void segment(int first, int last) {
        insert("weft_segments", std::to_string(first) + ", " + std::to_string(last), last);
    }
    void keyframe(int seq) { insert("weft_keyframes", std::to_string(seq), seq); }

    std::vector<std::string> loaded() {
        const Result<Loaded> result = store_.load("notes");
        return result ? outline_of(result->parts)
                      : std::vector<std::string>{result.error().message};
    }
    Error error_after(const std::string& text) {
        sql(text);
        const Result<Loaded> result = store_.load("notes");
        return result ? Error{} : result.error();
    }

    const std::string key_ = "(SELECT key FROM weft_documents WHERE name = 'notes')";
    const std::string document_ = "doc_key = " + key_;
    const std::string url_ = shared_server().empty_store();
    PostgresStore store_{url_};
};

TEST_F(PostgresParts, WithoutAKeyframeAllSegmentsAndTheTailAreLoaded) {
    EXPECT_THAT(loaded(), ElementsAre("segment 1-4", "segment 5-7", "row 8", "row 9", "row 10"));
}

TEST_F(PostgresParts, TheNewestKeyframeReplacesWhatIsBeforeIt) {
    keyframe(4);
    EXPECT_THAT(loaded(), ElementsAre("keyframe 1-4", "segment 5-7", "row 8", "row 9", "row 10"));
    keyframe(6);
    EXPECT_THAT(loaded(), ElementsAre("keyframe 1-6", "segment 5-7", "row 8", "row 9", "row 10"));
    keyframe(10);
    EXPECT_THAT(loaded(), ElementsAre("keyframe 1-10"));
}

TEST_F(PostgresParts, EachPartTellsTheMarkOfItsLastSeq) {
    const Result<Loaded> result = store_.load("notes");
    ASSERT_TRUE(result);
    for (const StoredPart& part : result->parts) {
        EXPECT_EQ(part.mark, 100 + part.seqs.last);
    }
    EXPECT_EQ(result->head.covered, 7u);
    EXPECT_EQ(result->head.mark, 110u);
}

TEST_F(PostgresParts, AReadThatBeginsInsideASegmentGivesItWhole) {
    EXPECT_THAT(outline_of(*store_.read("notes", 2)),
                ElementsAre("segment 1-4", "segment 5-7", "row 8", "row 9", "row 10"));
    EXPECT_THAT(outline_of(*store_.read("notes", 4)),
                ElementsAre("segment 5-7", "row 8", "row 9", "row 10"));
    EXPECT_THAT(outline_of(*store_.read("notes", 7, 3)), ElementsAre("row 8", "row 9"));
}

TEST_F(PostgresParts, ALongTailIsLoadedInPages) {
    const Texts first(9000, "x");  // more rows, then more bytes, than one page has
    const Texts second(5, std::string(2 << 20, 'y'));
    ASSERT_TRUE(store_.append("long", first));
    ASSERT_TRUE(store_.append("long", second));
    const Result<Loaded> result = store_.load("long");
    ASSERT_TRUE(result) << result.error().message;
    Texts all = first;
    all.insert(all.end(), second.begin(), second.end());
    EXPECT_TRUE(texts_of(result->parts) == all);
}

TEST_F(PostgresParts, AMissingRowIsAHole) {
    const Error error = error_after("DELETE FROM weft_updates WHERE " + document_ + " AND seq = 9");
    EXPECT_EQ(error.code, Code::missing);
    EXPECT_THAT(error.message, HasSubstr("notes: nothing is stored of seq 9"));
    EXPECT_EQ(code_of(store_.read("notes", 7)), Code::missing);
    EXPECT_EQ(code_of(store_.read("notes", 9)), Code::ok) << "what comes after the hole is whole";
}

TEST_F(PostgresParts, AMissingNewestRowIsAHole) {
    const Error error =
        error_after("DELETE FROM weft_updates WHERE " + document_ + " AND seq = 10");
    EXPECT_EQ(error.code, Code::missing);
    EXPECT_THAT(error.message, HasSubstr("notes: nothing is stored of seq 10"));
}

TEST_F(PostgresParts, AMissingSegmentIsAHoleUnlessAKeyframeCoversIt) {
    EXPECT_EQ(error_after("DELETE FROM weft_segments WHERE first_seq = 1").code, Code::missing);
    keyframe(4);
    EXPECT_EQ(code_of(store_.load("notes")), Code::ok);
}

TEST_F(PostgresParts, ASegmentOfAnotherSizeIsCorrupt) {
    EXPECT_EQ(error_after("UPDATE weft_segments SET data = '\\x5354' WHERE first_seq = 5").code,
              Code::corrupt);
}

TEST_F(PostgresParts, AHeadWithTheMarkOfAnotherRowIsCorrupt) {
    EXPECT_EQ(error_after("UPDATE weft_heads SET head_mark = 4711 WHERE key = " + key_).code,
              Code::corrupt);
}

TEST_F(PostgresParts, NothingIsAppendedWhereARowStandsAboveTheHead) {
    sql("UPDATE weft_heads SET head = 9 WHERE key = " + key_);
    // Both gathered behind a third, so that they go together at first.
    std::vector<Asked<Appended>> asked;
    asked.push_back(store_.begin_append(request_of("third", {std::string(200 << 10, 'x')})));
    asked.push_back(store_.begin_append(request_of("notes", {"lost"})));
    asked.push_back(store_.begin_append(request_of("other", {"kept"})));
    EXPECT_EQ(code_of(asked[0].get()), Code::ok);
    EXPECT_EQ(code_of(asked[1].get()), Code::corrupt);
    EXPECT_EQ(code_of(asked[2].get()), Code::ok);
}

TEST_F(PostgresParts, AfterCompactionUpToTheHeadATailBeginsAnew) {
    sql("DELETE FROM weft_updates WHERE " + document_);
    sql("UPDATE weft_heads SET covered = 10 WHERE key = " + key_);
    segment(8, 10);
    ASSERT_EQ(code_of(store_.append("notes", {"a", "b"})), Code::ok);
    EXPECT_THAT(loaded(),
                ElementsAre("segment 1-4", "segment 5-7", "segment 8-10", "row 11", "row 12"));
}

}  // namespace
}  // namespace weft::postgres
