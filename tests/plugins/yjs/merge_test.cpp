// What joining updates keeps when they know different things of the same units.
#include "update_encoder.hpp"
#include "update_tools.hpp"
#include "vectors.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace weft::yjs {
namespace {

const char* const hello = "01010100040101740568656c6c6f00";  // units 0 to 5 of client 1
const char* const llo = "0101010284010103"
                        "6c6c6f00";  // its units 2 to 5
const char* const deleted_2_to_5 = "010101028101010300";
const char* const collected_0_to_5 = "01010100000500";
const char* const collected_0_to_10 = "01010100000a00";

std::string merged(const std::vector<std::string>& updates) {
    std::vector<Bytes> bytes;
    for (const std::string& update : updates) {
        bytes.push_back(from_hex(update));
    }
    const std::vector<BytesView> views(bytes.begin(), bytes.end());
    Bytes out;
    EXPECT_TRUE(merge_updates(views, UpdateFormat::v1, out));
    return to_hex(out);
}

TEST(Merge, KeepsContentThatAnotherUpdateHasForgotten) {
    EXPECT_EQ(merged({collected_0_to_5, hello}), hello);
    EXPECT_EQ(merged({hello, collected_0_to_5}), hello);
    EXPECT_EQ(merged({deleted_2_to_5, hello}), hello);
    EXPECT_EQ(merged({collected_0_to_5, deleted_2_to_5, hello}), hello);
}

TEST(Merge, CutsGcWhereContentBeginsAndGoesOnBehindIt) {
    const std::string expected = "01030100"
                                 "0002"
                                 "84010103"
                                 "6c6c6f"
                                 "0005"
                                 "00";
    EXPECT_EQ(merged({collected_0_to_10, llo}), expected);
    EXPECT_EQ(merged({llo, collected_0_to_10}), expected);
}

TEST(Merge, KeepsTheBestThatIsKnownOfEachUnit) {
    const std::string x_at_3 = "010101038401020178"
                               "00";
    const std::string expected = "01050100"
                                 "0002"
                                 "81010101"
                                 "8401020178"
                                 "81010301"
                                 "0005"
                                 "00";
    EXPECT_EQ(merged({collected_0_to_10, deleted_2_to_5, x_at_3}), expected);
    EXPECT_EQ(merged({x_at_3, deleted_2_to_5, collected_0_to_10}), expected);
    EXPECT_EQ(merged({deleted_2_to_5, collected_0_to_10, x_at_3}), expected);
}

TEST(Merge, JoinsGcOfDifferentUpdatesAsYjsDoes) {
    EXPECT_EQ(merged({"01010100000300", "01010102000400"}), "01010100000600");
    // Two GC in a row of one update stay two.
    EXPECT_EQ(merged({"010201000003000300", "0000"}), "010201000003000300");
}

// Both know the same of client 1: two deleted units, then a pair of surrogates, which the second has cut in half. Yjs takes
// the run of the update that it took from last, which is the second: nobody else has something of client 2.
TEST(Merge, TakesARunAsYjsDoesIfNoUpdateKnowsMore) {
    const std::string whole = "01020100010101740284010104f09fa7b500";
    const std::string in_halves = "020102000401017401780301000101017402840101"
                                  "03efbfbd84010203efbfbd00";
    const std::string expected = "02010200040101740178030100010101740284010103"
                                 "efbfbd84010203efbfbd00";
    EXPECT_EQ(merged({whole, in_halves}), expected);
    EXPECT_EQ(merged({in_halves, whole}), expected);
}

TEST(Merge, BeginsBehindWhatAnUpdateSkipsInFront) {
    EXPECT_EQ(merged({"010201000a0284010101"
                      "6100",
                      "0000"}),
              "0101010284010101"
              "6100");
}

TEST(Merge, GivesOneUpdateBackAsItCame) {
    EXPECT_EQ(merged({"010201000a028401010161"
                      "00"}),
              "010201000a028401010161"
              "00");
    EXPECT_EQ(merged({}), "0000");
}

TEST(Merge, RefusesAllWhenOneUpdateIsDamaged) {
    const Bytes good = from_hex(hello), bad = from_hex("0102");
    const BytesView updates[] = {good, bad};
    Bytes out;
    EXPECT_FALSE(merge_updates(updates, UpdateFormat::v1, out));
    EXPECT_FALSE(merge_updates(updates, UpdateFormat::v2, out));
}

/// An update of client 1 with `count` structs of `length` units each.
Bytes structs_of(ContentRef ref, std::uint64_t clock, std::uint64_t count, std::uint64_t length) {
    Bytes update;
    Writer writer(update);
    writer.varuint(1);
    writer.varuint(count);
    writer.varuint(1);
    writer.varuint(clock);
    const std::string text(length, 'x');
    for (std::uint64_t i = 0; i < count; ++i) {
        StructView view;
        view.client = 1;
        view.clock = clock + i * length;
        view.has_origin = view.clock > 0;
        view.origin = {1, view.clock - 1};
        view.parent = view.has_origin ? StructView::Parent::of_neighbour : StructView::Parent::root;
        view.root = "t";
        view.content = {ref, length, ref == ContentRef::string ? as_bytes(text) : BytesView{}};
        write_struct(writer, view, 0);
    }
    writer.varuint(0);
    return update;
}

// The time of this test is its point: work for each pair of updates would be 400 million steps.
TEST(Merge, TakesEachStructOnceHoweverManyOverlap) {
    constexpr std::uint64_t count = 20'000;
    std::vector<Bytes> updates;
    for (std::uint64_t i = 0; i < count; ++i) {
        updates.push_back(
            structs_of(i % 2 == 0 ? ContentRef::gc : ContentRef::deleted, i, 1, 2 * count));
    }
    const Bytes text = structs_of(ContentRef::string, 0, count, 1);
    updates.push_back(text);
    const std::vector<BytesView> views(updates.begin(), updates.end());
    Bytes out;
    ASSERT_TRUE(merge_updates(views, UpdateFormat::v1, out));
    UpdateLayout layout;
    ASSERT_TRUE(layout.read(out));
    ASSERT_EQ(layout.runs.size(), 1u);
    EXPECT_EQ(layout.runs[0].end, 3 * count - 1);
    EXPECT_TRUE(std::search(out.begin(), out.end(), text.begin() + 8, text.end() - 1) != out.end());
}

}  // namespace
}  // namespace weft::yjs
