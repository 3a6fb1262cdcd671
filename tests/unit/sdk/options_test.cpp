// Options of a plugin: what `fields()` says is what the schema says and what is loaded.
#include <weft/detail/schema.hpp>

#include <gtest/gtest.h>

#include <map>

namespace weft {
namespace {

struct EveryType {
    bool flag = true;
    std::uint32_t small = 3;
    std::uint64_t large = ~std::uint64_t{0};
    std::int64_t negative = -5;
    double real = 0.25;
    std::string text = "a \"quoted\" path\n";
    std::chrono::nanoseconds timeout = std::chrono::milliseconds(1500);
    ByteSize cache = mebibytes(16);

    static constexpr auto fields() {
        return std::tuple{
            field(&EveryType::flag, "flag", "A flag"),
            field(&EveryType::small, "small", "A number").between(1, 9),
            field(&EveryType::large, "large", "A larger number"),
            field(&EveryType::negative, "negative", "A number with a sign").between(-10, 10),
            field(&EveryType::real, "real", "A fraction").between(0, 1),
            field(&EveryType::text, "text", "A text"),
            field(&EveryType::timeout, "timeout", "A time")
                .between(std::chrono::milliseconds(1), std::chrono::hours(2)),
            field(&EveryType::cache, "cache", "A size").between(kibibytes(64), gibibytes(1))};
    }
};

TEST(Options, TheSchemaHasTypeDefaultRangeAndHelpOfEveryField) {
    EXPECT_EQ(
        detail::schema_of<EveryType>(),
        R"({"options":[)"
        R"({"key":"flag","type":"bool","default":true,"help":"A flag"},)"
        R"({"key":"small","type":"uint32","default":3,"min":1,"max":9,"help":"A number"},)"
        R"({"key":"large","type":"uint64","default":18446744073709551615,"help":"A larger number"},)"
        R"({"key":"negative","type":"int64","default":-5,"min":-10,"max":10,"help":"A number with a sign"},)"
        R"({"key":"real","type":"double","default":0.25,"min":0,"max":1,"help":"A fraction"},)"
        R"({"key":"text","type":"string","default":"a \"quoted\" path\n","help":"A text"},)"
        R"({"key":"timeout","type":"duration","default":"1500ms","min":"1ms","max":"2h","help":"A time"},)"
        R"({"key":"cache","type":"size","default":"16MiB","min":"64KiB","max":"1GiB","help":"A size"}]})");
}

TEST(Options, APluginWithoutOptionsHasAnEmptyList) {
    EXPECT_EQ(detail::schema_of<NoOptions>(), R"({"options":[]})");
}

TEST(Options, DurationsAndSizesAreWrittenAsInYaml) {
    using namespace std::chrono_literals;
    EXPECT_EQ(detail::duration_text(0s), "0s");
    EXPECT_EQ(detail::duration_text(90s), "90s");
    EXPECT_EQ(detail::duration_text(2min), "2m");
    EXPECT_EQ(detail::duration_text(250us), "250us");
    EXPECT_EQ(detail::duration_text(-5ms), "-5ms");
    EXPECT_EQ(detail::size_text({0}), "0B");
    EXPECT_EQ(detail::size_text({1000}), "1000B");
    EXPECT_EQ(detail::size_text(gibibytes(2)), "2GiB");
}

/// A host that holds these values and nothing else.
struct HostWithValues {
    std::map<std::string, weft_value, std::less<>> values;
    weft_host c{};

    HostWithValues() {
        c.self = this;
        c.option = [](void* self, weft_str key, std::uint32_t type,
                      weft_value* value) -> weft_code {
            const auto& all = static_cast<HostWithValues*>(self)->values;
            const auto found = all.find(detail::from_c(key));
            if (found == all.end()) {
                return WEFT_NOT_FOUND;
            }
            *value = found->second;
            return value->type == type ? WEFT_OK : WEFT_CONFIG;
        };
    }
};

TEST(Options, WhatTheHostHasReplacesTheDefaultAndTheRestStays) {
    HostWithValues host;
    host.values["flag"] = {WEFT_OPTION_BOOL, 0, 0, 0, {}};
    host.values["negative"] = {WEFT_OPTION_INT64, 0, static_cast<std::uint64_t>(-7), 0, {}};
    host.values["real"] = {WEFT_OPTION_DOUBLE, 0, 0, 0.75, {}};
    host.values["text"] = {WEFT_OPTION_STRING, 0, 0, 0, {"other", 5}};
    host.values["timeout"] = {WEFT_OPTION_DURATION, 0, 2'000'000'000, 0, {}};
    host.values["cache"] = {WEFT_OPTION_SIZE, 0, 4096, 0, {}};
    EveryType options;
    weft_error error;
    ASSERT_EQ(detail::load_options(host.c, options, &error), WEFT_OK);
    EXPECT_FALSE(options.flag);
    EXPECT_EQ(options.small, 3u);
    EXPECT_EQ(options.negative, -7);
    EXPECT_EQ(options.real, 0.75);
    EXPECT_EQ(options.text, "other");
    EXPECT_EQ(options.timeout, std::chrono::seconds(2));
    EXPECT_EQ(options.cache.bytes, 4096u);
}

TEST(Options, AValueOfAnotherTypeIsRefusedByName) {
    HostWithValues host;
    host.values["small"] = {WEFT_OPTION_STRING, 0, 0, 0, {"x", 1}};
    EveryType options;
    weft_error error;
    EXPECT_EQ(detail::load_options(host.c, options, &error), WEFT_CONFIG);
    EXPECT_STREQ(error.message, "option small cannot be read as uint32");
}

}  // namespace
}  // namespace weft
