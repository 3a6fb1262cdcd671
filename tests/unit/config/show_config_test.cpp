// `weft config show`: reads back as the same configuration, and tells no secret.
#include "unit/config/reading.hpp"

#include <gmock/gmock.h>

namespace weft::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(ShowConfig, WhatIsShownReadsBackAsTheSame) {
    const Config config = Reading(R"(
node: {name: n1}
kernel: {shards: 2}
plugins: {path: [p]}
durability: relaxed
transports: [{plugin: a, listen: "x: y # \"z\"\n"}, {plugin: b, odd key: 1}]
crdt: {default: rga, by_name: [{match: "l*", plugin: fugue}], text_root: "body", plugins: {rga: {width: 3}}}
compaction: {updates: 9, idle: 90s}
versions: {quiet: 0s, keep_daily: 30d}
documents: {memory: 1536MiB}
log: {format: json}
)")
                              .config();
    const ConfigReading again = Reading(show_config(config)).read();
    EXPECT_THAT(again.errors, IsEmpty());
    EXPECT_EQ(show_config(again.config), show_config(config));
    EXPECT_EQ(again.config.transports[0].options.values[0].text, "x: y # \"z\"\n");
    EXPECT_EQ(again.config.compaction.idle, std::chrono::seconds(90));
    EXPECT_EQ(again.config.versions.keep_daily, std::chrono::hours(24 * 30));
}

TEST(ShowConfig, SecretsAreHidden) {
    const std::string shown = show_config(Reading(R"(
bus: {plugin: redis, url: "redis://ann:hunter1@host:6379/0", password: hunter2, auth_token: hunter3}
storage: {plugin: postgres, url: "host=db password=hunter4 user=w", other: "postgres://db/x?password=hunter5&y=1"}
)")
                                              .config());
    EXPECT_THAT(shown, Not(HasSubstr("hunter")));
    EXPECT_THAT(shown, HasSubstr("redis://ann:***@host:6379/0"));
    EXPECT_THAT(shown, HasSubstr("host=db password=*** user=w"));
    EXPECT_THAT(shown, HasSubstr("postgres://db/x?password=***&y=1"));
}

TEST(ShowConfig, AnUrlWithoutAPasswordStaysAsItIs) {
    const std::string shown =
        show_config(Reading("bus: {plugin: redis, url: \"redis://host:6379/a@b\"}").config());
    EXPECT_THAT(shown, HasSubstr("\"redis://host:6379/a@b\""));
}

}  // namespace
}  // namespace weft::testing
