// What every store with a history promises of compaction and thinning. Included by storage_history_suite.hpp.
#pragma once

#include "history_fixture.hpp"

namespace weft::conformance {

TEST_P(StorageHistory, ACompactionTurnsExactlyTheRowsThatItCoversIntoSegments) {
    append("notes", {"a", "b", "c"});
    append("notes", {"d", "e"});
    compact("notes", {2, 4});
    const Loaded loaded = load("notes");
    EXPECT_EQ(shape_of(loaded.parts), "segment 1-2, segment 3-4, row 5");
    EXPECT_EQ(texts_of(loaded.parts), (Texts{"ab", "cd", "e"}));
    EXPECT_EQ(loaded.head.covered, 4u);
    EXPECT_EQ(loaded.head.seq, 5u);
    const auto stat = this->stat("notes");
    ASSERT_TRUE(stat);
    EXPECT_EQ(stat->tail_rows, 1u);
    EXPECT_EQ(stat->bytes, 5u);

    append("notes", {"f"});
    compact("notes", {6});
    EXPECT_EQ(shape_of(load("notes").parts), "segment 1-2, segment 3-4, segment 5-6");
    append("notes", {"g"});
    EXPECT_EQ(joined(load("notes").parts), "abcdefg");
}

TEST_P(StorageHistory, ASegmentHasTheMarkOfItsLastRow) {
    AppendRequest request = request_of("notes", {"a", "b", "c"});
    request.rows[1].mark = 4711;
    request.rows[2].mark = ~std::uint64_t{0};
    ASSERT_TRUE(append(std::move(request)));
    compact("notes", {2, 3});
    const Loaded loaded = load("notes");
    EXPECT_EQ(loaded.parts.at(0).mark, 4711u);
    EXPECT_EQ(loaded.parts.at(1).mark, ~std::uint64_t{0});
    EXPECT_EQ(loaded.head.mark, ~std::uint64_t{0});
    EXPECT_EQ(heads({"notes"}).at(0).mark, ~std::uint64_t{0});
}

TEST_P(StorageHistory, ALoadOfThePresentBeginsWithTheNewestKeyframe) {
    append("notes", {"a", "b"});
    compact_with_keyframe("notes", 2, "AB");
    append("notes", {"c"});
    EXPECT_EQ(shape_of(load("notes").parts), "keyframe 1-2, row 3");
    append("notes", {"d"});
    compact_with_keyframe("notes", 4, "ABCD");
    append("notes", {"e", "f"});
    compact("notes", {5});
    const Loaded loaded = load("notes");
    EXPECT_EQ(shape_of(loaded.parts), "keyframe 1-4, segment 5-5, row 6");
    EXPECT_EQ(joined(loaded.parts), "ABCDef");
}

TEST_P(StorageHistory, ACompactionThatExpectsAnotherPlaceChangesNothing) {
    append("notes", {"a", "b", "c", "d"});
    const CompactRequest stale = compaction_of("notes", {3});
    compact("notes", {2});
    EXPECT_EQ(code_of(compact(stale)), Code::conflict) << "its rows were covered by another";

    CompactRequest ahead = compaction_of("notes", {4});
    ahead.expect_covered = 3;
    EXPECT_EQ(code_of(compact(ahead)), Code::conflict);
    CompactRequest beyond = compaction_of("notes", {4});
    beyond.segments.back().last_seq = 5;
    EXPECT_EQ(code_of(compact(beyond)), Code::conflict);
    CompactRequest other_rows = compaction_of("notes", {4});
    ++other_rows.through_mark;
    EXPECT_EQ(code_of(compact(other_rows)), Code::conflict);
    CompactRequest later = compaction_of("notes", {4});
    ++later.epoch;
    EXPECT_EQ(code_of(compact(later)), Code::conflict);
    CompactRequest nowhere = compaction_of("notes", {4});
    nowhere.document = "nothing";
    EXPECT_EQ(code_of(compact(nowhere)), Code::not_found);

    EXPECT_EQ(shape_of(load("notes").parts), "segment 1-2, row 3, row 4");
    EXPECT_EQ(head("notes").covered, 2u);
}

TEST_P(StorageHistory, ACompactionWithoutSegmentsOrWithoutRowsInOneIsInvalid) {
    append("notes", {"a", "b"});
    EXPECT_EQ(code_of(compact(compaction_of("notes", {}))), Code::invalid);
    EXPECT_EQ(code_of(compact(compaction_of("notes", {2, 2}))), Code::invalid);
    EXPECT_EQ(code_of(compact(compaction_of("notes", {2, 1}))), Code::invalid);
    EXPECT_EQ(shape_of(load("notes").parts), "row 1, row 2");
}

TEST_P(StorageHistory, ASegmentEndsAtEveryVersion) {
    append("notes", {"a", "b"});
    ASSERT_TRUE(name_version("notes", "early"));
    append("notes", {"c", "d"});
    EXPECT_EQ(code_of(compact(compaction_of("notes", {3}))), Code::conflict);
    EXPECT_EQ(code_of(compact(compaction_of("notes", {1, 4}))), Code::conflict);
    EXPECT_EQ(shape_of(load("notes").parts), "row 1, row 2, row 3, row 4");
    compact("notes", {2, 4});
    EXPECT_EQ(shape_of(load("notes").parts), "segment 1-2, segment 3-4");
}

TEST_P(StorageHistory, RowsThatArriveWhileACompactionIsMadeStay) {
    append("notes", {"a", "b"});
    const CompactRequest made = compaction_of("notes", {2});
    append("notes", {"c"});
    EXPECT_TRUE(compact(made));
    EXPECT_EQ(shape_of(load("notes").parts), "segment 1-2, row 3");
}

TEST_P(StorageHistory, ACompactionMayTellTheReadableText) {
    append("notes", {"a", "b"});
    CompactRequest request = compaction_of("notes", {2});
    request.content = "ab";
    ASSERT_TRUE(compact(std::move(request)));
    EXPECT_EQ(head("notes").content_seq, 2u);

    append("notes", {"c", "d"});
    ASSERT_TRUE(write_content({"notes", 1, 4, "abcd"}));
    CompactRequest older = compaction_of("notes", {3});
    older.content = "abc";
    ASSERT_TRUE(compact(std::move(older)));
    EXPECT_EQ(head("notes").content_seq, 4u) << "an older text changes nothing";
}

TEST_P(StorageHistory, AuthorsAndTimesOfRowsAreKeptThroughCompaction) {
    AppendRequest request = request_of("notes", {"a", "b", "c"});
    request.authored = {{2, 1'000'000, 1'000'500, "ada"}, {1, 1'001'000, 1'001'000, "grace"}};
    ASSERT_TRUE(append(std::move(request)));
    AppendRequest second = request_of("notes", {"d", "e"});
    second.authored = {{2, 1'002'000, 1'003'000, "grace"}};
    ASSERT_TRUE(append(std::move(second)));

    const Loaded rows = load_with_authors("notes");
    ASSERT_EQ(rows.parts.size(), 5u);
    for (std::size_t i = 0; i < 5; ++i) {
        EXPECT_EQ(shape_of(rows.parts[i].authored), i < 2 ? "ada*1" : "grace*1") << i;
    }
    EXPECT_EQ(rows.parts[2].authored.at(0).first_unix_ms, 1'001'000);

    compact("notes", {4});
    const Loaded loaded = load_with_authors("notes");
    EXPECT_EQ(shape_of(loaded.parts.at(0).authored), "ada*2, grace*2");
    EXPECT_EQ(loaded.parts[0].authored[0].first_unix_ms, 1'000'000);
    EXPECT_EQ(loaded.parts[0].authored[0].last_unix_ms, 1'000'500);
    EXPECT_EQ(loaded.parts[0].authored[1].first_unix_ms, 1'001'000);
    EXPECT_EQ(shape_of(loaded.parts.at(1).authored), "grace*1");
    EXPECT_TRUE(load("notes").parts.at(0).authored.empty()) << "nobody asked for authors";

    ReadRequest reading{"notes", 4};
    reading.with_authors = true;
    EXPECT_EQ(shape_of(read(reading).at(0).authored), "grace*1");
}

TEST_P(StorageHistory, RowsWithoutAuthorsAreNobodysAtTheTimeOfTheStore) {
    append("notes", {"a", "b"});
    compact("notes", {2});
    const Loaded loaded = load_with_authors("notes");
    ASSERT_EQ(loaded.parts.at(0).authored.size(), 1u);
    EXPECT_EQ(loaded.parts[0].authored[0].rows, 2u);
    EXPECT_EQ(loaded.parts[0].authored[0].author, "");
    EXPECT_EQ(loaded.parts[0].authored[0].last_unix_ms, stat("notes")->updated_unix_ms);
}

TEST_P(StorageHistory, AuthorsOfAnotherNumberOfRowsAreInvalid) {
    AppendRequest request = request_of("notes", {"a", "b"});
    request.authored = {{1, 1, 1, "ada"}};
    EXPECT_EQ(code_of(append(std::move(request))), Code::invalid);
    EXPECT_FALSE(head("notes").exists);
}

TEST_P(StorageHistory, ALoadAsOfASeqGivesWhatWasThere) {
    append("notes", {"a", "b"});
    compact_with_keyframe("notes", 2, "ab");
    append("notes", {"c", "d"});
    compact("notes", {3, 4});
    append("notes", {"e", "f"});
    std::string text;
    for (const std::uint64_t seq : {2u, 3u, 4u, 5u, 6u}) {
        const auto loaded = load_as_of("notes", seq);
        ASSERT_TRUE(loaded) << loaded.error().message;
        EXPECT_EQ(joined(loaded->parts), std::string("abcdef").substr(0, seq));
        EXPECT_EQ(loaded->head.seq, 6u) << "the head is that of the present";
        EXPECT_TRUE(loaded->complete);
    }
    EXPECT_EQ(shape_of(load_as_of("notes", 1)->parts), "segment 1-2") << "the enclosing segment";
    EXPECT_TRUE(load_as_of("notes", 0)->parts.empty());
    EXPECT_EQ(code_of(load_as_of("notes", 7)), Code::not_found);
    EXPECT_EQ(code_of(load_as_of("nothing", 1)), Code::not_found);
}

TEST_P(StorageHistory, ALargeLoadComesInPiecesThatJoin) {
    std::string text;
    for (char letter = 'a'; letter <= 'j'; ++letter) {
        append("notes", {std::string(100, letter), std::string(100, letter)});
        text += std::string(200, letter);
    }
    compact("notes", {4, 8});
    LoadRequest request{"notes"};
    request.max_bytes = 500;
    const Loaded first = wait_for_value(
        ask<Loaded>([&](auto done) { storage().load(std::move(request), std::move(done)); }));
    EXPECT_FALSE(first.complete);
    std::vector<StoredPart> parts = first.parts;
    append("notes", {"not of this load"});
    compact("notes", {12, 21});
    while (parts.back().seqs.last < first.head.seq) {
        ReadRequest next{"notes", parts.back().seqs.last, 500, first.head.seq, first.head.epoch};
        const auto more = read(std::move(next));
        ASSERT_FALSE(more.empty());
        parts.insert(parts.end(), more.begin(), more.end());
    }
    EXPECT_EQ(joined(parts).substr(0, text.size()), text);
}

TEST_P(StorageHistory, AReadEndsAtTheSeqThatWasAskedAndKnowsItsEpoch) {
    append("notes", {"a", "b", "c", "d"});
    EXPECT_EQ(texts_of(read({"notes", 1, 1 << 20, 3})), (Texts{"b", "c"}));
    compact("notes", {2, 4});
    EXPECT_EQ(texts_of(read({"notes", 0, 1 << 20, 2})), (Texts{"ab"}));
    EXPECT_EQ(texts_of(read({"notes", 1, 1 << 20})), (Texts{"ab", "cd"})) << "the segment whole";
    const auto other = wait(ask<std::vector<StoredPart>>([&](auto done) {
        storage().read({"notes", 0, 1 << 20, 4, 2}, std::move(done));
    }));
    EXPECT_EQ(code_of(other), Code::conflict);
}

TEST_P(StorageHistory, ThinningMergesNeighboursAndKeepsTheirAuthors) {
    AppendRequest request = request_of("notes", {"a", "b", "c", "d"});
    request.authored = {{2, 1'000, 1'000, "ada"}, {2, 2'000, 2'000, "grace"}};
    ASSERT_TRUE(append(std::move(request)));
    compact("notes", {1, 2, 3, 4});
    ThinRequest thinning = thinning_of("notes");
    thinning.merges.push_back(merge_of("notes", {1, 2, 3}));
    const Result<void> thinned = thin(thinning);
    ASSERT_TRUE(thinned) << thinned.error().message;
    const Loaded loaded = load_with_authors("notes");
    EXPECT_EQ(shape_of(loaded.parts), "segment 1-3, segment 4-4");
    EXPECT_EQ(joined(loaded.parts), "abcd");
    EXPECT_EQ(shape_of(loaded.parts[0].authored), "ada*2, grace*1");
    EXPECT_EQ(stat("notes")->bytes, 4u);
    EXPECT_EQ(code_of(thin(thinning)), Code::conflict) << "it was done already";
}

TEST_P(StorageHistory, ThinningOfOtherSegmentsThanStandThereChangesNothing) {
    append("notes", {"a", "b", "c", "d", "e"});
    compact("notes", {1, 2, 4});
    const auto merging = [&](std::vector<std::uint64_t> last_seqs) {
        ThinRequest request = thinning_of("notes");
        request.merges.push_back(merge_of("notes", last_seqs));
        return request;
    };
    ThinRequest leaves_one_out = merging({1, 4});
    EXPECT_EQ(code_of(thin(leaves_one_out)), Code::conflict);
    ThinRequest takes_a_row = merging({4, 5});
    EXPECT_EQ(code_of(thin(takes_a_row)), Code::conflict);
    ThinRequest begins_elsewhere = merging({2, 4});
    begins_elsewhere.merges[0].first_seq = 1;
    EXPECT_EQ(code_of(thin(begins_elsewhere)), Code::conflict);
    ThinRequest other_mark = merging({1, 2});
    ++other_mark.merges[0].mark;
    EXPECT_EQ(code_of(thin(other_mark)), Code::conflict);
    ThinRequest other_epoch = merging({1, 2});
    ++other_epoch.epoch;
    EXPECT_EQ(code_of(thin(other_epoch)), Code::conflict);
    ThinRequest half_wrong = merging({1, 2});
    half_wrong.versions_gone = {1};
    EXPECT_EQ(code_of(thin(half_wrong)), Code::conflict) << "there is no version 1";
    ThinRequest no_keyframe = merging({1, 2});
    no_keyframe.keyframes_gone = {2};
    EXPECT_EQ(code_of(thin(no_keyframe)), Code::conflict);
    EXPECT_EQ(code_of(thin(merging({2}))), Code::invalid);
    EXPECT_EQ(code_of(thin(thinning_of("notes"))), Code::invalid) << "nothing to do";
    EXPECT_EQ(shape_of(load("notes").parts), "segment 1-1, segment 2-2, segment 3-4, row 5");
}

TEST_P(StorageHistory, ThinningNeverMergesAcrossAVersionThatIsKept) {
    append("notes", {"a"});
    ASSERT_TRUE(name_version("notes", "one"));
    append("notes", {"b"});
    ASSERT_TRUE(name_version("notes", "two"));
    append("notes", {"c"});
    compact("notes", {1, 2, 3});
    ThinRequest request = thinning_of("notes");
    request.merges.push_back(merge_of("notes", {1, 2, 3}));
    EXPECT_EQ(code_of(thin(request)), Code::conflict);
    request.versions_gone = {1};
    EXPECT_EQ(code_of(thin(request)), Code::conflict) << "version 2 is still in there";
    EXPECT_EQ(version_numbers({"notes"}), (std::vector<std::uint64_t>{2, 1}));
    request.versions_gone = {2, 1};
    const Result<void> thinned = thin(request);
    EXPECT_TRUE(thinned) << thinned.error().message;
    EXPECT_EQ(shape_of(load("notes").parts), "segment 1-3");
    EXPECT_TRUE(version_numbers({"notes"}).empty());
    EXPECT_EQ(head("notes").version, 2u) << "a number is never given twice";
    EXPECT_EQ(name_version("notes", "three")->version, 3u);
}

TEST_P(StorageHistory, AKeyframeGoesByThinning) {
    append("notes", {"a", "b"});
    compact_with_keyframe("notes", 2, "ab");
    append("notes", {"c", "d"});
    compact_with_keyframe("notes", 4, "abcd");
    ThinRequest request = thinning_of("notes");
    request.keyframes_gone = {2};
    ASSERT_TRUE(thin(request));
    EXPECT_EQ(shape_of(load_as_of("notes", 2)->parts), "segment 1-2");
    EXPECT_EQ(shape_of(load("notes").parts), "keyframe 1-4");
    EXPECT_EQ(stat("notes")->bytes, 8u);
}

}  // namespace weft::conformance
