// What a right configuration becomes: values, defaults, variables, places, plugins and their options.
#include "unit/config/reading.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

namespace weft::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> names(const std::vector<PluginUse>& uses) {
    std::vector<std::string> names;
    for (const PluginUse& use : uses) {
        names.push_back(use.plugin);
    }
    return names;
}

TEST(Config, AnEmptyFileIsTheDefaultConfiguration) {
    const ConfigReading reading = Reading("").read();
    EXPECT_THAT(reading.errors, IsEmpty());
    EXPECT_EQ(reading.config.node.name, "weft-1");
    EXPECT_EQ(reading.config.kernel.shards, 0U);
    EXPECT_EQ(reading.config.durability, DurabilityPromise::strict);
    EXPECT_THAT(names(reading.config.transports), ElementsAre("websocketpp"));
    EXPECT_THAT(names(reading.config.crdt.plugins), ElementsAre("yjs", "rga"));
    EXPECT_EQ(reading.config.crdt.plugin_for("notes"), "yjs");
    EXPECT_EQ(reading.config.crdt.plugin_for("lab/rga/notes"), "rga");
    EXPECT_EQ(reading.config.bus.plugin, "local");
    EXPECT_EQ(reading.config.storage.plugin, "sqlite");
    EXPECT_EQ(reading.config.limits.message_bytes, 16U << 20);
    EXPECT_EQ(reading.config.deleted.keep, 24h * 90);
}

TEST(Config, TheShippedFileHasNoErrorAndSaysTheDefaults) {
    std::ifstream in(WEFT_SOURCE_DIR "/config/weft.yaml");
    std::stringstream text;
    text << in.rdbuf();
    const ConfigReading shipped = Reading(text.str()).read();
    EXPECT_THAT(shipped.errors, IsEmpty());

    EXPECT_EQ(show_config(shipped.config), show_config(Reading("").config()));
}

TEST(Config, TheBuiltInCopyIsTheShippedFile) {
    std::ifstream in(WEFT_SOURCE_DIR "/config/weft.yaml");
    std::stringstream text;
    text << in.rdbuf();
    EXPECT_EQ(builtin_config(), text.str());
}

TEST(Config, ASectionThatIsThereTakesNothingFromTheShippedOne) {
    const Config config = Reading("storage: {plugin: memory}\ncrdt: {text_root: body}\n").config();
    EXPECT_THAT(config.storage.options.values, IsEmpty());
    EXPECT_EQ(config.crdt.default_plugin, "yjs");
}

TEST(Config, EveryValueOfTheFileArrivesInItsPlace) {
    const ConfigReading reading = Reading(R"(
node: {name: "n.7"}
kernel: {shards: 3}
durability: relaxed
crdt: {default: rga, text_root: body}
commit: {flush_interval: 250ms}
compaction: {updates: 7, idle: 1m}
versions: {quiet: 3m, interval: 4h, keep_all: 5h, keep_hourly: 6d, keep_daily: 70d}
documents: {idle: 2h, memory: 512MiB}
limits: {message: 1MiB, document: 64KiB, parked: 2048, connections: 12}
drain: {timeout: 5s, spread: 0s}
deleted: {keep: 1d}
log: {level: debug, format: json}
)")
                                      .read();
    ASSERT_THAT(reading.errors, IsEmpty());
    const Config& config = reading.config;
    EXPECT_EQ(config.node.name, "n.7");
    EXPECT_EQ(config.kernel.shards, 3U);
    EXPECT_EQ(config.durability, DurabilityPromise::relaxed);
    EXPECT_EQ(config.crdt.default_plugin, "rga");
    EXPECT_EQ(config.crdt.text_root, "body");
    EXPECT_EQ(config.commit.flush_interval, 250ms);
    EXPECT_EQ(config.compaction.updates, 7U);
    EXPECT_EQ(config.compaction.idle, 1min);
    EXPECT_EQ(config.versions.quiet, 3min);
    EXPECT_EQ(config.versions.interval, 4h);
    EXPECT_EQ(config.versions.keep_all, 5h);
    EXPECT_EQ(config.versions.keep_hourly, 24h * 6);
    EXPECT_EQ(config.versions.keep_daily, 24h * 70);
    EXPECT_EQ(config.documents.idle, 2h);
    EXPECT_EQ(config.documents.memory_bytes, 512U << 20);
    EXPECT_EQ(config.limits.message_bytes, 1U << 20);
    EXPECT_EQ(config.limits.document_bytes, 64U << 10);
    EXPECT_EQ(config.limits.parked_bytes, 2048U);
    EXPECT_EQ(config.limits.connections, 12U);
    EXPECT_EQ(config.drain.timeout, 5s);
    EXPECT_EQ(config.drain.spread, 0s);
    EXPECT_EQ(config.deleted.keep, 24h);
    EXPECT_EQ(config.log.level, LogLevel::debug);
    EXPECT_EQ(config.log.format, LogFormat::json);
}

TEST(Config, ASectionThatIsLeftEmptyHoldsItsDefaults) {
    const ConfigReading reading = Reading("commit:\nlimits:\n  message: 1MiB\n").read();
    EXPECT_THAT(reading.errors, IsEmpty());
    EXPECT_EQ(reading.config.commit.flush_interval, 100ms);
    EXPECT_EQ(reading.config.limits.parked_bytes, 4U << 20);
}

TEST(Config, OptionsOfAPluginAreAllKeysButPluginEachWithItsPlace) {
    const Config config =
        Reading("storage:\n  path: ${DATA:-data}/x.db\n  plugin: sqlite\n  cache: [1]\n").config();
    EXPECT_EQ(config.storage.plugin, "sqlite");
    EXPECT_EQ(config.storage.where, "c.yaml:3:11: storage.plugin");
    EXPECT_EQ(config.storage.options.where, "c.yaml:2:3: storage");
    const auto& values = config.storage.options.values;
    ASSERT_EQ(values.size(), 2U);
    EXPECT_EQ(values[0].key, "path");
    EXPECT_EQ(values[0].text, "data/x.db");
    EXPECT_TRUE(values[0].is_scalar);
    EXPECT_EQ(values[0].where, "c.yaml:2:9: storage.path");
    EXPECT_EQ(values[1].key, "cache");
    EXPECT_FALSE(values[1].is_scalar);
}

TEST(Config, EveryAlgorithmThatIsNamedAnywhereIsLoadedOnce) {
    const Config config = Reading(R"(
crdt:
  default: yjs
  by_name: [{match: "a/*", plugin: rga}, {match: "b/*", plugin: yjs}]
  plugins: {fugue: {width: 3}, rga: {}}
)")
                              .config();
    EXPECT_THAT(names(config.crdt.plugins), ElementsAre("fugue", "rga", "yjs"));
    EXPECT_EQ(config.crdt.plugins[0].options.values[0].where,
              "c.yaml:5:28: crdt.plugins.fugue.width");
}

TEST(Config, TheFirstRuleThatMatchesTheNameChoosesTheAlgorithm) {
    const Config config = Reading(R"(
crdt:
  by_name: [{match: "lab/rga/*", plugin: rga}, {match: "lab/*", plugin: fugue}]
)")
                              .config();
    EXPECT_EQ(config.crdt.plugin_for("lab/rga/deep/1"), "rga");
    EXPECT_EQ(config.crdt.plugin_for("lab/other"), "fugue");
    EXPECT_EQ(config.crdt.plugin_for("notes"), "yjs");
}

TEST(Config, PluginFoldersAreRelativeToTheYamlFile) {
    const Config config = Reading("plugins: {path: [../build/plugins, /abs]}").config();
    EXPECT_THAT(config.plugins.path, ElementsAre("/etc/build/plugins", "/abs"));
}

TEST(Config, WithoutPluginFoldersThoseOfTheProgramAreUsed) {
    EXPECT_THAT(Reading("plugins: {}").config().plugins.path, ElementsAre("/opt/weft/plugins"));
}

TEST(Config, VariablesAreExpandedInValues) {
    const Config config =
        Reading("node: {name: \"${HOST}-${ZONE:-a}\"}\nlimits:\n  connections: ${MANY}\n")
            .with("HOST", "n1")
            .with("MANY", "5")
            .config();
    EXPECT_EQ(config.node.name, "n1-a");
    EXPECT_EQ(config.limits.connections, 5U);
}

TEST(Config, AnAliasIsTheValueOfItsAnchor) {
    const ConfigReading reading =
        Reading("commit: {flush_interval: &t 7s}\ndrain: {timeout: *t}").read();
    EXPECT_THAT(reading.errors, IsEmpty());
    EXPECT_EQ(reading.config.drain.timeout, 7s);
}

TEST(Config, APlaceIsKnownForEveryKeyThatWasWritten) {
    const Config config =
        Reading("node: {name: n}\ndurability: relaxed").set("commit.flush_interval=1s").config();
    EXPECT_EQ(config.where("durability"), "c.yaml:2:13: durability");
    EXPECT_EQ(config.where("commit.flush_interval"), "--set 1: commit.flush_interval");
    EXPECT_EQ(config.where("drain.timeout"), "c.yaml: drain.timeout");
}

}  // namespace
}  // namespace weft::testing
