// Joining, leaving, loading, draining; parked parts.
#include "tests/support/simulation/simulation.hpp"

#include <gtest/gtest.h>

namespace weft::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Session, SyncedFiresForADocumentThatDoesNotExistYet) {
    Simulation sim;
    auto& alice = sim.join("new");
    sim.run();
    EXPECT_TRUE(alice.synced());
    EXPECT_FALSE(sim.disk().documents.contains("new")) << "a document exists from its first update";
}

TEST(Session, OfflineEditsArriveBecauseTheServerAsksForThem) {
    Simulation sim;
    auto& alice = sim.client("notes");
    alice.insert(0, "written offline");
    sim.connect(alice);
    auto& bob = sim.join("notes");
    sim.run();
    EXPECT_EQ(bob.text(), "written offline");
}

TEST(Session, ConcurrentEditsEndEqual) {
    Simulation sim;
    auto& alice = sim.join("notes");
    auto& bob = sim.join("notes");
    sim.run();
    alice.insert(0, "aaa");
    bob.insert(0, "bbb");
    sim.run();
    EXPECT_EQ(alice.text(), bob.text());
    EXPECT_EQ(alice.text().size(), 6u);
    EXPECT_EQ(alice.digest(), bob.digest());
}

TEST(Session, AWriterDoesNotHearItsOwnUpdates) {
    Simulation sim;
    auto& alice = sim.join("notes");
    sim.run();
    const auto before = alice.updates_received();
    alice.insert(0, "a");
    sim.run();
    EXPECT_EQ(alice.updates_received(), before);
}

TEST(Session, UpdatesOfOneTurnReachAReaderAsOneMessage) {
    Simulation sim;
    auto& alice = sim.join("notes");
    auto& bob = sim.join("notes");
    sim.run();
    sim.storage().pause();
    for (int i = 0; i < 20; ++i) {
        alice.insert(0, "x");
    }
    sim.run();
    const auto before = bob.updates_received();
    sim.storage().resume();
    sim.run();
    EXPECT_LE(bob.updates_received() - before, 2u)
        << "the first edit alone, then all that waited behind it";
    EXPECT_EQ(bob.text().size(), 20u);
}

TEST(Session, EverybodyWhoComesWhileADocumentLoadsSharesOneLoad) {
    Simulation sim;
    sim.join("notes").insert(0, "hi");
    sim.run();
    sim.crash();
    sim.start();
    auto& alice = sim.join("notes");
    auto& bob = sim.join("notes");
    auto& carol = sim.join("notes");
    sim.run();
    EXPECT_EQ(sim.storage().load_count("notes"), 1u);
    EXPECT_EQ(alice.text(), "hi");
    EXPECT_EQ(bob.text(), "hi");
    EXPECT_EQ(carol.text(), "hi");
}

TEST(Session, ALoadThatFailsForAWhileIsTriedAgainWhileItsClientsWait) {
    Simulation sim;
    sim.join("notes").insert(0, "hi");
    sim.run();
    sim.crash();
    sim.start();
    sim.storage().fail_loads(3, Code::unavailable);
    auto& alice = sim.join("notes");
    alice.insert(0, "meanwhile ");
    sim.run(seconds(3));
    EXPECT_EQ(alice.text().size(), std::string("meanwhile hi").size());
    EXPECT_EQ(sim.stored_text("notes"), alice.text());
}

TEST(Session, ADocumentThatCannotBeReadClosesItsClientsWhoMayComeBack) {
    Simulation sim;
    sim.storage().fail_loads(1, Code::corrupt);
    auto& alice = sim.join("notes");
    sim.run();
    EXPECT_EQ(alice.close_code(), 1013);
    sim.connect(alice);
    sim.run();
    EXPECT_TRUE(alice.synced());
}

TEST(Session, ADocumentOfAnAlgorithmThatIsNotLoadedIsRefusedAndTheOthersGoOn) {
    Simulation sim;
    sim.disk().documents["foreign"].algorithm = "other";
    auto& alice = sim.join("foreign");
    auto& bob = sim.join("notes");
    sim.run();
    EXPECT_EQ(alice.close_code(), 4404);
    EXPECT_TRUE(bob.synced());
}

TEST(Session, WhoComesBackWhileTheDocumentDrainsMeetsTheWholeDocument) {
    Simulation sim;
    auto& alice = sim.join("notes");
    sim.run();
    sim.storage().pause();
    alice.insert(0, "hi");
    sim.run();
    alice.disconnect();
    sim.run();
    auto& bob = sim.join("notes");
    sim.run();
    EXPECT_FALSE(bob.synced());
    sim.storage().resume();
    sim.run();
    EXPECT_TRUE(bob.synced());
    EXPECT_EQ(bob.text(), "hi");
}

TEST(Session, AQuietNodeIsBackAtItsBaseline) {
    Simulation sim;
    auto& alice = sim.join("notes");
    alice.present(R"({"name":"alice"})");
    alice.insert(0, "hi");
    sim.run();
    alice.disconnect();
    sim.run(seconds(60));
    EXPECT_TRUE(sim.shard().drained());
    EXPECT_EQ(sim.executor().timer_count(), 0u);
    EXPECT_EQ(sim.shard().counters().documents, 0u);
    EXPECT_EQ(sim.shard().counters().sessions, 0u);
    EXPECT_EQ(sim.shard().counters().uncommitted_bytes, 0u);
    EXPECT_EQ(sim.shard().counters().log_bytes, 0u);
}

TEST(Session, ADrainClosesEverybodyWith1012AndLosesNothing) {
    Simulation sim;
    auto& alice = sim.join("notes");
    auto& bob = sim.join("other");
    sim.run();
    alice.insert(0, "last words");
    sim.run(milliseconds(2));
    sim.node().drain(seconds(1));
    sim.run(seconds(3));
    EXPECT_EQ(alice.close_code(), 1012);
    EXPECT_EQ(bob.close_code(), 1012);
    EXPECT_TRUE(sim.shard().drained());
    EXPECT_EQ(sim.stored_text("notes"), "last words");
    EXPECT_EQ(sim.disk().documents["notes"].content, "last words");
}

TEST(Session, AMessageThatDoesNotParseClosesItsSenderAndChangesNothing) {
    Simulation sim;
    auto& alice = sim.join("notes");
    auto& bob = sim.join("notes");
    sim.run();
    alice.send_raw({0, 7, 0});
    sim.run();
    EXPECT_EQ(alice.close_code(), 4400);
    EXPECT_EQ(bob.close_code(), std::nullopt);
}

TEST(Session, AnUpdateThatTheAlgorithmRefusesClosesItsSenderWithAFinalCode) {
    Simulation sim;
    auto& alice = sim.join("notes");
    sim.run();
    alice.send_raw(encode_update(Bytes{0xff, 0xff, 0xff, 0xff}));
    sim.run();
    EXPECT_EQ(alice.close_code(), 4400);
    EXPECT_FALSE(sim.disk().documents.contains("notes"));
}

TEST(Session, AMessageOfAnUnknownTypeIsIgnoredAndCounted) {
    Simulation sim;
    auto& alice = sim.join("notes");
    sim.run();
    alice.send_raw({77, 1, 2, 3});
    sim.run();
    EXPECT_EQ(alice.close_code(), std::nullopt);
    EXPECT_EQ(sim.shard().counters().unknown_messages, 1u);
}

TEST(Parked, PartsWithMissingDependenciesAreNeitherStoredNorSentUntilTheRestArrives) {
    Simulation sim;
    auto& alice = sim.join("notes");
    auto& bob = sim.join("notes");
    sim.run();
    alice.hold_back_edits(true);
    alice.insert(0, "first ");
    alice.insert(6, "second");
    const auto saved_before = alice.saved_count();
    alice.send_raw(encode_update(alice.last_update()));
    sim.run();
    EXPECT_EQ(bob.text(), "");
    EXPECT_FALSE(sim.disk().documents.contains("notes"));
    EXPECT_EQ(alice.saved_count(), saved_before);

    alice.hold_back_edits(false);
    alice.disconnect();
    sim.run();
    sim.connect(alice);
    sim.run();
    EXPECT_EQ(bob.text(), "first second");
    EXPECT_EQ(sim.stored_text("notes"), "first second");
}

TEST(Parked, TheSenderIsAskedForWhatIsMissing) {
    Simulation sim;
    auto& alice = sim.join("notes");
    auto& bob = sim.join("notes");
    sim.run();
    alice.hold_back_edits(true);
    alice.insert(0, "first ");
    alice.insert(6, "second");
    alice.hold_back_edits(false);
    const auto asked_before = alice.step1_received();
    alice.send_raw(encode_update(alice.last_update()));
    sim.run(seconds(2));
    EXPECT_GT(alice.step1_received(), asked_before);
    EXPECT_EQ(bob.text(), "first second");
    EXPECT_EQ(alice.saved_count(), alice.sent_count() + 1) << "the raw update counts too";
}

TEST(Parked, ASenderThatCannotGiveTheRestIsNotAskedAgainAndAgain) {
    Simulation sim;
    auto& alice = sim.client("notes");
    alice.insert(0, "first ");
    alice.insert(6, "second");
    const Bytes second = alice.last_update();
    auto& bob = sim.join("notes");
    sim.run();
    const auto asked_before = bob.step1_received();
    for (int i = 0; i < 50; ++i) {
        bob.send_raw(encode_update(second));
        sim.run(milliseconds(100));
    }
    EXPECT_LE(bob.step1_received() - asked_before, 7u) << "at most once a second";
}

}  // namespace
}  // namespace weft::sim
