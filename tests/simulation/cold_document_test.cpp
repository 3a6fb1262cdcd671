// Documents that leave memory while their readers stay.
#include "tests/simulation/asking.hpp"

#include <gtest/gtest.h>

namespace weft::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

SimOptions cooling(std::uint64_t seed = 1) {
    SimOptions options;
    options.seed = seed;
    options.policy.cold_after = minutes(10);
    return options;
}

std::uint64_t cold_count(Simulation& sim) {
    return sim.shard().counters().documents_gone_cold;
}

TEST(ColdDocument, IsOneThatNobodyHasUsedForLong) {
    Simulation sim(cooling());
    auto& alice = sim.join("notes");
    sim.run();
    type(sim, alice, "one");
    sim.run(minutes(9));
    EXPECT_EQ(cold_count(sim), 0u);
    sim.run(minutes(2));
    EXPECT_EQ(cold_count(sim), 1u);
    EXPECT_EQ(sim.shard().counters().replica_bytes, 0u);
    EXPECT_TRUE(alice.connected());
}

TEST(ColdDocument, WakesForAnEditWhichEverybodySees) {
    Simulation sim(cooling());
    auto& alice = sim.join("notes");
    auto& bob = sim.join("notes");
    sim.run();
    type(sim, alice, "one");
    sim.run(minutes(11));
    ASSERT_EQ(cold_count(sim), 1u);
    alice.insert(0, "two ");
    sim.run(seconds(2));
    EXPECT_EQ(bob.text(), "two one");
    EXPECT_EQ(sim.stored_text("notes"), "two one");
    EXPECT_EQ(alice.saved_count(), alice.sent_count());
    EXPECT_EQ(bob.step1_received(), 1u) << "who had all is asked nothing";
}

TEST(ColdDocument, WakesForWhoComes) {
    Simulation sim(cooling());
    auto& alice = sim.join("notes");
    sim.run();
    type(sim, alice, "one");
    sim.run(minutes(11));
    ASSERT_EQ(cold_count(sim), 1u);
    auto& bob = sim.join("notes");
    sim.run();
    EXPECT_TRUE(bob.synced());
    EXPECT_EQ(bob.text(), "one");
    EXPECT_EQ(alice.step1_received(), 1u);
}

TEST(ColdDocument, WakesForAReadAndForAVersion) {
    Simulation sim(cooling());
    auto& alice = sim.join("notes");
    sim.run();
    type(sim, alice, "one");
    sim.run(minutes(11));
    std::string read;
    sim.node().query_document(
        "notes",
        [](const DocumentView& view) -> Result<Bytes> {
            return to_bytes(as_bytes(*view.replica.text("text", 0, all_units)));
        },
        [&read](Result<DocumentAnswer> answer) { read = std::string(as_text(answer->body)); });
    sim.run();
    EXPECT_EQ(read, "one");
    sim.run(minutes(11));
    ASSERT_EQ(cold_count(sim), 2u);
    EXPECT_EQ(name_present(sim, "one"), 1u);
    EXPECT_EQ(told_text(sim, 1), "one");
}

TEST(ColdDocument, ShowsWhatOtherNodesStoredMeanwhileOnceItWakes) {
    Simulation sim(cooling());
    auto& alice = sim.join("notes");
    auto& elsewhere = sim.join("notes");
    sim.run();
    type(sim, alice, "one");
    elsewhere.hold_back_edits(true);
    elsewhere.insert(0, "elsewhere ");
    sim.run(minutes(11));
    ASSERT_EQ(cold_count(sim), 1u);
    AppendRequest request;
    request.document = "notes";
    request.algorithm = "yjs";
    request.rows = {{7, Buffer::copy_of(elsewhere.last_update())}};
    ASSERT_TRUE(sim.disk().append(request, 0).ok());
    sim.join("notes");
    sim.run();
    EXPECT_EQ(alice.text(), "elsewhere one");
}

TEST(ColdDocument, PassesPresenceOn) {
    Simulation sim(cooling());
    auto& alice = sim.join("notes");
    auto& bob = sim.join("notes");
    sim.run();
    type(sim, alice, "one");
    sim.run(minutes(11));
    ASSERT_EQ(cold_count(sim), 1u);
    alice.present("{\"cursor\":1}");
    sim.run();
    EXPECT_EQ(bob.others().size(), 1u);
    EXPECT_EQ(sim.storage().load_count("notes"), 1u);
}

TEST(ColdDocument, EndsWhenTheLastReaderLeaves) {
    Simulation sim(cooling());
    auto& alice = sim.join("notes");
    sim.run();
    type(sim, alice, "one");
    sim.run(minutes(11));
    ASSERT_EQ(cold_count(sim), 1u);
    alice.disconnect();
    sim.run(seconds(10));
    EXPECT_EQ(sim.shard().counters().documents, 0u);
    EXPECT_EQ(sim.executor().timer_count(), 0u);
}

TEST(ColdDocument, IsNeverOneWithUncommittedEdits) {
    Simulation sim(cooling());
    auto& alice = sim.join("notes");
    sim.run();
    sim.storage().pause();
    type(sim, alice, "one");
    sim.run(minutes(30));
    EXPECT_EQ(cold_count(sim), 0u);
    sim.storage().resume();
    sim.run(minutes(1));
    EXPECT_EQ(cold_count(sim), 1u);
    EXPECT_EQ(sim.stored_text("notes"), "one");
}

TEST(ColdDocument, IsTheLeastRecentlyUsedPastTheCeilingOfMemory) {
    SimOptions options;
    options.policy.memory_shard_bytes = 150'000;
    Simulation sim(options);
    std::vector<SimClient*> clients;
    for (int i = 0; i < 4; ++i) {
        clients.push_back(&sim.join("document-" + std::to_string(i)));
        sim.run();
        clients.back()->insert(0, std::string(50'000, 'x'));
        sim.run(seconds(20));
    }
    EXPECT_GE(cold_count(sim), 1u);
    EXPECT_LE(sim.shard().counters().replica_bytes, 150'000u);
    EXPECT_GT(sim.shard().counters().replica_bytes, 50'000u);
    EXPECT_EQ(sim.storage().load_count("document-0"), 1u);
    clients[0]->insert(0, "y");
    clients[3]->insert(0, "y");
    sim.run(seconds(2));
    EXPECT_EQ(sim.storage().load_count("document-0"), 2u) << "the oldest had left";
    EXPECT_EQ(sim.storage().load_count("document-3"), 1u);
    EXPECT_EQ(sim.stored_text("document-0").size(), 50'001u);
}

TEST(ColdDocument, LosesNothingWhoeverUsesItWheneverItGoesCold) {
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        SimOptions options = cooling(seed);
        options.policy.cold_after = milliseconds(1);
        options.policy.history.compaction_updates = 8;
        options.policy.history.compaction_idle = seconds(30);
        Simulation sim(options);
        std::vector<SimClient*> clients;
        for (int i = 0; i < 3; ++i) {
            clients.push_back(&sim.join("notes"));
        }
        for (int i = 0; i < 60; ++i) {
            auto& client = *clients[sim.random().below(3)];
            switch (sim.random().below(8)) {
            case 0: client.disconnect(); break;
            case 1: ask_for_version(sim, "now"); break;
            default:
                client.insert(0, "<" + std::to_string(i) + ">");
                if (!client.connected()) {
                    sim.connect(client);
                }
            }
            sim.run(milliseconds(sim.random().below(4) == 0 ? 6000 : sim.random().below(20)));
        }
        for (SimClient* client : clients) {
            if (!client->connected()) {
                sim.connect(*client);
            }
        }
        sim.run(seconds(20));
        for (const SimClient* client : clients) {
            EXPECT_EQ(client->text(), clients[0]->text());
            EXPECT_EQ(client->saved_count(), client->sent_count());
        }
        EXPECT_EQ(sim.stored_text("notes"), clients[0]->text());
        EXPECT_GT(cold_count(sim), 0u);
        EXPECT_EQ(sim.shard().counters().digest_alarms, 0u);
    }
}

}  // namespace
}  // namespace weft::sim
