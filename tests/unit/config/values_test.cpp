// The written forms of single values.
#include "kernel/config/values.hpp"

#include <gtest/gtest.h>

#include <array>
#include <limits>

namespace weft {
namespace {

using namespace std::chrono_literals;

TEST(Values, ADurationIsShownInTheShortestFormThatReadsBack) {
    for (const std::chrono::milliseconds duration :
         {0ms, 1ms, 1500ms, 90'000ms, 3'600'000ms, 86'400'000ms}) {
        const auto again = parse_duration(format_duration(duration));
        ASSERT_TRUE(again) << format_duration(duration);
        EXPECT_EQ(*again, duration);
    }
    EXPECT_EQ(format_duration(90s), "90s");
    EXPECT_EQ(format_duration(48h), "2d");
}

TEST(Values, ASizeIsShownInTheShortestFormThatReadsBack) {
    for (const std::uint64_t bytes :
         {0ULL, 1ULL, 1023ULL, 1024ULL, 1536ULL, 3ULL << 30, 1ULL << 40}) {
        const auto again = parse_size(format_size(bytes));
        ASSERT_TRUE(again) << format_size(bytes);
        EXPECT_EQ(*again, bytes);
    }
    EXPECT_EQ(format_size(16ULL << 20), "16MiB");
}

TEST(Values, TheLargestNumberIsReadExactlyAndTheNextIsRefused) {
    const auto largest = parse_count("18446744073709551615");
    ASSERT_TRUE(largest);
    EXPECT_EQ(*largest, std::numeric_limits<std::uint64_t>::max());
    EXPECT_FALSE(parse_count("18446744073709551616"));
}

TEST(Values, ABooleanIsTrueOrFalseInTheseLetters) {
    EXPECT_TRUE(*parse_bool("true"));
    EXPECT_FALSE(*parse_bool("false"));
    for (const char* word : {"yes", "True", "on", "1", ""}) {
        EXPECT_FALSE(parse_bool(word).ok()) << word;
    }
}

Environment variables() {
    return [](const std::string& name) -> std::optional<std::string> {
        if (name == "SET") {
            return "value ${SET}";
        }
        return name == "EMPTY" ? std::optional<std::string>("") : std::nullopt;
    };
}

std::string expanded(std::string_view text) {
    auto value = expand_variables(text, variables());
    return value ? *value : "refused: " + value.error().message;
}

TEST(Values, VariablesAreExpandedOnceAndWithTheirDefaults) {
    EXPECT_EQ(expanded("a ${SET} b"), "a value ${SET} b");
    EXPECT_EQ(expanded("${UNSET:-x}${EMPTY:-y}${EMPTY}"), "xy");
    EXPECT_EQ(expanded("${UNSET:-}"), "");
    EXPECT_EQ(expanded("${UNSET:-a:-b}"), "a:-b");
    EXPECT_EQ(expanded("$SET $5 $"), "$SET $5 $");
}

TEST(Values, TheNearestWordIsOneThatWasProbablyMeant) {
    const std::array<std::string_view, 3> known{"transports", "storage", "bus"};
    EXPECT_EQ(nearest_word("transport", known), "transports");
    EXPECT_EQ(nearest_word("sotrage", known), "storage");
    EXPECT_EQ(nearest_word("bsu", known), std::nullopt);
    EXPECT_EQ(nearest_word("but", known), "bus");
    EXPECT_EQ(nearest_word("kettle", known), std::nullopt);
    EXPECT_EQ(nearest_word(std::string(100'000, 'x'), known), std::nullopt);
}

TEST(Values, AGlobMatchesRunsOfCharactersAndSingleOnes) {
    EXPECT_TRUE(glob_matches("lab/*", "lab/a/b"));
    EXPECT_TRUE(glob_matches("*", ""));
    EXPECT_TRUE(glob_matches("a*b*c", "a-b-b-c"));
    EXPECT_TRUE(glob_matches("?x", "\xc3\xa4x"));
    EXPECT_FALSE(glob_matches("lab/*", "lab"));
    EXPECT_FALSE(glob_matches("a?c", "ac"));
    EXPECT_FALSE(glob_matches("", "a"));
}

TEST(Values, AGlobOfManyStarsEndsInReasonableTime) {
    std::string glob;
    for (int i = 0; i < 250; ++i) {
        glob += "*a";
    }
    EXPECT_FALSE(glob_matches(glob + "b", std::string(512, 'a')));
}

}  // namespace
}  // namespace weft
