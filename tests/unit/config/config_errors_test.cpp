// What a wrong configuration is answered: one line for each mistake, with its place, and all of them at once.
#include "unit/config/reading.hpp"

#include <gmock/gmock.h>

namespace weft::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

std::vector<std::string> errors_of(std::string text) {
    return Reading(std::move(text)).errors();
}

TEST(ConfigErrors, AnUnknownKeyIsAnsweredWithTheNearestKnownOne) {
    EXPECT_THAT(errors_of("limits:\n  mesage: 1MiB\n"),
                ElementsAre("c.yaml:2:3: limits.mesage: unknown key, did you mean \"message\"?"));
}

TEST(ConfigErrors, AnUnknownKeyThatResemblesNothingIsAnsweredWithAllKnownOnes) {
    EXPECT_THAT(
        errors_of("drain: {zzzzzzzzzzz: 1}"),
        ElementsAre("c.yaml:1:9: drain.zzzzzzzzzzz: unknown key, known here: spread, timeout"));
}

TEST(ConfigErrors, ADuplicateKeyNamesBothPlaces) {
    EXPECT_THAT(
        errors_of("durability: strict\nnode: {}\ndurability: relaxed\n"),
        ElementsAre(
            "c.yaml:3:1: durability: stands here a second time, the first is at c.yaml:1:1"));
}

TEST(ConfigErrors, ADuplicateOptionOfAPluginIsRefused) {
    EXPECT_THAT(
        errors_of("storage: {plugin: sqlite, path: a, path: b}"),
        ElementsAre(
            "c.yaml:1:36: storage.path: stands here a second time, the first is at c.yaml:1:27"));
}

TEST(ConfigErrors, AllErrorsComeAtOnceInTheOrderOfTheFile) {
    EXPECT_THAT(errors_of("drain: {timeout: 5}\ndurability: maybe\nbogus: 1\nlimits: [1]\n"),
                ElementsAre(StartsWith("c.yaml:1:18: drain.timeout: wants a duration"),
                            "c.yaml:2:13: durability: wants strict or relaxed, is \"maybe\"",
                            StartsWith("c.yaml:3:1: bogus: unknown key"),
                            "c.yaml:4:9: limits: wants a mapping (key: value), is a list"));
}

TEST(ConfigErrors, AValueOfAnotherShapeIsRefused) {
    EXPECT_THAT(errors_of("node: {name: [a]}"),
                ElementsAre("c.yaml:1:14: node.name: wants a single value, is a list"));
    EXPECT_THAT(errors_of("transports: {plugin: x}"),
                ElementsAre("c.yaml:1:13: transports: wants a list, is a mapping"));
    EXPECT_THAT(
        errors_of("storage: sqlite"),
        ElementsAre("c.yaml:1:10: storage: wants a mapping (key: value), is a single value"));
    EXPECT_THAT(errors_of("crdt: yjs"),
                ElementsAre("c.yaml:1:7: crdt: wants a mapping (key: value), is a single value"));
    EXPECT_THAT(errors_of("crdt: {default: [a]}"),
                ElementsAre("c.yaml:1:17: crdt.default: wants a single value, is a list"));
    EXPECT_THAT(errors_of("durability:"),
                ElementsAre(HasSubstr("durability: wants a single value, is nothing")));
}

TEST(ConfigErrors, AFileThatIsNoMappingIsRefused) {
    EXPECT_THAT(errors_of("- a\n- b\n"),
                ElementsAre("c.yaml:1:1: wants a mapping (key: value), is a list"));
    EXPECT_THAT(errors_of("just words"),
                ElementsAre("c.yaml:1:1: wants a mapping (key: value), is a single value"));
}

TEST(ConfigErrors, NumbersAreDecimalDigitsAndNothingElse) {
    for (const std::string number : {"0x1F", "010", "-1", "+1", "1e3", "1.5", "yes", "1_000",
                                     "\" 5\"", "99999999999999999999999"}) {
        EXPECT_THAT(
            errors_of("limits: {connections: " + number + "}"),
            ElementsAre(HasSubstr("limits.connections: wants a whole number in decimal digits")))
            << number;
    }
}

TEST(ConfigErrors, DurationsHaveAUnit) {
    for (const std::string duration :
         {"30", "1.5s", "s", "5 s", "5sec", "-5s", "05s", "5S", "300000000000d", "\"\""}) {
        EXPECT_THAT(errors_of("drain: {timeout: " + duration + "}"),
                    ElementsAre(HasSubstr("drain.timeout: wants a duration such as")))
            << duration;
    }
}

TEST(ConfigErrors, SizesArePlainBytesOrHaveABinaryUnit) {
    for (const std::string size :
         {"16MB", "16M", "1.5GiB", "KiB", "16 MiB", "-1", "99999999999TiB"}) {
        EXPECT_THAT(errors_of("limits: {message: " + size + "}"),
                    ElementsAre(HasSubstr("limits.message: wants a size such as")))
            << size;
    }
}

TEST(ConfigErrors, ANumberOutsideItsRangeIsToldTheRange) {
    EXPECT_THAT(errors_of("kernel: {shards: 0}"),
                ElementsAre("c.yaml:1:18: kernel.shards: wants 1 to 1024, is 0"));
    EXPECT_THAT(errors_of("commit: {flush_interval: 5m}"),
                ElementsAre("c.yaml:1:26: commit.flush_interval: wants 1ms to 1m, is 5m"));
    EXPECT_THAT(errors_of("limits: {message: 1}"),
                ElementsAre("c.yaml:1:19: limits.message: wants 1KiB to 1GiB, is 1"));
}

TEST(ConfigErrors, AVariableThatIsNotSetAndHasNoDefaultIsRefused) {
    EXPECT_THAT(errors_of("node: {name: \"${NOWHERE}\"}"),
                ElementsAre("c.yaml:1:14: node.name: the environment variable NOWHERE is not set; "
                            "set it, or write ${NOWHERE:-default}"));
}

TEST(ConfigErrors, ABrokenVariableReferenceIsRefused) {
    EXPECT_THAT(errors_of("node: {name: \"${A\"}"), ElementsAre(HasSubstr("has no closing brace")));
    EXPECT_THAT(errors_of("node: {name: \"${1A}\"}"), ElementsAre(HasSubstr("is not a variable")));
}

TEST(ConfigErrors, SyntaxErrorsHaveLineAndColumn) {
    EXPECT_THAT(errors_of("node: {name: a\n"),
                ElementsAre(StartsWith("c.yaml:2:1: not valid YAML: ")));
    EXPECT_THAT(errors_of("node:\n\tname: a\n"),
                ElementsAre(StartsWith("c.yaml:2:6: not valid YAML: ")));
    EXPECT_THAT(errors_of("a: b: c\n"), ElementsAre(StartsWith("c.yaml:1:5: not valid YAML: ")));
}

TEST(ConfigErrors, ASecondDocumentIsRefused) {
    EXPECT_THAT(errors_of("node: {}\n---\nnode: {}\n"),
                ElementsAre(HasSubstr("a second document begins here")));
}

TEST(ConfigErrors, AnAliasInsideItsOwnAnchorIsRefused) {
    EXPECT_THAT(errors_of("limits: &a {message: *a}"),
                ElementsAre(HasSubstr("inside its own anchor")));
}

TEST(ConfigErrors, AKeyThatIsNoTextIsRefused) {
    EXPECT_THAT(errors_of("? [a]\n: b\n"), ElementsAre("c.yaml:1:3: a key must be plain text"));
}

TEST(ConfigErrors, NestingWithoutEndIsRefusedAndNoCrash) {
    EXPECT_THAT(errors_of(std::string(100'000, '[')), SizeIs(1));
    EXPECT_THAT(errors_of(std::string(100'000, '{')), SizeIs(1));
}

TEST(ConfigErrors, AliasesOfAliasesTakeNoTimeAndNoMemory) {
    std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 60; ++i) {
        const std::string before = std::to_string(i - 1);
        text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + before + ", *a" +
                before + ", *a" + before + "]\n";
    }
    EXPECT_THAT(errors_of(text), SizeIs(60));
}

TEST(ConfigErrors, AFileOfMoreThanAMebibyteIsRefused) {
    EXPECT_THAT(errors_of(std::string((1U << 20) + 1, '#')),
                ElementsAre("c.yaml: is larger than 1MiB"));
}

TEST(ConfigErrors, APluginThatIsNotNamedIsRefused) {
    EXPECT_THAT(errors_of("storage: {path: x}"),
                ElementsAre("c.yaml:1:10: storage: has no \"plugin\""));
    EXPECT_THAT(errors_of("transports: []"),
                ElementsAre(HasSubstr("transports: wants at least one transport")));
    EXPECT_THAT(errors_of("transports: [{listen: x}]"),
                ElementsAre("c.yaml:1:14: transports.0: has no \"plugin\""));
}

TEST(ConfigErrors, APluginIsNamedAndNotPointedAt) {
    EXPECT_THAT(errors_of("storage: {plugin: ../evil.so}"),
                ElementsAre(HasSubstr("storage.plugin: wants the name of a plugin")));
    EXPECT_THAT(errors_of("crdt: {plugins: {\"../x\": {}}}"),
                ElementsAre(HasSubstr("crdt.plugins.../x: wants the name of a plugin")));
}

TEST(ConfigErrors, ARuleByNameHasAPatternAndAPlugin) {
    EXPECT_THAT(
        errors_of(
            "crdt: {by_name: [{match: \"a*\"}, {plugin: yjs}, {match: \"\", plugin: yjs, x: 1}]}"),
        ElementsAre("c.yaml:1:18: crdt.by_name.0: has no \"plugin\"",
                    "c.yaml:1:33: crdt.by_name.1: has no \"match\"",
                    "c.yaml:1:56: crdt.by_name.2.match: is empty",
                    HasSubstr("crdt.by_name.2.x: unknown key, known here: match, plugin")));
}

TEST(ConfigErrors, AMessageIsOneLineWhateverStandsInTheFile) {
    for (const std::string& error :
         errors_of("\"a\\nb\": 1\nnode: {name: \"x\\ny\"}\nlimits: {message: \"1\\n2\"}\n")) {
        EXPECT_EQ(error.find('\n'), std::string::npos) << error;
    }
}

}  // namespace
}  // namespace weft::testing
