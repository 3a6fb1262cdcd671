// What random histories against Yjs have found (tests/differential): each as its shortest form, with the state that Yjs has then.
#include "vectors.hpp"
#include "yjs_crdt.hpp"

#include <gtest/gtest.h>

namespace weft::yjs {
namespace {

std::string state_after(const std::vector<std::string>& updates) {
    const auto replica = YjsCrdt({true}).create_replica({});
    for (const std::string& hex : updates) {
        const Bytes bytes = from_hex(hex);
        const BytesView view = bytes;
        Applied applied;
        replica->apply({&view, 1}, {&applied, 1});
        EXPECT_EQ(applied.code, Code::ok) << applied.message;
    }
    Bytes state;
    EXPECT_TRUE(replica->diff({}, state));
    return to_hex(state);
}

// One update deletes a map (client 2) and a value in it (client 1): the map takes its value along before its turn comes.
TEST(YjsFindings, DeletesOfOneUpdateAreAppliedFromTheHighestClientDown) {
    EXPECT_EQ(state_after({"010102002701016d01700100", "010102012701016d01720100",
                           "01010100280002000161017d0100", "01010101280002010178017d0100",
                           "01010102280002000162017d0200", "01010202a80102017d030101010201",
                           "00020201010101010101", "00020201000101010001"}),
              "020302002101016d0170012101016d017201000102010000020001020201000301010003");
}

// An XML element goes whose two children were deleted before, and an attribute that was written over.
TEST(YjsFindings, StructsDeletedBeforeTheirParentMergeFromTheLastOfItsChildrenOn) {
    EXPECT_EQ(state_after({"010101002701016d017003017000", "01020101070001000604000101016100",
                           "010201034701010604000103016200", "0101010528000100016b0177013100",
                           "010101062801016d017a017d0100", "01010107a80105017701320101010501",
                           "000101010104", "0001010200010701"}),
              "010501002101016d017001000400012801016d017a017d01000101010200060701");
}

// A map is deleted whose keys a and b had lost their values before, while the values of c and d were written over by client 2. The GC
// of client 1 merge around the values of a and b, the one of b first, because its key came later; each takes one more to its right.
TEST(YjsFindings, KeysOfADeletedMapAreVisitedInTheOrderInWhichTheyCame) {
    EXPECT_EQ(state_after({"010101002801016d0162017d0000", "010101012701016d01700100",
                           "01040102280001010161017d00280001010162017d00280001010163017d0028000101"
                           "0164017d0000",
                           "000101010201", "000101010301",
                           "01020200a80104017d01a80105017d010101010402", "00020201000201010101"}),
              "0201020000020301002801016d0162017d002101016d0170010004020201000201010105");
}

// Units 1 and 2 as well as 4 of client 1 are deleted at once. The range behind merges first and takes the GC of 2 along, so the
// range in front takes the GC of 6.
TEST(YjsFindings, RangesThatOneUpdateDeletesAreMergedFromTheLastOneDown) {
    EXPECT_EQ(
        state_after({"010101002801016d0163017d0000", "010101012701016d01700100",
                     "01010102280001010162017d0000", "01010103280001010161017d0000",
                     "01010104280001010163017d0000", "01010105a80103017d000101010301",
                     "000101010501", "01010200a80105017d0000", "01010106a80200017d000102010001",
                     "01010201a80106017d000101010601", "000202010101010201020401"}),
        "0201020000020301002801016d0163017d002101016d0170010005020201000201010106");
}

// Client 7 types "abc", then "de" behind it, and an undo leaves X between e (on its left) and b (on its right). While "abc" and "de" are
// two structs Yjs puts X behind e. Once they are one, its cut in front of b leaves X nothing but a on the left.
TEST(YjsFindings, ARightOriginInFrontOfTheOriginCutsOffTheOriginIfOneStructHasBoth) {
    const std::string abcde_x = "0102070004010474657874056162636465c407040701015800";
    const std::string a_x_bcde = "010307000401047465787401618407000462636465c407040701015800";
    EXPECT_EQ(state_after({abcde_x}), a_x_bcde);
    EXPECT_EQ(state_after({"01010700040104746578740361626300", "0101070384070202646500",
                           "01010705c407040701015800"}),
              a_x_bcde);
}

TEST(YjsFindings, ARightOriginInFrontOfTheOriginCutsOffNothingIfEachHasAStruct) {
    const std::string abcde_x = "0102070004010474657874056162636465c407040701015800";
    EXPECT_EQ(state_after({"010307000401047465787403616263840702026465c407040701015800"}), abcde_x);
    EXPECT_EQ(
        state_after({"01010700040104746578740361626300", "01020703840702026465c407040701015800"}),
        abcde_x);
}

TEST(YjsFindings, UpdatesThatAreLoadedTogetherHaveTheOrderThatTheyHadOneByOne) {
    const std::vector<Bytes> updates{from_hex("01010700040104746578740361626300"),
                                     from_hex("0101070384070202646500"),
                                     from_hex("01010705c407040701015800")};
    const std::vector<BytesView> views(updates.begin(), updates.end());
    const auto replica = YjsCrdt({true}).create_replica({});
    ASSERT_TRUE(replica->load(views));
    EXPECT_EQ(*replica->json("text"), "\"aXbcde\"");
}

}  // namespace
}  // namespace weft::yjs
