// What an algorithm can do beyond the seam, where it promises to (weft/crdt_extensions.hpp).
#pragma once

#include "crdt_fixture.hpp"

namespace weft::conformance {

// ---- restore ----

TEST_P(CrdtConformance, RestoreBringsBackAnyEarlierText) {
    const auto* const extension = as_promised(WEFT_CRDT_RESTORE, crdt().extensions().restore);
    if (extension == nullptr) {
        return;
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
        const Bytes update = restored(*extension, *alice, version);
        EXPECT_EQ(text(*alice), content);
        if (!update.empty()) {
            receive(*bob, update);
        }
        catch_up(*alice, *bob);
        expect_same(*alice, *bob);
    }
}

TEST_P(CrdtConformance, WhatIsTypedWhileATextIsRestoredStaysInIt) {
    const auto* const extension = as_promised(WEFT_CRDT_RESTORE, crdt().extensions().restore);
    if (extension == nullptr) {
        return;
    }
    const auto alice = replica(1);
    const auto bob = replica(2);
    insert(*alice, 0, "hello world");
    const Bytes version = state(*alice);
    erase(*alice, 0, 6);
    insert(*alice, 5, "!");
    catch_up(*bob, *alice);
    const Bytes concurrent = insert(*bob, 5, "?");
    const Bytes update = restored(*extension, *alice, version);
    EXPECT_EQ(text(*alice), "hello world");
    receive(*bob, update);
    receive(*alice, concurrent);
    EXPECT_EQ(text(*alice), "hello world?");
    expect_same(*alice, *bob);
}

TEST_P(CrdtConformance, RestoringTheSameContentIsNoUpdate) {
    const auto* const extension = as_promised(WEFT_CRDT_RESTORE, crdt().extensions().restore);
    if (extension == nullptr) {
        return;
    }
    const auto alice = replica(1);
    insert(*alice, 0, "same");
    const Bytes version = state(*alice);
    EXPECT_TRUE(restored(*extension, *alice, version).empty());
    erase(*alice, 1, 2);
    EXPECT_FALSE(restored(*extension, *alice, version).empty());
    EXPECT_EQ(text(*alice), "same");
    EXPECT_TRUE(restored(*extension, *alice, version).empty())
        << "what was restored is the same, too";
}

TEST_P(CrdtConformance, RestoringThePresentAfterAVersionBringsThePresentBack) {
    const auto* const extension = as_promised(WEFT_CRDT_RESTORE, crdt().extensions().restore);
    if (extension == nullptr) {
        return;
    }
    const auto alice = replica(1);
    insert(*alice, 0, "first");
    const Bytes version = state(*alice);
    erase(*alice, 0, 5);
    insert(*alice, 0, "second");
    const Bytes present = state(*alice);
    restored(*extension, *alice, version);
    EXPECT_EQ(text(*alice), "first");
    restored(*extension, *alice, present);
    EXPECT_EQ(text(*alice), "second");
    restored(*extension, *alice, version);
    EXPECT_EQ(text(*alice), "first");
}

TEST_P(CrdtConformance, RestoreTellsWhyItCannot) {
    const auto* const extension = as_promised(WEFT_CRDT_RESTORE, crdt().extensions().restore);
    if (extension == nullptr) {
        return;
    }
    const auto alice = replica(1);
    const auto bob = replica(2);
    insert(*bob, 0, "elsewhere");
    Bytes elsewhere = state(*bob);
    Bytes update;
    EXPECT_EQ(code_of(extension->restore(*alice, elsewhere, update)), Code::missing);
    EXPECT_EQ(extension->restore(*replica(), state(*replica()), update).error().code, Code::state);
    elsewhere.pop_back();
    EXPECT_EQ(code_of(extension->restore(*bob, elsewhere, update)), Code::corrupt);
    EXPECT_TRUE(update.empty());
}

// ---- diff_view ----

TEST_P(CrdtConformance, DiffViewSaysWhoInsertedAndWhatWasDeleted) {
    const auto* const extension = as_promised(WEFT_CRDT_DIFF_VIEW, crdt().extensions().diff_view);
    if (extension == nullptr) {
        return;
    }
    const auto alice = replica(1);
    const auto bob = replica(2);
    insert(*alice, 0, "keep this \xf0\x9f\x98\x80 go");
    const Bytes before = state(*alice);
    catch_up(*bob, *alice);
    erase(*bob, 13, 2);
    insert(*bob, 4, " \"all\"");
    catch_up(*alice, *bob);
    insert(*alice, 0, "A");
    const std::string until_delete =
        R"({"a":[{"insert":"A","actor":"1"},{"keep":4},{"insert":" \"all\"","actor":"2"},{"keep":9},)";
    const auto changes = extension->diff_view(before, state(*alice));
    ASSERT_TRUE(changes);
    EXPECT_TRUE(*changes == until_delete + R"({"delete":"go"}]})" ||
                *changes == until_delete + R"({"delete":"go","actor":"2"}]})")
        << *changes;
    EXPECT_EQ(*extension->diff_view(before, before), "{}");
}

TEST_P(CrdtConformance, DiffViewLooksBackwardsToo) {
    const auto* const extension = as_promised(WEFT_CRDT_DIFF_VIEW, crdt().extensions().diff_view);
    if (extension == nullptr) {
        return;
    }
    const auto alice = replica(1);
    insert(*alice, 0, "abc");
    const Bytes before = state(*alice);
    erase(*alice, 1, 1);
    EXPECT_EQ(*extension->diff_view(state(*alice), before),
              R"({"a":[{"keep":1},{"insert":"b","actor":"1"},{"keep":1}]})");
}

TEST_P(CrdtConformance, DiffViewRefusesWhatIsNoState) {
    const auto* const extension = as_promised(WEFT_CRDT_DIFF_VIEW, crdt().extensions().diff_view);
    if (extension == nullptr) {
        return;
    }
    const auto alice = replica(1);
    insert(*alice, 0, "begun");
    const Bytes second = insert(*alice, 5, " and gone on");
    Bytes whole = state(*alice);
    EXPECT_EQ(code_of(extension->diff_view(whole, second)), Code::missing);
    const Bytes same = whole;
    whole.pop_back();
    EXPECT_EQ(code_of(extension->diff_view(whole, same)), Code::corrupt);
}

// ---- gc ----

TEST_P(CrdtConformance, CollectingFreesWhatItSaysAndChangesNothingThatIsSeen) {
    const auto* const extension = as_promised(WEFT_CRDT_GC, crdt().extensions().gc);
    if (extension == nullptr) {
        return;
    }
    const auto alice = replica(1);
    insert(*alice, 0, std::string(10000, 'x') + "kept");
    erase(*alice, 0, 10000);
    const Digest digest = alice->digest();
    const std::uint64_t before = alice->memory_bytes();
    const auto freed = extension->collect(*alice);
    ASSERT_TRUE(freed);
    EXPECT_EQ(alice->memory_bytes(), before - *freed);
    EXPECT_EQ(alice->digest(), digest);
    EXPECT_EQ(text(*alice), "kept");
    EXPECT_EQ(*extension->collect(*alice), 0u);
    const auto bob = replica();
    catch_up(*bob, *alice);
    expect_same(*bob, *alice);
}

// ---- anchor ----

TEST_P(CrdtConformance, AnchorsMoveWithTheTextOnTheirSide) {
    const auto* const extension = as_promised(WEFT_CRDT_ANCHOR, crdt().extensions().anchor);
    if (extension == nullptr) {
        return;
    }
    const auto alice = replica(1);
    insert(*alice, 0, "one two");
    Bytes before;
    Bytes after;
    ASSERT_TRUE(extension->anchor(*alice, "a", 4, AnchorSide::before, before));
    ASSERT_TRUE(extension->anchor(*alice, "a", 4, AnchorSide::after, after));
    insert(*alice, 4, "XX");
    insert(*alice, 0, "\xf0\x9f\x98\x80");
    EXPECT_EQ(extension->position(*alice, before)->position, 6u);
    EXPECT_EQ(extension->position(*alice, after)->position, 8u);
    EXPECT_EQ(extension->position(*alice, after)->root, "a");
    erase(*alice, 4, 6);  // with what both hold on to
    EXPECT_EQ(extension->position(*alice, before)->position, 4u);
    EXPECT_EQ(extension->position(*alice, after)->position, 4u);
    EXPECT_EQ(code_of(extension->position(*replica(), after)), Code::missing);
}

TEST_P(CrdtConformance, AnchorsAtBothEndsStayThere) {
    const auto* const extension = as_promised(WEFT_CRDT_ANCHOR, crdt().extensions().anchor);
    if (extension == nullptr) {
        return;
    }
    const auto alice = replica(1);
    insert(*alice, 0, "ab");
    Bytes begin;
    Bytes end;
    ASSERT_TRUE(extension->anchor(*alice, "a", 0, AnchorSide::before, begin));
    ASSERT_TRUE(extension->anchor(*alice, "a", 2, AnchorSide::after, end));
    insert(*alice, 0, "0");
    insert(*alice, 3, "9");
    EXPECT_EQ(extension->position(*alice, begin)->position, 0u);
    EXPECT_EQ(extension->position(*alice, end)->position, 4u);
}

TEST_P(CrdtConformance, AnchorsAreRefusedBeyondTheEndInNoRootAndWhenDamaged) {
    const auto* const extension = as_promised(WEFT_CRDT_ANCHOR, crdt().extensions().anchor);
    if (extension == nullptr) {
        return;
    }
    const auto alice = replica(1);
    insert(*alice, 0, "ab");
    Bytes anchor;
    EXPECT_EQ(code_of(extension->anchor(*alice, "a", 3, AnchorSide::after, anchor)), Code::invalid);
    EXPECT_EQ(code_of(extension->anchor(*alice, "none", 0, AnchorSide::after, anchor)),
              Code::not_found);
    EXPECT_TRUE(anchor.empty());
    ASSERT_TRUE(extension->anchor(*alice, "a", 1, AnchorSide::after, anchor));
    anchor.resize(1);
    EXPECT_EQ(code_of(extension->position(*alice, anchor)), Code::corrupt);
}

// ---- stats ----

TEST_P(CrdtConformance, StatisticsAgreeWithTheReplica) {
    const auto* const extension = as_promised(WEFT_CRDT_STATS, crdt().extensions().stats);
    if (extension == nullptr) {
        return;
    }
    const auto alice = replica(1);
    insert(*alice, 0, "abc\xf0\x9f\x98\x80");
    erase(*alice, 1, 1);
    const auto stats = extension->stats(*alice);
    ASSERT_TRUE(stats);
    EXPECT_EQ(stats->actors, 1u);
    EXPECT_EQ(stats->units, 4u);
    EXPECT_EQ(stats->parked_bytes, 0u);
    EXPECT_EQ(stats->memory_bytes, alice->memory_bytes());
    EXPECT_GT(stats->items, stats->tombstones);
}

}  // namespace weft::conformance
