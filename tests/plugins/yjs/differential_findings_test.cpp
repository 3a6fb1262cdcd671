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

}  // namespace
}  // namespace weft::yjs
