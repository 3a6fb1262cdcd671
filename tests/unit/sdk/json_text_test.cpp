// Scalars as JSON: each expected text is what JSON.stringify of JavaScript gives for the same value.
#include <weft/json_text.hpp>

#include <gtest/gtest.h>

#include <limits>
#include <utility>

namespace weft {
namespace {

TEST(JsonText, NumbersAreWrittenAsJavaScriptWritesThem) {
    const std::pair<double, const char*> numbers[] = {
        {0, "0"},
        {-0.0, "0"},
        {1, "1"},
        {-1.5, "-1.5"},
        {100, "100"},
        {0.1, "0.1"},
        {1.0 / 3, "0.3333333333333333"},
        {123456789012345680000.0, "123456789012345680000"},
        {1e20, "100000000000000000000"},
        {1e21, "1e+21"},
        {1.5e300, "1.5e+300"},
        {0.000001, "0.000001"},
        {1e-7, "1e-7"},
        {-2.5e-9, "-2.5e-9"},
        {5e-324, "5e-324"},
        {1.7976931348623157e308, "1.7976931348623157e+308"},
        {std::numeric_limits<double>::quiet_NaN(), "null"},
        {-std::numeric_limits<double>::infinity(), "null"}};
    for (const auto& [number, expected] : numbers) {
        std::string json;
        append_json_number(json, number);
        EXPECT_EQ(json, expected);
    }
}

TEST(JsonText, StringsEscapeQuotesBackslashesAndControlCharactersOnly) {
    std::string json = "before:";
    append_json_string(
        json, std::string_view("a\"\\\b\f\n\r\t\x01\x1f\0\x7f\xc3\xa9\xf0\x9f\x98\x80/", 19));
    EXPECT_EQ(json, R"(before:"a\"\\\b\f\n\r\t\u0001\u001f\u0000)"
                    "\x7f\xc3\xa9\xf0\x9f\x98\x80/\"");
}

}  // namespace
}  // namespace weft
