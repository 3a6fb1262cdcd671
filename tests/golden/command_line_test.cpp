// What is typed after `weft`, other than serve.
#include "golden/weft_process.hpp"

#include <gmock/gmock.h>

namespace weft::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

Ended weft(std::vector<std::string> arguments) {
    const FreshFolder folder;
    return WeftProcess(std::move(arguments), folder.path()).wait();
}

TEST(CommandLine, VersionIsOneLine) {
    const Ended ended = weft({"--version"});
    EXPECT_EQ(ended.exit_code, 0);
    EXPECT_THAT(ended.out, StartsWith("weft "));
}

TEST(CommandLine, HelpTeachesByExamples) {
    const Ended ended = weft({"--help"});
    EXPECT_EQ(ended.exit_code, 0);
    EXPECT_THAT(ended.out, HasSubstr("Examples:\n  weft serve"));
}

TEST(CommandLine, NothingIsAnsweredWithTheHelp) {
    const Ended ended = weft({});
    EXPECT_EQ(ended.exit_code, 1);
    EXPECT_THAT(ended.err, HasSubstr("serve"));
}

TEST(CommandLine, AnUnknownWordIsRefusedInOneLine) {
    const Ended ended = weft({"sreve"});
    EXPECT_EQ(ended.exit_code, 1);
    EXPECT_EQ(ended.err, "weft: The following argument was not expected: sreve (weft --help)\n");
}

TEST(CommandLine, WithoutAFileTheBuiltInConfigurationIsSound) {
    const Ended ended = weft({"config", "check"});
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    EXPECT_EQ(ended.out, "OK: built-in weft.yaml\n");
}

TEST(CommandLine, TheFileOfTheWorkingDirectoryIsUsedWhenThereIsOne) {
    const FreshFolder folder;
    folder.write("config/weft.yaml", "node: {name: from-the-file}\n");
    const Ended ended = WeftProcess({"config", "show"}, folder.path()).wait();
    EXPECT_EQ(ended.exit_code, 0);
    EXPECT_THAT(ended.out, HasSubstr("node: {name: \"from-the-file\"}\n"));
}

TEST(CommandLine, WhatIsShownIsReadAgain) {
    const FreshFolder folder;
    const Ended shown =
        WeftProcess({"config", "show", "--set", "node.name=${WHO}"}, folder.path(), {{"WHO", "me"}})
            .wait();
    EXPECT_THAT(shown.out, HasSubstr("\"me\""));
    folder.write("again.yaml", shown.out);
    const Ended again =
        WeftProcess({"config", "show", "--config", "again.yaml"}, folder.path()).wait();
    EXPECT_EQ(again.out, shown.out);
}

TEST(CommandLine, PluginListNamesTheShippedOnes) {
    const Ended ended = weft({"plugin", "list"});
    EXPECT_EQ(ended.exit_code, 0);
    for (const char* name : {"websocketpp", "yjs", "local", "memory", "sqlite"}) {
        EXPECT_THAT(ended.out, HasSubstr(name));
    }
}

TEST(CommandLine, PluginInspectShowsOptionsWithTheirDefaults) {
    const Ended ended = weft({"plugin", "inspect", WEFT_BUILD_DIR "/plugins/storage/sqlite.so"});
    EXPECT_EQ(ended.exit_code, 0);
    EXPECT_THAT(ended.out, HasSubstr("sqlite 1.0.0 (storage)"));
    EXPECT_THAT(ended.out, HasSubstr("data/weft.db"));
    EXPECT_THAT(ended.out, HasSubstr("\"durability\":\"stable\""));
}

TEST(CommandLine, PluginInspectOfSomethingElseIsRefusedInOneLine) {
    const Ended ended = weft({"plugin", "inspect", "/etc/passwd"});
    EXPECT_EQ(ended.exit_code, 1);
    EXPECT_EQ(ended.err, "/etc/passwd is no shared object\n");
}

}  // namespace
}  // namespace weft::testing
