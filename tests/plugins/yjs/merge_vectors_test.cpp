// Joining and cutting updates, against what Yjs gives.
#include "document.hpp"
#include "update_tools.hpp"
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

Bytes merged_v2(const std::vector<Bytes>& updates) {
    const std::vector<BytesView> views(updates.begin(), updates.end());
    Bytes out;
    EXPECT_TRUE(merge_updates(views, UpdateFormat::v2, out));
    return out;
}

std::vector<Bytes> from_hex_list(const Json& list, const char* key = nullptr) {
    std::vector<Bytes> updates;
    for (const Json& entry : list) {
        updates.push_back(from_hex(key == nullptr ? entry : entry[key]));
    }
    return updates;
}

Bytes state_vector_from(BytesView update, UpdateFormat format) {
    Bytes out;
    EXPECT_TRUE(state_vector_from_update(update, format, out));
    return out;
}

class YjsMerge : public ::testing::TestWithParam<std::size_t> {
protected:
    const Json& entry() const { return vectors()["merges"][GetParam()]; }
};

TEST_P(YjsMerge, GivesTheBytesOfYjs) {
    if (entry().contains("merged_v1")) {
        const Bytes joined = merged(from_hex_list(entry()["inputs"]));
        EXPECT_EQ(to_hex(joined), entry()["merged_v1"]);
        EXPECT_EQ(to_hex(state_vector_from(joined, UpdateFormat::v1)), entry()["state_vector"]);
    }
    if (entry().contains("merged_v2")) {
        const Bytes joined = merged_v2(from_hex_list(entry()["inputs"]));
        EXPECT_EQ(to_hex(joined), entry()["merged_v2"]);
        EXPECT_EQ(to_hex(state_vector_from(joined, UpdateFormat::v2)), entry()["state_vector"]);
    }
}

TEST_P(YjsMerge, DiffsAnUpdateAsYjsDoes) {
    if (!entry().contains("diff_update_v1")) {
        return;
    }
    const Bytes update = from_hex(entry()["inputs"][0]);
    const Bytes state_vector = from_hex(entry()["state_vector"]);
    Bytes diff;
    ASSERT_TRUE(diff_update(update, UpdateFormat::v1, state_vector, diff));
    EXPECT_EQ(to_hex(diff), entry()["diff_update_v1"]);

    Bytes update_v2, diff_v2, expected_v2;
    ASSERT_TRUE(convert_v1_to_v2(update, update_v2));
    ASSERT_TRUE(diff_update(update_v2, UpdateFormat::v2, state_vector, diff_v2));
    ASSERT_TRUE(convert_v1_to_v2(diff, expected_v2));
    EXPECT_EQ(to_hex(diff_v2), to_hex(expected_v2));
}

TEST_P(YjsMerge, DiffsADocumentAsYjsDoes) {
    if (!entry().contains("encode_state_as_update_v1")) {
        return;
    }
    Document document(DocumentOptions{});
    Applied applied;
    Bytes out;
    document.apply(from_hex(entry()["inputs"][0]), applied, out);
    Bytes diff, diff_v2;
    ASSERT_TRUE(document.diff(from_hex(entry()["state_vector"]), Document::Parked::left_out, diff));
    EXPECT_EQ(to_hex(diff), entry()["encode_state_as_update_v1"]);
    ASSERT_TRUE(transcode_v1_to_v2(diff, diff_v2));
    EXPECT_EQ(to_hex(diff_v2), entry()["encode_state_as_update_v2"]);
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
    EXPECT_EQ(to_hex(state_vector_from(joined, UpdateFormat::v1)),
              entry()["expect"]["state_vector"]);
}

TEST_P(YjsMergedDocument, IsJoinedInFormatV2WithTheSameContents) {
    const Bytes joined_v2 = merged_v2(from_hex_list(entry()["updates"], "v2"));
    const Bytes expected = from_hex(entry()["expect"]["merged_v1"]);
    Bytes joined;
    ASSERT_TRUE(convert_v2_to_v1(joined_v2, joined));
    if (entry()["updates"].size() > 1) {  // one update alone stays as it is
        EXPECT_EQ(to_hex(joined), to_hex(expected));
    }
}

INSTANTIATE_TEST_SUITE_P(Documents, YjsMergedDocument,
                         ::testing::Range(std::size_t{0}, vectors()["documents"].size()),
                         [](const auto& parameter) {
                             return test_name(vectors()["documents"][parameter.param]["name"]);
                         });

}  // namespace
}  // namespace weft::yjs
