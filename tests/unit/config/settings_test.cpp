// --set dotted.key=VALUE
#include "unit/config/reading.hpp"

#include <gmock/gmock.h>

namespace weft::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr const char* two_transports = R"(
transports:
  - {plugin: a, listen: "1"}
  - {plugin: b, listen: "2"}
storage: {plugin: sqlite, path: x}
)";

TEST(Settings, ASettingReplacesTheValueOfTheFile) {
    const Config config = Reading("node: {name: a}").set("node.name=b").config();
    EXPECT_EQ(config.node.name, "b");
}

TEST(Settings, ASettingAddsAKeyThatTheFileLacks) {
    const Config config = Reading("").set("limits.connections=3").config();
    EXPECT_EQ(config.limits.connections, 3U);
}

TEST(Settings, AListEntryIsNamedByItsIndex) {
    const Config config = Reading(two_transports).set("transports.1.listen=9").config();
    EXPECT_EQ(config.transports[0].options.values[0].text, "1");
    EXPECT_EQ(config.transports[1].options.values[0].text, "9");
    EXPECT_EQ(config.transports[1].options.values[0].where, "--set 1: transports.1.listen");
}

TEST(Settings, AMappingReplacesAMapping) {
    const Config config = Reading(two_transports).set("storage={plugin: memory}").config();
    EXPECT_EQ(config.storage.plugin, "memory");
    EXPECT_THAT(config.storage.options.values, IsEmpty());
}

TEST(Settings, TheLastSettingOfAKeyHolds) {
    EXPECT_EQ(Reading("").set("node.name=a").set("node.name=b").config().node.name, "b");
}

TEST(Settings, ASettingTakesVariables) {
    EXPECT_EQ(Reading("").set("node.name=${N}").with("N", "n7").config().node.name, "n7");
}

TEST(Settings, AWrongValueNamesTheSettingByItsNumber) {
    EXPECT_THAT(Reading("").set("node.name=a").set("drain.timeout=soon").errors(),
                ElementsAre(StartsWith("--set 2: drain.timeout: wants a duration")));
}

TEST(Settings, AnUnknownKeyNamesTheSettingByItsNumber) {
    EXPECT_THAT(Reading("").set("storag.path=x").errors(),
                ElementsAre("--set 1: storag: unknown key, did you mean \"storage\"?"));
}

TEST(Settings, WhatIsNoSettingIsRefused) {
    EXPECT_THAT(Reading("").set("durability").errors(),
                ElementsAre("--set 1: \"durability\" is not dotted.key=VALUE"));
    EXPECT_THAT(Reading("").set("a..b=1").errors(),
                ElementsAre("--set 1: \"a..b\" is not a dotted key such as storage.path"));
    EXPECT_THAT(Reading("").set("node.name={").errors(),
                ElementsAre(StartsWith("--set 1: node.name: not valid YAML: ")));
}

TEST(Settings, AnIndexOutsideTheListIsRefused) {
    EXPECT_THAT(
        Reading(two_transports).set("transports.2.listen=1").errors(),
        ElementsAre(
            "--set 1: transports: is a list of 2; \"2\" names none of them (the first is 0)"));
}

TEST(Settings, AKeyInsideASingleValueIsRefused) {
    EXPECT_THAT(Reading("durability: strict").set("durability.x=1").errors(),
                ElementsAre("--set 1: durability: is a single value and has no keys"));
}

TEST(Settings, AnAliasIsOnlyChangedWhereItIsSet) {
    const Config config =
        Reading("bus: &o {plugin: local, a: 1}\nstorage: *o").set("storage.a=2").config();
    EXPECT_EQ(config.bus.options.values[0].text, "1");
    EXPECT_EQ(config.storage.options.values[0].text, "2");
}

}  // namespace
}  // namespace weft::testing
