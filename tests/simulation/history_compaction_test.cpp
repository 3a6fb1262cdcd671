// Compaction: rows become segments and segments keyframes, and nobody notices.
#include "tests/simulation/asking.hpp"

#include <gtest/gtest.h>

namespace weft::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

SimOptions compacting(std::uint64_t seed = 1) {
    SimOptions options;
    options.seed = seed;
    options.policy.history.compaction_updates = 10;
    options.policy.history.compaction_idle = seconds(30);
    return options;
}

const storage::MemoryDocument& stored(Simulation& sim) {
    return sim.disk().documents["notes"];
}

const HistoryCounters& counters(Simulation& sim) {
    return sim.shard().counters();
}

void type(Simulation& sim, SimClient& client, std::size_t words) {
    for (std::size_t i = 0; i < words; ++i) {
        client.insert(0, "word ");
        sim.run(milliseconds(5));
    }
}

TEST(Compaction, TurnsALongTailIntoSegments) {
    Simulation sim(compacting());
    auto& alice = sim.join("notes");
    sim.run();
    type(sim, alice, 25);
    sim.run(seconds(1));
    EXPECT_GE(stored(sim).covered, 10u);
    EXPECT_LT(stored(sim).rows.size(), 16u);
    EXPECT_EQ(stored(sim).head(), 25u);
    EXPECT_EQ(sim.stored_text("notes"), alice.text());
    EXPECT_EQ(counters(sim).digest_alarms, 0u);
}

TEST(Compaction, LeavesAShortTailAloneWhileEditsGoOn) {
    Simulation sim(compacting());
    auto& alice = sim.join("notes");
    sim.run();
    for (int i = 0; i < 8; ++i) {
        type(sim, alice, 1);
        sim.run(seconds(20));
    }
    EXPECT_EQ(stored(sim).covered, 0u);
}

TEST(Compaction, TakesAShortTailOnceTheDocumentIsIdle) {
    Simulation sim(compacting());
    auto& alice = sim.join("notes");
    sim.run();
    type(sim, alice, 3);
    sim.run(seconds(29));
    EXPECT_EQ(stored(sim).covered, 0u);
    sim.run(seconds(3));
    EXPECT_EQ(stored(sim).covered, 3u);
    EXPECT_EQ(sim.stored_text("notes"), alice.text());
}

TEST(Compaction, GoesOnAfterEverybodyHasLeft) {
    Simulation sim(compacting());
    auto& alice = sim.join("notes");
    sim.run();
    type(sim, alice, 3);
    alice.disconnect();
    sim.run(seconds(40));
    EXPECT_EQ(sim.shard().counters().documents, 0u);
    EXPECT_EQ(stored(sim).covered, 3u);
    EXPECT_EQ(sim.stored_text("notes"), alice.text());
    EXPECT_EQ(sim.executor().timer_count(), 0u);
}

TEST(Compaction, TakesWhatACrashHasLeft) {
    Simulation sim(compacting());
    auto& alice = sim.join("notes");
    sim.run();
    type(sim, alice, 5);
    sim.crash();
    sim.start();
    sim.connect(alice);
    sim.run(seconds(40));
    EXPECT_EQ(stored(sim).covered, 5u);
}

TEST(Compaction, EndsASegmentAtEveryVersion) {
    Simulation sim(compacting());
    auto& alice = sim.join("notes");
    sim.run();
    type(sim, alice, 4);
    const auto first = name_present(sim, "first");
    const std::string text = alice.text();
    type(sim, alice, 3);
    sim.run(seconds(40));
    ASSERT_EQ(stored(sim).segments.size(), 2u);
    EXPECT_EQ(stored(sim).segments[0].seqs.last, 4u);
    EXPECT_EQ(stored(sim).segments[1].seqs.last, 7u);
    EXPECT_EQ(text_at(sim, first), text);
}

TEST(Compaction, KeepsKeyframesThatAreWorthIt) {
    Simulation sim(compacting());
    auto& alice = sim.join("notes");
    sim.run();
    for (int i = 0; i < 60; ++i) {
        alice.insert(0, std::string(1000, static_cast<char>('a' + i % 26)));
        sim.run(milliseconds(20));
    }
    sim.run(seconds(40));
    EXPECT_GE(counters(sim).keyframes, 2u);
    EXPECT_LT(stored(sim).keyframes.size(), counters(sim).keyframes) << "old ones are let go";
    EXPECT_EQ(sim.stored_text("notes"), alice.text());
    EXPECT_EQ(counters(sim).digest_alarms, 0u);
}

TEST(Compaction, WritesNothingAndRaisesAnAlarmWhenTheStoreHasAnotherDocument) {
    Simulation sim(compacting());
    auto& alice = sim.join("notes");
    auto& liar = sim.client("notes");
    sim.run();
    type(sim, alice, 5);
    liar.insert(0, "something else");
    sim.disk().documents["notes"].rows[4].bytes = Buffer::copy_of(liar.last_update());
    sim.run(seconds(40));
    EXPECT_EQ(stored(sim).covered, 0u);
    EXPECT_EQ(counters(sim).digest_alarms, 1u);
    EXPECT_GE(sim.log().errors(), 1u);
}

/// What another node would do.
void compact_elsewhere(Simulation& sim) {
    const yjs::YjsCrdt crdt{yjs::YjsOptions{}};
    const auto loaded = sim.disk().load({"notes"});
    CompactionInput input;
    input.document = "notes";
    input.epoch = loaded->head.epoch;
    input.covered = loaded->head.covered;
    input.through = loaded->head.seq;
    input.parts = loaded->parts;
    const auto made = make_compaction(crdt, input);
    ASSERT_TRUE(made.ok());
    ASSERT_TRUE(sim.disk().compact(made->request).ok());
}

TEST(Compaction, ThrowsItsWorkAwayWhenAnotherNodeWasFaster) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Simulation sim(compacting(seed));
        auto& alice = sim.join("notes");
        sim.run();
        type(sim, alice, 9);
        alice.insert(0, "and then ");
        sim.run(std::chrono::microseconds(2000 + 300 * seed));
        if (stored(sim).rows.size() > 1) {
            compact_elsewhere(sim);
        }
        type(sim, alice, 12);
        sim.run(seconds(40));
        EXPECT_EQ(stored(sim).covered, 22u);
        EXPECT_EQ(sim.stored_text("notes"), alice.text());
        EXPECT_EQ(counters(sim).digest_alarms, 0u);
    }
}

TEST(Compaction, InterruptedByACrashAtAnyMomentLosesNothing) {
    for (std::uint64_t step = 0; step < 60; ++step) {
        SCOPED_TRACE("crash after " + std::to_string(step * 200) + " microseconds");
        Simulation sim(compacting(step + 1));
        auto& alice = sim.join("notes");
        sim.run();
        type(sim, alice, 12);
        alice.insert(0, "last ");
        sim.run(std::chrono::microseconds(step * 200));
        sim.crash();
        const std::string at_crash = sim.stored_text("notes");
        sim.start();
        auto& bob = sim.join("notes");
        sim.run();
        EXPECT_EQ(bob.text(), at_crash);
        sim.connect(alice);
        sim.run(seconds(40));
        EXPECT_EQ(bob.text(), alice.text());
        EXPECT_EQ(sim.stored_text("notes"), alice.text());
        EXPECT_EQ(stored(sim).rows.size(), 0u);
    }
}

TEST(Compaction, LetsTheReadableContentFollowWithinTwoSeconds) {
    Simulation sim;
    auto& alice = sim.join("notes");
    sim.run();
    for (int i = 0; i < 20; ++i) {
        alice.insert(0, "word ");
        sim.run(milliseconds(50 + 37 * i));
    }
    sim.run(seconds(2) - milliseconds(50 + 37 * 19));
    EXPECT_EQ(stored(sim).content, alice.text());
    EXPECT_EQ(stored(sim).content_seq, 20u);
}

}  // namespace
}  // namespace weft::sim
