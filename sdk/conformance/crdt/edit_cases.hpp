// Local edits, positions, and the extensions that an algorithm has.
#pragma once

#include "crdt_fixture.hpp"

namespace weft::conformance {

TEST_P(CrdtConformance, EditsOfOneCallApplyOneAfterTheOtherAndAreOneUpdate) {
    const auto alice = replica(1);
    const Bytes update =
        edit(*alice, {Edit::insert_text("a", 0, "hello"), Edit::delete_text("a", 0, 1),
                      Edit::insert_text("a", 0, "J"), Edit::insert_text("a", 5, "!")});
    EXPECT_EQ(text(*alice), "Jello!");
    const auto bob = replica();
    EXPECT_TRUE(receive(*bob, update).applied.verbatim);
    expect_same(*bob, *alice);
}

TEST_P(CrdtConformance, EditsThatChangeNothingAreNoUpdate) {
    const auto alice = replica(1);
    insert(*alice, 0, "abc");
    const Digest before = alice->digest();
    EXPECT_TRUE(
        edit(*alice, {Edit::insert_text("a", 1, ""), Edit::delete_text("a", 2, 0)}).empty());
    EXPECT_EQ(alice->digest(), before);
}

TEST_P(CrdtConformance, EditsAreRefusedWholeWhenOneIsBeyondTheEnd) {
    const auto alice = replica(1);
    insert(*alice, 0, "abc");
    const Digest before = alice->digest();
    for (const Edit& bad : {Edit::insert_text("a", 5, "x"), Edit::delete_text("a", 3, 2),
                            Edit::delete_text("a", 5, 0), Edit::delete_text("a", 1, all_units),
                            Edit::insert_text("a", all_units, "x")}) {
        const std::vector<Edit> edits{Edit::insert_text("a", 0, "y"), bad};
        Bytes update;
        const Result<void> done = alice->edit(edits, update);
        ASSERT_FALSE(done);
        EXPECT_EQ(done.error().code, Code::invalid);
        EXPECT_FALSE(done.error().message.empty());
        EXPECT_TRUE(update.empty());
        EXPECT_EQ(alice->digest(), before);
        EXPECT_EQ(text(*alice), "abc");
    }
    insert(*alice, 3, "d");
    const auto bob = replica();
    catch_up(*bob, *alice);
    expect_same(*bob, *alice);
}

TEST_P(CrdtConformance, TextThatIsNotUtf8IsNotInserted) {
    const auto alice = replica(1);
    for (const char* bad : {"\xff", "a\xc3", "\xed\xa0\x80", "\xc0\xaf", "\xf5\x80\x80\x80"}) {
        const std::vector<Edit> edits{Edit::insert_text("a", 0, bad)};
        Bytes update;
        EXPECT_EQ(alice->edit(edits, update).error().code, Code::invalid) << bad;
    }
    EXPECT_EQ(text(*alice), "");
}

TEST_P(CrdtConformance, AnUnknownKindOfEditIsUnsupported) {
    const auto alice = replica(1);
    Edit unknown = Edit::insert_text("a", 0, "x");
    unknown.kind = static_cast<EditKind>(99);
    Bytes update;
    EXPECT_EQ(alice->edit({&unknown, 1}, update).error().code, Code::unsupported);
}

TEST_P(CrdtConformance, AReplicaWithoutAnActorDoesNotEdit) {
    const Edit insert = Edit::insert_text("a", 0, "x");
    Bytes update;
    EXPECT_EQ(replica()->edit({&insert, 1}, update).error().code, Code::state);
}

TEST_P(CrdtConformance, PositionsCountUtf16CodeUnits) {
    const auto alice = replica(1);
    insert(*alice, 0, "a\xf0\x9f\x98\x80\xc3\xa4z");
    EXPECT_EQ(*alice->text("a", 1, 2), "\xf0\x9f\x98\x80");
    EXPECT_EQ(*alice->text("a", 3, 1), "\xc3\xa4");
    EXPECT_EQ(*alice->text("a", 4, all_units), "z");
    EXPECT_EQ(*alice->text("a", 5, 1), "");
    insert(*alice, 3, "-");
    erase(*alice, 4, 1);
    EXPECT_EQ(text(*alice), "a\xf0\x9f\x98\x80-z");
    EXPECT_EQ(alice->text("nowhere", 0, 1).error().code, Code::not_found);
    EXPECT_EQ(alice->json("nowhere").error().code, Code::not_found);
}

TEST_P(CrdtConformance, ATextThatIsCutInsideACharacterStaysValidUtf8EverywhereAndTheSame) {
    const auto alice = replica(1);
    const auto bob = replica(2);
    receive(*bob, insert(*alice, 0, "\xf0\x9f\x98\x80\xf0\x9f\x98\x81"));
    // An algorithm may refuse to cut a character; none may show half of one.
    for (const Edit& cut : {Edit::insert_text("a", 1, "x"), Edit::delete_text("a", 1, 2)}) {
        Bytes update;
        if (alice->edit({&cut, 1}, update)) {
            receive(*bob, update);
        }
        expect_same(*bob, *alice);
        for (std::uint64_t at = 0; at < 5; ++at) {
            const Edit again = Edit::insert_text("c", 0, *alice->text("a", at, 3));
            Bytes ignored;
            EXPECT_TRUE(replica(9)->edit({&again, 1}, ignored)) << "it is valid UTF-8";
        }
    }
}

TEST_P(CrdtConformance, RootsAreListedByTheirNames) {
    const auto alice = replica(1);
    edit(*alice, {Edit::insert_text("b", 0, "x"), Edit::insert_text("a", 0, "y")});
    const auto roots = alice->roots();
    ASSERT_EQ(roots.size(), 2u);
    EXPECT_EQ(roots[0].name, "a");
    EXPECT_EQ(roots[1].name, "b");
    EXPECT_EQ(roots[0].kind, "text");
    EXPECT_EQ(*alice->json("a"), "\"y\"");
}

TEST_P(CrdtConformance, RestoreBringsBackAnyEarlierText) {
    const Restore* const restore = crdt().extensions().restore;
    if (restore == nullptr) {
        GTEST_SKIP() << "this algorithm has no restore";
    }
    Random random(6);
    const auto alice = replica(1);
    const auto bob = replica(2);
    std::vector<std::pair<Bytes, std::string>> versions;
    for (int turn = 0; turn < 60; ++turn) {
        edit_something(turn % 3 == 0 ? *bob : *alice, random);
        catch_up(*alice, *bob);
        catch_up(*bob, *alice);
        versions.emplace_back(state(*alice), text(*alice));
    }
    for (int turn = 0; turn < 20; ++turn) {
        const auto& [version, content] = versions[random() % versions.size()];
        const Bytes concurrent = edit_something(*bob, random);
        Bytes update;
        const Result<void> done = restore->restore(*alice, version, update);
        ASSERT_TRUE(done) << done.error().message;
        EXPECT_EQ(text(*alice), content);
        if (!update.empty()) {
            receive(*bob, update);
        }
        catch_up(*alice, *bob);
        expect_same(*alice, *bob);
    }
}

TEST_P(CrdtConformance, AnchorsMoveWithTheText) {
    const Anchors* const anchors = crdt().extensions().anchor;
    if (anchors == nullptr) {
        GTEST_SKIP() << "this algorithm has no anchor";
    }
    const auto alice = replica(1);
    insert(*alice, 0, "one two");
    Bytes before;
    Bytes after;
    ASSERT_TRUE(anchors->anchor(*alice, "a", 4, AnchorSide::before, before));
    ASSERT_TRUE(anchors->anchor(*alice, "a", 4, AnchorSide::after, after));
    insert(*alice, 4, "XX");
    insert(*alice, 0, "\xf0\x9f\x98\x80");
    EXPECT_EQ(anchors->position(*alice, before)->position, 6u);
    EXPECT_EQ(anchors->position(*alice, after)->position, 8u);
    EXPECT_EQ(anchors->position(*alice, after)->root, "a");
    EXPECT_EQ(anchors->position(*replica(), after).error().code, Code::missing);
    Bytes none;
    EXPECT_EQ(anchors->anchor(*alice, "a", 99, AnchorSide::after, none).error().code,
              Code::invalid);
}

TEST_P(CrdtConformance, StatisticsAgreeWithTheReplica) {
    const Statistics* const statistics = crdt().extensions().stats;
    if (statistics == nullptr) {
        GTEST_SKIP() << "this algorithm has no stats";
    }
    const auto alice = replica(1);
    insert(*alice, 0, "abc\xf0\x9f\x98\x80");
    erase(*alice, 1, 1);
    const auto stats = statistics->stats(*alice);
    ASSERT_TRUE(stats);
    EXPECT_EQ(stats->units, 4u);
    EXPECT_EQ(stats->memory_bytes, alice->memory_bytes());
    EXPECT_GT(stats->items, 0u);
}

TEST_P(CrdtConformance, DiffViewSaysWhatWasInsertedAndDeleted) {
    const DiffView* const view = crdt().extensions().diff_view;
    if (view == nullptr) {
        GTEST_SKIP() << "this algorithm has no diff_view";
    }
    const auto alice = replica(5);
    insert(*alice, 0, "keep go");
    const Bytes before = state(*alice);
    erase(*alice, 5, 2);
    insert(*alice, 0, "new ");
    const auto changes = view->diff_view(before, state(*alice));
    ASSERT_TRUE(changes);
    EXPECT_NE(changes->find(R"({"insert":"new ","actor":"5"})"), std::string::npos) << *changes;
    EXPECT_NE(changes->find(R"({"keep":5})"), std::string::npos) << *changes;
    EXPECT_NE(changes->find(R"({"delete":"go")"), std::string::npos) << *changes;
    EXPECT_EQ(*view->diff_view(before, before), "{}");
}

}  // namespace weft::conformance
