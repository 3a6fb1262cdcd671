// The life of a plugin from a file: found, configured, started, drained, stopped.
#include "host/fixture_plugins.hpp"
#include "host/recording_services.hpp"
#include "kernel/host/plugin_host.hpp"

#include <gtest/gtest.h>

#define BOOST_DLL_USE_STD_FS
#include <boost/dll/library_info.hpp>

#include <array>

namespace weft {
namespace {

namespace fs = std::filesystem;

PluginRequest good(std::vector<PluginOptions::Value> values = {}) {
    return {"bus", "good", "weft.yaml:7:9: bus.plugin", {std::move(values), "weft.yaml:7:1: bus"}};
}

TEST(PluginHost, APluginGoesThroughItsLifeAndUsesTheHost) {
    RecordingServices services;
    PluginHost host(services);
    auto loaded = host.load(good({{"url", "redis://far", true, "weft.yaml:8:3: bus.url"},
                                  {"connections", "7", true, "weft.yaml:9:3: bus.connections"}}),
                            std::array{fs::path("/nonexistent"), fixtures});
    ASSERT_TRUE(loaded) << loaded.error().message;
    LoadedPlugin& plugin = **loaded;
    EXPECT_NE(plugin.bus(), nullptr);
    EXPECT_EQ(plugin.storage(), nullptr);
    EXPECT_EQ(plugin.transport(), nullptr);
    EXPECT_EQ(plugin.crdt(), nullptr);
    ASSERT_TRUE(plugin.start());
    plugin.drain();
    plugin.stop();
    plugin.stop();
    EXPECT_EQ(services.lines(),
              (std::vector<std::string>{
                  "bus/good: configured with redis://far at weft.yaml:8:3: bus.url",
                  "bus/good: started at 1700000000123 42 18369614221190020847",
                  "bus/good: drained",
                  "bus/good: stopped",
              }));
    EXPECT_EQ(services.recorded().at("bus/good gauge connections"), 7.0);
}

TEST(PluginHost, ARunningPluginIsStoppedWhenItIsDropped) {
    RecordingServices services;
    PluginHost host(services);
    {
        auto loaded = host.load(good(), std::array{fixtures});
        ASSERT_TRUE(loaded);
        ASSERT_TRUE((*loaded)->start());
    }
    EXPECT_EQ(services.lines().back(), "bus/good: stopped");
}

TEST(PluginHost, APluginMayRunTwiceInOneProcess) {
    RecordingServices services;
    PluginHost host(services);
    auto first = host.load(good(), std::array{fixtures});
    auto second = host.load(good(), std::array{fixtures});
    ASSERT_TRUE(first && second);
    EXPECT_TRUE((*first)->start());
    EXPECT_TRUE((*second)->start());
}

TEST(PluginHost, CallsOutOfOrderAreAnsweredWithState) {
    RecordingServices services;
    PluginHost host(services);
    auto loaded = host.load(good(), std::array{fixtures});
    ASSERT_TRUE(loaded);
    ASSERT_TRUE((*loaded)->start());
    const auto again = (*loaded)->start();
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, Code::state);
    EXPECT_EQ(
        again.error().message,
        "weft.yaml:7:9: bus.plugin: bus plugin good cannot start: start was called out of order");
}

TEST(PluginHost, EveryProblemOfTheOptionsIsALine) {
    RecordingServices services;
    PluginHost host(services);
    const auto loaded =
        host.load(good({{"urll", "x", true, "weft.yaml:8:3: bus.urll"},
                        {"connections", "99", true, "weft.yaml:9:3: bus.connections"}}),
                  std::array{fixtures});
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().message,
              "weft.yaml:8:3: bus.urll: unknown option; did you mean `url`?\n"
              "weft.yaml:9:3: bus.connections: found 99, wanted 1 to 64");
}

TEST(PluginHost, EveryShippedPluginExportsExactlyItsEntry) {
    const fs::path shipped = fs::path(WEFT_BUILD_DIR) / "plugins";
    int checked = 0;
    for (const auto& entry : fs::recursive_directory_iterator(shipped)) {
        if (entry.path().extension() == ".so") {
            const auto symbols = boost::dll::library_info(entry.path()).symbols();
            EXPECT_EQ(symbols, (std::vector<std::string>{"weft_plugin_entry"})) << entry.path();
            ++checked;
        }
    }
    EXPECT_GE(checked, 1);
}

}  // namespace
}  // namespace weft
