// What the YAML says against what the plugin accepts: every problem is one line with its place in it.
#include "kernel/host/option_values.hpp"

#include <weft/detail/values.hpp>

#include <gtest/gtest.h>

namespace weft {
namespace {

const std::vector<OptionDescription> schema{
    {"flag", "bool", "true", "", "", ""},
    {"small", "uint32", "3", "1", "9", ""},
    {"large", "uint64", "0", "", "", ""},
    {"negative", "int64", "0", "-10", "10", ""},
    {"real", "double", "0.5", "0", "1", ""},
    {"text", "string", "", "", "", ""},
    {"timeout", "duration", "5s", "10us", "1m", ""},
    {"cache", "size", "16MiB", "64KiB", "1GiB", ""},
};

PluginOptions options(std::string key, std::string text) {
    PluginOptions written;
    written.where = "weft.yaml:2:1: storage";
    written.values.push_back({key, std::move(text), true, "weft.yaml:3:5: storage." + key});
    return written;
}

std::string problem(const PluginOptions& written) {
    std::vector<std::string> problems;
    OptionValues::check(schema, written, problems);
    return problems.empty() ? "" : problems.at(0);
}

weft_value value(std::string key, std::string text) {
    std::vector<std::string> problems;
    const auto checked = OptionValues::check(schema, options(key, std::move(text)), problems);
    EXPECT_TRUE(problems.empty()) << problems.at(0);
    const weft_value* found = checked.find(key);
    return found == nullptr ? weft_value{99, 0, 0, 0, {}} : *found;
}

TEST(OptionValues, EveryTypeIsReadFromItsWrittenForm) {
    EXPECT_EQ(value("flag", "false").integer, 0u);
    EXPECT_EQ(value("flag", "true").integer, 1u);
    EXPECT_EQ(value("small", "9").integer, 9u);
    EXPECT_EQ(value("large", "18446744073709551615").integer, ~std::uint64_t{0});
    EXPECT_EQ(static_cast<std::int64_t>(value("negative", "-10").integer), -10);
    EXPECT_EQ(value("real", "0.25").real, 0.25);
    EXPECT_EQ(value("timeout", "100ms").integer, 100'000'000u);
    EXPECT_EQ(value("timeout", "10us").integer, 10'000u);
    EXPECT_EQ(value("cache", "2MiB").integer, 2u << 20);
    EXPECT_EQ(value("cache", "65536").integer, 65536u);
}

TEST(OptionValues, ATextIsKeptAsWritten) {
    std::vector<std::string> problems;
    const auto checked = OptionValues::check(schema, options("text", "a b: c"), problems);
    ASSERT_NE(checked.find("text"), nullptr);
    EXPECT_EQ(detail::from_c(checked.find("text")->text), "a b: c");
    EXPECT_EQ(checked.find("small"), nullptr) << "what is not written keeps the plugin's default";
}

TEST(OptionValues, AnUnknownKeyNamesTheNearestOne) {
    EXPECT_EQ(problem(options("cahce", "1")),
              "weft.yaml:3:5: storage.cahce: unknown option; did you mean `cache`?");
    EXPECT_EQ(problem(options("zzzzzzzzz", "1")),
              "weft.yaml:3:5: storage.zzzzzzzzz: unknown option; there are: flag, small, large, "
              "negative, real, text, timeout, cache");
    std::vector<std::string> problems;
    OptionValues::check({}, options("any", "1"), problems);
    EXPECT_EQ(problems.at(0), "weft.yaml:3:5: storage.any: unknown option; this plugin has none");
}

TEST(OptionValues, AWrongTypeSaysWhatWasFoundAndWhatWasWanted) {
    EXPECT_EQ(problem(options("flag", "maybe")),
              "weft.yaml:3:5: storage.flag: found `maybe`, wanted true or false");
    EXPECT_EQ(
        problem(options("small", "-1")),
        "weft.yaml:3:5: storage.small: found `-1`, wanted a whole number from 0 to 4294967295");
    EXPECT_EQ(problem(options("small", "4294967296")),
              "weft.yaml:3:5: storage.small: found `4294967296`, wanted a whole number from 0 to "
              "4294967295");
    EXPECT_EQ(problem(options("large", "1e3")),
              "weft.yaml:3:5: storage.large: found `1e3`, wanted a whole number, not negative");
    EXPECT_EQ(problem(options("negative", "x")),
              "weft.yaml:3:5: storage.negative: found `x`, wanted a whole number");
    EXPECT_EQ(problem(options("real", "nan")),
              "weft.yaml:3:5: storage.real: found `nan`, wanted a number");
    EXPECT_EQ(
        problem(options("timeout", "5")),
        "weft.yaml:3:5: storage.timeout: found `5`, wanted a duration such as 100ms, 5s or 1m");
    EXPECT_EQ(
        problem(options("cache", "16MB")),
        "weft.yaml:3:5: storage.cache: found `16MB`, wanted a size such as 512KiB, 16MiB or 2GiB");
}

TEST(OptionValues, AValueOutsideItsRangeSaysTheRange) {
    EXPECT_EQ(problem(options("small", "10")),
              "weft.yaml:3:5: storage.small: found 10, wanted 1 to 9");
    EXPECT_EQ(problem(options("small", "0")),
              "weft.yaml:3:5: storage.small: found 0, wanted 1 to 9");
    EXPECT_EQ(problem(options("negative", "-11")),
              "weft.yaml:3:5: storage.negative: found -11, wanted -10 to 10");
    EXPECT_EQ(problem(options("real", "1.5")),
              "weft.yaml:3:5: storage.real: found 1.5, wanted 0 to 1");
    EXPECT_EQ(problem(options("timeout", "2m")),
              "weft.yaml:3:5: storage.timeout: found 2m, wanted 10us to 1m");
    EXPECT_EQ(problem(options("cache", "1KiB")),
              "weft.yaml:3:5: storage.cache: found 1KiB, wanted 64KiB to 1GiB");
}

TEST(OptionValues, AListOrMappingIsNoValue) {
    auto written = options("text", "");
    written.values[0].is_scalar = false;
    EXPECT_EQ(problem(written),
              "weft.yaml:3:5: storage.text: found a list or a mapping, wanted a text");
}

TEST(OptionValues, AllProblemsAreToldAtOnce) {
    auto written = options("small", "x");
    written.values.push_back({"flg", "true", true, "weft.yaml:4:5: storage.flg"});
    std::vector<std::string> problems;
    OptionValues::check(schema, written, problems);
    EXPECT_EQ(problems.size(), 2u);
}

TEST(OptionValues, WhereTellsThePlaceOfWhatIsWrittenAndTheSectionOfWhatIsNot) {
    std::vector<std::string> problems;
    const auto checked = OptionValues::check(schema, options("small", "3"), problems);
    EXPECT_EQ(checked.where("small"), "weft.yaml:3:5: storage.small");
    EXPECT_EQ(checked.where("text"), "weft.yaml:2:1: storage.text");
}

}  // namespace
}  // namespace weft
