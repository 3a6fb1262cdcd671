// Versions: named, made by rule, and let go as they grow old.
#include "tests/simulation/asking.hpp"

#include <gtest/gtest.h>

namespace weft::sim {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

SimOptions with_versions(std::uint64_t seed = 1) {
    SimOptions options;
    options.seed = seed;
    auto& history = options.policy.history;
    history.compaction_updates = 20;
    history.compaction_idle = seconds(30);
    history.version_quiet = minutes(10);
    history.version_interval = hours(1);
    history.keep_all = hours(24);
    history.keep_hourly = hours(24 * 7);
    history.keep_daily = hours(24 * 90);
    return options;
}

TEST(Version, OfThePresentHasTheTextAsItIs) {
    Simulation sim;
    auto& alice = sim.join("notes");
    sim.run();
    type(sim, alice, "one");
    EXPECT_EQ(name_present(sim, "draft"), 1u);
    type(sim, alice, "two ");
    EXPECT_EQ(name_present(sim, "final"), 2u);
    ASSERT_EQ(versions_of(sim).size(), 2u);
    EXPECT_EQ(versions_of(sim)[0].label, "draft");
    EXPECT_EQ(versions_of(sim)[0].author, "ada");
    EXPECT_EQ(versions_of(sim)[0].kind, VersionKind::named);
    EXPECT_EQ(told_text(sim, 1), "one");
    EXPECT_EQ(text_at(sim, 1), "one");
    EXPECT_EQ(told_text(sim, 2), "two one");
}

TEST(Version, IsMadeOfADocumentThatIsNotInMemory) {
    Simulation sim;
    auto& alice = sim.join("notes");
    sim.run();
    type(sim, alice, "one");
    alice.disconnect();
    sim.run(seconds(5));
    ASSERT_EQ(sim.shard().counters().documents, 0u);
    EXPECT_EQ(name_present(sim, "later"), 1u);
    EXPECT_EQ(told_text(sim, 1), "one");
    sim.run(seconds(5));
    EXPECT_EQ(sim.shard().counters().documents, 0u);
}

TEST(Version, OfADocumentThatDoesNotExistIsNotFound) {
    Simulation sim;
    const auto answer = ask_for_version(sim, "nothing");
    sim.run();
    ASSERT_TRUE(answer->has_value());
    EXPECT_EQ((*answer)->error().code, Code::not_found);
    EXPECT_EQ(sim.disk().documents.size(), 0u);
}

TEST(Version, WaitsForWhatIsUncommittedAndHasIt) {
    Simulation sim;
    auto& alice = sim.join("notes");
    sim.run();
    type(sim, alice, "one");
    sim.storage().pause();
    type(sim, alice, "two ");
    const auto answer = ask_for_version(sim, "both");
    sim.run(milliseconds(10));
    type(sim, alice, "three ");
    EXPECT_FALSE(answer->has_value());
    sim.storage().resume();
    sim.run();
    ASSERT_TRUE(is_ok(answer));
    EXPECT_EQ(told_text(sim, 1), "two one");
    EXPECT_EQ(text_at(sim, 1), "two one");
    EXPECT_EQ(sim.stored_text("notes"), "three two one");
}

TEST(Version, IsMadeWhenTheStoreIsBackAndOnlyOnce) {
    for (const Code code : {Code::unavailable, Code::timeout, Code::again}) {
        Simulation sim;
        auto& alice = sim.join("notes");
        sim.run();
        type(sim, alice, "one");
        sim.storage().fail_appends(3, code);
        const auto answer = ask_for_version(sim, "patient");
        sim.run(seconds(10));
        EXPECT_TRUE(is_ok(answer)) << name_of(code);
        EXPECT_EQ(versions_of(sim).size(), 1u) << name_of(code);
    }
}

TEST(Version, ThatTheStoreRefusesIsAnErrorAndHurtsNoEdit) {
    Simulation sim;
    auto& alice = sim.join("notes");
    sim.run();
    type(sim, alice, "one");
    sim.storage().fail_appends(1, Code::unsupported);
    const auto answer = ask_for_version(sim, "refused");
    sim.run();
    ASSERT_TRUE(answer->has_value());
    EXPECT_EQ((*answer)->error().code, Code::unsupported);
    type(sim, alice, "two ");
    sim.run();
    EXPECT_EQ(sim.stored_text("notes"), "two one");
    EXPECT_TRUE(alice.connected());
}

/// Another node writes: its row is in the store, and nobody tells this node.
void store_row_of(Simulation& sim, const SimClient& elsewhere) {
    const auto head = sim.disk().heads({"notes"});
    AppendRequest request;
    request.document = "notes";
    request.algorithm = "yjs";
    request.epoch = (*head)[0].epoch;
    request.rows = {{7, Buffer::copy_of(elsewhere.last_update())}};
    ASSERT_TRUE(sim.disk().append(request, 0).ok());
}

TEST(Version, HasTheRowsOfOtherNodesThatStandBeforeItAndTheirText) {
    Simulation sim;
    auto& alice = sim.join("notes");
    auto& elsewhere = sim.join("notes");
    sim.run();
    type(sim, alice, "one");
    elsewhere.hold_back_edits(true);
    elsewhere.insert(0, "elsewhere ");
    store_row_of(sim, elsewhere);
    EXPECT_EQ(name_present(sim, "all"), 1u);
    sim.run(seconds(5));
    EXPECT_EQ(text_at(sim, 1), "elsewhere one");
    EXPECT_EQ(told_text(sim, 1), "elsewhere one");
    EXPECT_EQ(alice.text(), "elsewhere one");
}

TEST(Version, AskedForAtAnyMomentOfTypingStandsBetweenTheEditsAroundIt) {
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Simulation sim(with_versions(seed));
        auto& alice = sim.join("notes");
        auto& bob = sim.join("notes");
        sim.run();
        type(sim, alice, "begin");
        std::vector<Answer<std::uint64_t>> answers;
        for (int i = 0; i < 60; ++i) {
            (i % 2 == 0 ? alice : bob).insert(0, std::to_string(i) + " ");
            if (sim.random().below(4) == 0) {
                answers.push_back(ask_for_version(sim, "now"));
            }
            sim.run(std::chrono::microseconds(sim.random().below(4000)));
        }
        sim.run(minutes(1));
        std::uint64_t expected = 0;
        for (const auto& answer : answers) {
            ASSERT_TRUE(is_ok(answer));
            EXPECT_EQ(***answer, ++expected);
            EXPECT_EQ(told_text(sim, expected), text_at(sim, expected));
        }
    }
}

// ---- by rule ----

TEST(AutomaticVersion, IsMadeAfterTheQuietThatFollowsEdits) {
    Simulation sim(with_versions());
    auto& alice = sim.join("notes");
    sim.run();
    type(sim, alice, "one");
    sim.run(minutes(9));
    EXPECT_EQ(versions_of(sim).size(), 0u);
    sim.run(minutes(2));
    ASSERT_EQ(versions_of(sim).size(), 1u);
    EXPECT_EQ(versions_of(sim)[0].kind, VersionKind::automatic);
    EXPECT_EQ(told_text(sim, 1), "one");
    sim.run(hours(5));
    EXPECT_EQ(versions_of(sim).size(), 1u) << "nothing has changed";
}

TEST(AutomaticVersion, IsMadeThoughEverybodyHasLeft) {
    Simulation sim(with_versions());
    auto& alice = sim.join("notes");
    sim.run();
    type(sim, alice, "one");
    alice.disconnect();
    sim.run(minutes(12));
    EXPECT_EQ(versions_of(sim).size(), 1u);
    EXPECT_EQ(sim.shard().counters().documents, 0u);
    EXPECT_EQ(sim.executor().timer_count(), 0u);
}

TEST(AutomaticVersion, IsMadeOnceAnHourWhileEditsGoOn) {
    Simulation sim(with_versions());
    auto& alice = sim.join("notes");
    sim.run();
    for (int i = 0; i < 60; ++i) {
        type(sim, alice, "word ");
        sim.run(minutes(5));
    }
    EXPECT_GE(versions_of(sim).size(), 4u);
    EXPECT_LE(versions_of(sim).size(), 5u);
}

TEST(AutomaticVersion, IsNotMadeWhereSomebodyHasNamedThePresent) {
    Simulation sim(with_versions());
    auto& alice = sim.join("notes");
    sim.run();
    type(sim, alice, "one");
    name_present(sim, "mine");
    sim.run(hours(1));
    EXPECT_EQ(versions_of(sim).size(), 1u);
}

TEST(AutomaticVersion, IsLetGoAsItGrowsOldAndWhatIsLeftStaysExact) {
    Simulation sim(with_versions());
    auto& alice = sim.join("notes");
    sim.run();
    std::map<std::uint64_t, std::string> recorded;
    for (int i = 0; i < 150; ++i) {
        alice.insert(0, std::to_string(i) + " ");
        if (i % 3 == 0) {
            alice.erase(0, 2);
        }
        sim.run(minutes(20));
        const auto versions = versions_of(sim);
        ASSERT_FALSE(versions.empty());
        recorded.emplace(versions.back().number, alice.text());
        if (i % 40 == 7) {
            const auto number = name_present(sim, "named");
            recorded[number] = alice.text();
        }
    }
    EXPECT_GT(sim.shard().counters().versions_thinned, 20u);
    EXPECT_EQ(sim.shard().counters().digest_alarms, 0u);
    std::size_t named = 0;
    for (const Version& version : versions_of(sim)) {
        EXPECT_EQ(text_at(sim, version.number), recorded[version.number]) << version.number;
        named += version.kind == VersionKind::named ? 1 : 0;
    }
    EXPECT_EQ(named, 4u);
    EXPECT_EQ(sim.stored_text("notes"), alice.text());
}

}  // namespace
}  // namespace weft::sim
