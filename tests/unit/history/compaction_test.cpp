// How rows become segments and keyframes.
#include "kernel/history/compaction.hpp"

#include "unit/history/typed_rows.hpp"

#include <gtest/gtest.h>

namespace weft {
namespace {

class CompactionOf : public testing::TestWithParam<std::string> {
protected:
    CompactionInput whole_input() const {
        CompactionInput input;
        input.document = "notes";
        input.epoch = 1;
        input.through = typed.rows.size();
        input.parts = typed.rows;
        input.whole = true;
        return input;
    }

    std::unique_ptr<Crdt> crdt = crdt_named(GetParam());
    TypedRows typed{*crdt};
};

INSTANTIATE_TEST_SUITE_P(Algorithms, CompactionOf, testing::Values("yjs", "rga"),
                         [](const auto& name) { return name.param; });

TEST_P(CompactionOf, MergesTheRowsIntoOneSegmentThatReplaysToTheSameDocument) {
    typed.type_words(20);
    typed.erase(3, 10);
    const auto made = make_compaction(*crdt, whole_input());
    ASSERT_TRUE(made.ok());
    ASSERT_EQ(made->request.segments.size(), 1u);
    EXPECT_EQ(made->request.segments[0].last_seq, 21u);
    EXPECT_EQ(made->request.through_mark, 2100u);
    EXPECT_EQ(made->request.expect_covered, 0u);
    EXPECT_EQ(made->digest, typed.digest());
    EXPECT_EQ(typed.text_of_parts({made->request.segments[0].bytes.view()}), typed.text());
}

TEST_P(CompactionOf, EndsASegmentAtEveryVersion) {
    typed.type_words(10);
    CompactionInput input = whole_input();
    input.version_seqs = {8, 3, 3, 25};
    const auto made = make_compaction(*crdt, input);
    ASSERT_TRUE(made.ok());
    std::vector<std::uint64_t> ends;
    for (const auto& segment : made->request.segments) {
        ends.push_back(segment.last_seq);
    }
    EXPECT_EQ(ends, (std::vector<std::uint64_t>{3, 8, 10}));
}

TEST_P(CompactionOf, LeavesRowsBehindItsEndInTheTail) {
    typed.type_words(10);
    CompactionInput input = whole_input();
    input.through = 6;
    const auto made = make_compaction(*crdt, input);
    ASSERT_TRUE(made.ok());
    EXPECT_EQ(made->request.segments.back().last_seq, 6u);
    EXPECT_EQ(made->request.through_mark, 600u);
    EXPECT_NE(made->digest, typed.digest());
}

TEST_P(CompactionOf, RowsThatDoNotFollowWhatIsCoveredIsAConflict) {
    typed.type_words(5);
    CompactionInput input = whole_input();
    input.parts.erase(input.parts.begin());
    EXPECT_EQ(make_compaction(*crdt, input).error().code, Code::conflict);
    input = whole_input();
    input.parts.erase(input.parts.begin() + 2);
    EXPECT_EQ(make_compaction(*crdt, input).error().code, Code::conflict);
    input.parts.clear();
    EXPECT_EQ(make_compaction(*crdt, input).error().code, Code::conflict);
}

TEST_P(CompactionOf, RowsThatAreNoUpdatesAreCorrupt) {
    typed.type_words(2);
    CompactionInput input = whole_input();
    input.parts[1].bytes = Buffer(Bytes{0xff, 0xff, 0xff});
    EXPECT_FALSE(make_compaction(*crdt, input).ok());
}

TEST_P(CompactionOf, MakesAKeyframeOnceWhatIsReplayedExceedsHalfOfTheLastOne) {
    typed.insert(0, std::string(40'000, 'x'));
    const auto first = make_compaction(*crdt, whole_input());
    ASSERT_TRUE(first.ok());
    ASSERT_TRUE(first->request.keyframe);
    EXPECT_EQ(typed.text_of_parts({first->request.keyframe->view()}), typed.text());
    EXPECT_EQ(first->sizes.keyframe, first->request.keyframe->size());
    EXPECT_EQ(first->sizes.segments, 0u);

    CompactionInput next = whole_input();
    next.covered = 1;
    next.parts = {{StoredPart::Kind::keyframe, {1, 1}, 100, *first->request.keyframe}};
    typed.insert(0, std::string(15'000, 'y'));
    next.parts.push_back(typed.rows[1]);
    next.through = 2;
    const auto second = make_compaction(*crdt, next);
    ASSERT_TRUE(second.ok());
    EXPECT_FALSE(second->request.keyframe);
    EXPECT_EQ(second->digest, typed.digest());

    typed.insert(0, std::string(10'000, 'z'));
    next.parts.push_back(typed.rows[2]);
    next.through = 3;
    const auto third = make_compaction(*crdt, next);
    ASSERT_TRUE(third.ok());
    EXPECT_TRUE(third->request.keyframe);
}

TEST_P(CompactionOf, RowsAloneMakeNeitherAKeyframeNorADigest) {
    typed.insert(0, std::string(40'000, 'x'));
    CompactionInput input = whole_input();
    input.whole = false;
    const auto made = make_compaction(*crdt, input);
    ASSERT_TRUE(made.ok());
    EXPECT_FALSE(made->request.keyframe);
    EXPECT_FALSE(made->digest);
}

TEST(Keyframes, StayWhereTheHistoryWasAtMostHalfAsLong) {
    EXPECT_EQ(keyframes_to_let_go({1000}), (std::vector<std::uint64_t>{}));
    EXPECT_EQ(keyframes_to_let_go({1000, 900, 500, 300, 250, 1}),
              (std::vector<std::uint64_t>{900, 300}));
}

}  // namespace
}  // namespace weft
