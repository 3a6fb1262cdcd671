// What the extensions say beyond what every algorithm says (sdk/conformance/crdt/extension_cases.hpp).
#include "rga.hpp"

namespace weft::rga {
namespace {

TEST(RgaExtensions, DiffViewSaysWhoDeletedWhat) {
    const auto alice = replica(1);
    const auto bob = replica(2);
    insert(*alice, 0, "keep go went");
    const Bytes before = state(*alice);
    receive(*bob, before);
    erase(*bob, 7, 5);
    erase(*alice, 5, 3);
    receive(*alice, state(*bob));
    EXPECT_EQ(*RgaCrdt().extensions().diff_view->diff_view(before, state(*alice)),
              R"({"t":[{"keep":5},{"delete":"go ","actor":"1"},{"delete":"went","actor":"2"}]})");
}

TEST(RgaExtensions, StatisticsCountSpansAndTombstones) {
    const auto alice = replica(1);
    insert(*alice, 0, "abc\xf0\x9f\x98\x80");
    erase(*alice, 1, 1);
    const auto stats = RgaCrdt().extensions().stats->stats(*alice);
    ASSERT_TRUE(stats);
    EXPECT_EQ(stats->items, 3u);
    EXPECT_EQ(stats->tombstones, 1u);
}

}  // namespace
}  // namespace weft::rga
