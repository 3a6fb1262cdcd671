// Entity tags: what names the state of a document, and what If-Match and If-None-Match make of it.
#include "kernel/http/entity_tag.hpp"

#include <gtest/gtest.h>

namespace weft {
namespace {

using Marks = std::vector<std::uint64_t>;

TEST(EntityTag, NamesAStateByItsMark) {
    EXPECT_EQ(entity_tag(0x1f), "\"000000000000001f\"");
    EXPECT_EQ(entity_tag(0x1f, "json"), "\"000000000000001f.json\"");
}

TEST(EntityTag, IfNoneMatchNamesTagsWeaklyOrAll) {
    const std::string tag = entity_tag(7);
    EXPECT_TRUE(names_tag(tag, tag));
    EXPECT_TRUE(names_tag("W/" + tag, tag));
    EXPECT_TRUE(names_tag("\"a, b\" , " + tag, tag));
    EXPECT_TRUE(names_tag("*", tag));
    EXPECT_FALSE(names_tag(entity_tag(7, "json"), tag)) << "another representation";
    EXPECT_FALSE(names_tag("", tag));
    EXPECT_FALSE(names_tag("0000000000000007", tag)) << "without quotes";
}

TEST(EntityTag, IfMatchAsksForMarks) {
    const auto condition = condition_of(entity_tag(7) + "," + entity_tag(8, "json"));
    ASSERT_TRUE(condition.ok());
    EXPECT_EQ(condition->kind, Condition::Kind::has_mark_of);
    EXPECT_EQ(condition->marks, (Marks{7, 8}));
}

TEST(EntityTag, IfMatchWithForeignOrWeakTagsNeverHolds) {
    for (const std::string& header : {"W/" + entity_tag(7), std::string("\"abc\""),
                                      std::string("\"000000000000000g\""), std::string("\"\"")}) {
        const auto condition = condition_of(header);
        ASSERT_TRUE(condition.ok()) << header;
        EXPECT_EQ(condition->kind, Condition::Kind::has_mark_of) << header;
        EXPECT_EQ(condition->marks, Marks{}) << header;
    }
}

TEST(EntityTag, IfMatchMayAskForAnyStateOrForNone) {
    EXPECT_EQ(condition_of("*")->kind, Condition::Kind::exists);
    EXPECT_EQ(condition_of("")->kind, Condition::Kind::none);
}

TEST(EntityTag, IfMatchThatDoesNotParseIsRefused) {
    for (const std::string_view header : {"abc", "\"open", "\"a\" \"b\"", ","}) {
        EXPECT_FALSE(condition_of(header).ok()) << header;
    }
}

}  // namespace
}  // namespace weft
