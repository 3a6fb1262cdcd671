// Joining and cutting updates, against what Yjs gives.
#include "document.hpp"
#include "merge_updates.hpp"
#include "vectors.hpp"

#include <gtest/gtest.h>

namespace weft::yjs {
namespace {

Bytes merged(const std::vector<Bytes>& updates) {
    const std::vector<BytesView> views(updates.begin(), updates.end());
    Bytes out;
    EXPECT_TRUE(merge_updates(views, out));
    return out;
}

std::vector<Bytes> from_hex_list(const Json& list, const char* key = nullptr) {
    std::vector<Bytes> updates;
    for (const Json& entry : list) {
        updates.push_back(from_hex(key == nullptr ? entry : entry[key]));
    }
    return updates;
}

std::string state_vector_hex(const StateVector& clocks) {
    Bytes bytes;
    Writer writer(bytes);
    writer.varuint(clocks.size());
    for (auto entry = clocks.rbegin(); entry != clocks.rend(); ++entry) {
        writer.varuint(entry->client);
        writer.varuint(entry->clock);
    }
    return to_hex(bytes);
}

class YjsMerge : public ::testing::TestWithParam<std::size_t> {
protected:
    const Json& entry() const { return vectors()["merges"][GetParam()]; }
};

TEST_P(YjsMerge, GivesTheBytesOfYjs) {
    if (entry().contains("merged_v1")) {
        const Bytes joined = merged(from_hex_list(entry()["inputs"]));
        EXPECT_EQ(to_hex(joined), entry()["merged_v1"]);
        UpdateLayout layout;
        ASSERT_TRUE(layout.read(joined));
        EXPECT_EQ(state_vector_hex(state_vector_of(layout)), entry()["state_vector"]);
    }
    if (entry().contains("encode_state_as_update_v1")) {
        Document document(DocumentOptions{});
        Applied applied;
        Bytes out;
        document.apply(from_hex(entry()["inputs"][0]), applied, out);
        Bytes diff;
        ASSERT_TRUE(
            document.diff(from_hex(entry()["state_vector"]), Document::Parked::left_out, diff));
        EXPECT_EQ(to_hex(diff), entry()["encode_state_as_update_v1"]);
    }
}

INSTANTIATE_TEST_SUITE_P(Merges, YjsMerge,
                         ::testing::Range(std::size_t{0}, vectors()["merges"].size()),
                         [](const auto& parameter) {
                             return test_name(vectors()["merges"][parameter.param]["name"]);
                         });

class YjsMergedDocument : public ::testing::TestWithParam<std::size_t> {
protected:
    const Json& entry() const { return vectors()["documents"][GetParam()]; }
};

TEST_P(YjsMergedDocument, IsJoinedAsYjsJoinsIt) {
    const Bytes joined = merged(from_hex_list(entry()["updates"], "v1"));
    EXPECT_EQ(to_hex(joined), entry()["expect"]["merged_v1"]);
}

INSTANTIATE_TEST_SUITE_P(Documents, YjsMergedDocument,
                         ::testing::Range(std::size_t{0}, vectors()["documents"].size()),
                         [](const auto& parameter) {
                             return test_name(vectors()["documents"][parameter.param]["name"]);
                         });

}  // namespace
}  // namespace weft::yjs
