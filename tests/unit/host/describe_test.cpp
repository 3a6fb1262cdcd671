// What `weft plugin list` and `weft plugin inspect` print.
#include "host/fixture_plugins.hpp"
#include "kernel/host/describe.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace weft {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::StartsWith;

TEST(Describe, InspectPrintsIdentityAbiCapabilitiesAndTheTableOfOptions) {
    const auto described = PluginHost::inspect(fixtures / "bus/good.so");
    ASSERT_TRUE(described) << described.error().message;
    const std::string text = render_plugin(*described);
    EXPECT_THAT(text, StartsWith("plugin         good 1.2.3 (bus)\n"
                                 "               A bus that does nothing\n"
                                 "license        MIT\n"
                                 "file           " +
                                 (fixtures / "bus/good.so").string() +
                                 "\n"
                                 "abi            1.0, runs on 1.0 and newer\n"
                                 "build          "));
    EXPECT_THAT(
        text,
        HasSubstr(
            "capabilities   {\"reaches_other_nodes\":false}\n"
            "options\n"
            "  option       type      default            range       help\n"
            "  url          string    redis://localhost              Where the bus is\n"
            "  connections  uint32    2                  1 to 64     How many to open\n"
            "  timeout      duration  5s                 10ms to 1m  How long to wait for an "
            "answer\n"
            "  buffer       size      1MiB                           What may wait to be sent\n"));
}

TEST(Describe, InspectSaysWhyAFileIsNoPlugin) {
    const auto described = PluginHost::inspect(fixtures / "bus/no_entry.so");
    ASSERT_FALSE(described);
    EXPECT_EQ(described.error().message,
              (fixtures / "bus/no_entry.so").string() +
                  " has no symbol weft_plugin_entry, so it is no Weft plugin");
    EXPECT_EQ(PluginHost::inspect("/nonexistent/x.so").error().message,
              "/nonexistent/x.so does not exist");
}

TEST(Describe, AListSurvivesFilesThatAreNotPlugins) {
    const auto listed = PluginHost::list(std::array{fixtures});
    EXPECT_GE(listed.size(), 12u);
    const std::string text = render_plugin_list(listed);
    EXPECT_THAT(text, HasSubstr("  bus  good                1.2.3  A bus that does nothing\n"));
    EXPECT_THAT(text, HasSubstr("\nnot usable: " + (fixtures / "bus/other_abi.so").string() +
                                " was built for plugin ABI 999.0"));
}

TEST(Describe, AnEmptyFolderHasNoPlugins) {
    EXPECT_EQ(render_plugin_list(PluginHost::list(std::array{fs::path("/nonexistent")})),
              "no plugins found\n");
}

}  // namespace
}  // namespace weft
