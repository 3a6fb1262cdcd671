// Restoring, differences, anchors, statistics.
#include "rga.hpp"

#include <random>

namespace weft::rga {
namespace {

class RgaExtensions : public testing::Test {
protected:
    RgaCrdt crdt;
    CrdtExtensions there = crdt.extensions();
    std::unique_ptr<Replica> alice = replica(1);
    std::unique_ptr<Replica> bob = replica(2);
};

TEST_F(RgaExtensions, RestoreBringsBackAnEarlierTextAndConcurrentEditsStillMerge) {
    insert(*alice, 0, "hello world");
    const Bytes version = state(*alice);
    erase(*alice, 0, 6);
    insert(*alice, 5, "!");
    receive(*bob, state(*alice));
    const Bytes concurrent = insert(*bob, 5, "?");
    Bytes update;
    ASSERT_TRUE(there.restore->restore(*alice, version, update));
    EXPECT_EQ(text(*alice), "hello world");
    receive(*bob, update);
    receive(*alice, concurrent);
    EXPECT_EQ(text(*alice), "hello world?");
    EXPECT_EQ(text(*bob), text(*alice));
    EXPECT_EQ(alice->digest(), bob->digest());
}

TEST_F(RgaExtensions, RestoreToTheSameTextIsNoUpdate) {
    insert(*alice, 0, "same");
    Bytes update;
    ASSERT_TRUE(there.restore->restore(*alice, state(*alice), update));
    EXPECT_TRUE(update.empty());
}

TEST_F(RgaExtensions, RestoreToWhatIsNotKnownIsRefused) {
    insert(*bob, 0, "elsewhere");
    Bytes update;
    EXPECT_EQ(there.restore->restore(*alice, state(*bob), update).error().code, Code::missing);
}

TEST_F(RgaExtensions, AnyOfManyRandomVersionsCanBeRestored) {
    std::mt19937 random(4711);
    std::vector<std::pair<Bytes, std::string>> versions;
    for (int i = 0; i < 200; ++i) {
        Replica& at = random() % 2 == 0 ? *alice : *bob;
        const std::uint64_t units = text(at).size();
        if (units > 4 && random() % 3 == 0) {
            erase(at, random() % (units - 3), 3);
        } else {
            insert(at, random() % (units + 1),
                   std::string(1 + random() % 3, static_cast<char>('a' + random() % 26)));
        }
        receive(*alice, state(*bob));
        receive(*bob, state(*alice));
        versions.emplace_back(state(*alice), text(*alice));
    }
    for (int i = 0; i < 50; ++i) {
        const auto& [version, content] = versions[random() % versions.size()];
        Bytes update;
        const Result<void> restored = there.restore->restore(*alice, version, update);
        ASSERT_TRUE(restored) << restored.error().message;
        EXPECT_EQ(text(*alice), content);
        if (!update.empty()) {
            receive(*bob, update);
        }
        EXPECT_EQ(text(*bob), content);
    }
}

TEST_F(RgaExtensions, DiffViewSaysWhoInsertedAndWhoDeletedWhat) {
    insert(*alice, 0, "keep this \xf0\x9f\x98\x80 go");
    const Bytes before = state(*alice);
    receive(*bob, before);
    erase(*bob, 13, 2);
    insert(*bob, 4, " \"all\"");
    receive(*alice, state(*bob));
    insert(*alice, 0, "A");
    EXPECT_EQ(*there.diff_view->diff_view(before, state(*alice)),
              R"({"t":[{"insert":"A","actor":"1"},{"keep":4},{"insert":" \"all\"","actor":"2"},)"
              R"({"keep":9},{"delete":"go","actor":"2"}]})");
    EXPECT_EQ(*there.diff_view->diff_view(before, before), "{}");
}

TEST_F(RgaExtensions, AnchorsMoveWithTheTextOnTheirSide) {
    insert(*alice, 0, "one two");
    Bytes before;
    Bytes after;
    ASSERT_TRUE(there.anchor->anchor(*alice, "t", 4, AnchorSide::before, before));
    ASSERT_TRUE(there.anchor->anchor(*alice, "t", 4, AnchorSide::after, after));
    insert(*alice, 4, "XX");
    insert(*alice, 0, "\xf0\x9f\x98\x80");
    EXPECT_EQ(there.anchor->position(*alice, before)->position, 6u);
    EXPECT_EQ(there.anchor->position(*alice, after)->position, 8u);
    EXPECT_EQ(there.anchor->position(*alice, after)->root, "t");
    erase(*alice, 4, 6);  // with what both hold on to
    EXPECT_EQ(there.anchor->position(*alice, before)->position, 4u);
    EXPECT_EQ(there.anchor->position(*alice, after)->position, 4u);
    EXPECT_EQ(there.anchor->position(*bob, after).error().code, Code::missing);
}

TEST_F(RgaExtensions, AnchorsAtBothEndsStayThere) {
    insert(*alice, 0, "ab");
    Bytes begin;
    Bytes end;
    ASSERT_TRUE(there.anchor->anchor(*alice, "t", 0, AnchorSide::before, begin));
    ASSERT_TRUE(there.anchor->anchor(*alice, "t", 2, AnchorSide::after, end));
    insert(*alice, 0, "0");
    insert(*alice, 3, "9");
    EXPECT_EQ(there.anchor->position(*alice, begin)->position, 0u);
    EXPECT_EQ(there.anchor->position(*alice, end)->position, 4u);
    Bytes out;
    EXPECT_EQ(there.anchor->anchor(*alice, "t", 5, AnchorSide::after, out).error().code,
              Code::invalid);
    EXPECT_EQ(there.anchor->position(*alice, from_hex("0174")).error().code, Code::corrupt);
}

TEST_F(RgaExtensions, StatisticsCountSpansTombstonesAndUnits) {
    insert(*alice, 0, "abc\xf0\x9f\x98\x80");
    erase(*alice, 1, 1);
    const auto stats = there.stats->stats(*alice);
    ASSERT_TRUE(stats);
    EXPECT_EQ(stats->actors, 1u);
    EXPECT_EQ(stats->items, 3u);
    EXPECT_EQ(stats->tombstones, 1u);
    EXPECT_EQ(stats->units, 4u);
    EXPECT_EQ(stats->memory_bytes, alice->memory_bytes());
    EXPECT_EQ(there.gc, nullptr) << "tombstones are kept for ever";
}

}  // namespace
}  // namespace weft::rga
