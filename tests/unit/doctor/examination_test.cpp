// What `weft doctor` finds in a stored document.
#include "unit/doctor/written_store.hpp"

#include <gmock/gmock.h>

namespace weft {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// As many as there were, so that only the algorithm can tell.
const std::string other_bytes =
    "CAST(substr(hex(zeroblob(length(data))), 1, length(data)) AS BLOB)";

/// "notes": two keyframes at seqs 4 and 8, segments that end at 2 and 4, versions at 2 and 8, three updates in the tail.
class ExaminationOf : public testing::TestWithParam<std::string> {
protected:
    void SetUp() override {
        typed.type_words(2);
        store.append("notes", typed, GetParam());
        store.keep_version("notes", "early", GetParam());
        typed.type_words(2);
        store.append("notes", typed, GetParam());
        store.compact("notes", *crdt, true);
        typed.type_words(4);
        store.append("notes", typed, GetParam());
        store.keep_version("notes", "late", GetParam());
        store.compact("notes", *crdt, true);
        typed.type_words(3);
        store.append("notes", typed, GetParam());
    }

    WrittenStore store;
    std::unique_ptr<Crdt> crdt = crdt_named(GetParam());
    TypedRows typed{*crdt};
};

INSTANTIATE_TEST_SUITE_P(Algorithms, ExaminationOf, testing::Values("yjs", "rga"),
                         [](const auto& name) { return name.param; });

TEST_P(ExaminationOf, ASoundDocumentFindsNothingAndCountsWhatThereIs) {
    const Examination seen = store.examine("notes");
    EXPECT_THAT(seen.findings, IsEmpty());
    EXPECT_TRUE(seen.is_whole());
    EXPECT_TRUE(seen.present_loads);
    EXPECT_EQ(seen.replica->digest(), typed.digest());
    EXPECT_THAT(seen.keyframes, ElementsAre(4, 8));
    EXPECT_EQ(seen.versions.size(), 2u);
    EXPECT_EQ(seen.segment_sizes.count, 3u);
    EXPECT_EQ(seen.row_sizes.count, 3u);
    EXPECT_EQ(seen.keyframe_sizes.bytes + seen.segment_sizes.bytes + seen.row_sizes.bytes,
              seen.stat.bytes);
}

TEST_P(ExaminationOf, AMissingUpdateIsAHoleAndWhatIsCompactedStaysSound) {
    store.damage("DELETE FROM weft_chunks WHERE first_seq = 10");
    const Examination seen = store.examine("notes");
    EXPECT_THAT(seen.findings, ElementsAre(HasSubstr("nothing is stored of seq 10")));
    EXPECT_EQ(seen.sound_until, 8u);
    EXPECT_FALSE(seen.present_loads);
    EXPECT_THAT(seen.keyframes, ElementsAre(4, 8));
}

TEST_P(ExaminationOf, AnUpdateWithOtherBytesIsToldWithItsSeq) {
    store.damage("UPDATE weft_chunks SET data = " + other_bytes + " WHERE first_seq = 10");
    const Examination seen = store.examine("notes");
    EXPECT_THAT(seen.findings,
                testing::Contains(HasSubstr("the update at seq 10 is no update of " + GetParam())));
    EXPECT_EQ(seen.sound_until, 9u);
    EXPECT_FALSE(seen.present_loads);
}

TEST_P(ExaminationOf, ADamagedSegmentBeneathAKeyframeLeavesThePresentWhole) {
    store.damage("UPDATE weft_segments SET data = " + other_bytes + " WHERE last_seq = 4");
    const Examination seen = store.examine("notes");
    ASSERT_FALSE(seen.is_sound());
    EXPECT_THAT(seen.findings.front(), HasSubstr("the segment of seqs 3 to 4"));
    EXPECT_EQ(seen.sound_until, 2u);
    EXPECT_TRUE(seen.present_loads);
}

TEST_P(ExaminationOf, AKeyframeOfAnotherDocumentIsFoundByItsDigest) {
    store.damage("UPDATE weft_keyframes SET (data, size) = (SELECT data, size FROM weft_keyframes "
                 "WHERE seq = 4) WHERE seq = 8");
    const Examination seen = store.examine("notes");
    EXPECT_THAT(seen.findings,
                testing::Contains(HasSubstr("the keyframe at seq 8 is another document")));
    EXPECT_THAT(seen.keyframes, ElementsAre(4));
    EXPECT_TRUE(seen.is_whole()) << "the history does not need it";
    EXPECT_EQ(seen.replica->digest(), typed.digest());
}

TEST_P(ExaminationOf, BehindAKeyframeThatCannotBeReadTheOlderOnesAreFound) {
    store.damage("UPDATE weft_keyframes SET size = size + 1 WHERE seq = 8");
    const Examination seen = store.examine("notes");
    ASSERT_FALSE(seen.is_sound());
    EXPECT_THAT(seen.findings.front(), HasSubstr("damaged"));
    EXPECT_THAT(seen.keyframes, ElementsAre(4));
    EXPECT_TRUE(seen.is_whole());
    EXPECT_FALSE(seen.present_loads);
}

TEST_P(ExaminationOf, AVersionThatPointsNowhereIsFound) {
    store.damage("UPDATE weft_versions SET seq = 99 WHERE number = 2");
    const Examination seen = store.examine("notes");
    EXPECT_THAT(seen.findings, ElementsAre(HasSubstr("version 2 points at seq 99")));
    EXPECT_EQ(seen.versions.size(), 1u);
}

TEST_P(ExaminationOf, AVersionInsideASegmentIsFound) {
    store.damage("UPDATE weft_versions SET seq = 3 WHERE number = 2");
    EXPECT_THAT(store.examine("notes").findings,
                ElementsAre(HasSubstr("version 2 points at seq 3, inside the segment of seqs 3 to "
                                      "4")));
}

TEST_P(ExaminationOf, AHeadWithAnotherMarkIsFound) {
    store.damage("UPDATE weft_documents SET head_mark = 12345");
    EXPECT_FALSE(store.examine("notes").is_sound());
}

TEST_P(ExaminationOf, WithoutItsAlgorithmADocumentIsNotCalledSound) {
    store.damage("UPDATE weft_documents SET algorithm = 'elsewhere'");
    const Examination seen = store.examine("notes");
    EXPECT_THAT(seen.findings, ElementsAre(HasSubstr("its algorithm elsewhere is not loaded")));
    EXPECT_TRUE(seen.is_whole()) << "its parts are joined";
}

TEST_P(ExaminationOf, AnUpdateThatBuildsOnNothingStoredIsFound) {
    const std::unique_ptr<Crdt> other = crdt_named(GetParam());
    TypedRows elsewhere(*other);
    elsewhere.type_words(2);
    StoredPart second = elsewhere.rows.back();
    AppendRequest request;
    request.document = "orphan";
    request.algorithm = GetParam();
    request.rows.push_back({1, second.bytes});
    OfflineStore offline = store.offline();
    ASSERT_TRUE(offline.append(std::move(request)));
    EXPECT_THAT(store.examine("orphan").findings,
                testing::Contains(HasSubstr("builds on something that is not stored")));
}

TEST_P(ExaminationOf, ADocumentThatIsWrittenMeanwhileIsLookedAtAnew) {
    OfflineStore offline = store.offline();
    const DocumentStat before = *offline.stat("notes");
    typed.type_words(1);
    store.append("notes", typed, GetParam());
    store.compact("notes", *crdt, false);
    const auto seen = examine(offline, before, shipped_algorithms());
    ASSERT_TRUE(seen.ok());
    EXPECT_THAT(seen->findings, IsEmpty());
    EXPECT_EQ(seen->sound_until, 12u);
}

}  // namespace
}  // namespace weft
