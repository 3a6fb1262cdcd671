// What the gate and the committed log promise.
#include "tests/simulation/asking.hpp"

#include <gtest/gtest.h>

namespace weft::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// The answer may come long after the caller has stopped waiting for it.
std::string content_of(Simulation& sim, const std::string& document) {
    const auto content = std::make_shared<std::string>("(no answer)");
    sim.shard().query(
        document,
        [](const DocumentView& view) -> Result<Bytes> {
            const auto text = view.replica.text("text", 0, all_units);
            return text ? to_bytes(as_bytes(*text)) : Bytes{};
        },
        [content](Result<DocumentAnswer> answer) {
            *content = answer ? std::string(as_text(answer->body)) : answer.error().message;
        });
    sim.run();
    return *content;
}

TEST(Durability, AnUpdateReachesNobodyElseBeforeStorageHasCommittedIt) {
    Simulation sim;
    auto& alice = sim.join("notes");
    auto& bob = sim.join("notes");
    sim.run();
    sim.storage().pause();
    alice.insert(0, "hi");
    sim.run();
    EXPECT_EQ(bob.text(), "");

    sim.storage().resume();
    sim.run();
    EXPECT_EQ(bob.text(), "hi");
    EXPECT_EQ(sim.stored_text("notes"), "hi");
}

TEST(Durability, ANewcomerIsNotAnsweredWithEditsThatAreNotCommitted) {
    Simulation sim;
    auto& alice = sim.join("notes");
    sim.run();
    sim.storage().pause();
    alice.insert(0, "hi");
    sim.run();
    auto& carol = sim.join("notes");
    sim.run();
    EXPECT_FALSE(carol.synced());
    EXPECT_EQ(carol.text(), "");

    sim.storage().resume();
    sim.run();
    EXPECT_TRUE(carol.synced());
    EXPECT_EQ(carol.text(), "hi");
}

TEST(Durability, AnAnswerToAReaderOutsideWaitsForTheCommitOfWhatIsInIt) {
    Simulation sim;
    auto& alice = sim.join("notes");
    sim.run();
    sim.storage().pause();
    alice.insert(0, "hi");
    sim.run();
    EXPECT_EQ(content_of(sim, "notes"), "(no answer)");
    sim.storage().resume();
    EXPECT_EQ(content_of(sim, "notes"), "hi");
}

TEST(Durability, RelaxedLetsOthersSeeWhatIsNotCommittedYet) {
    Simulation sim(relaxed());
    auto& alice = sim.join("notes");
    auto& bob = sim.join("notes");
    sim.run();
    sim.storage().pause();
    alice.insert(0, "hi");
    sim.run();
    EXPECT_EQ(bob.text(), "hi");
    EXPECT_EQ(alice.saved_count(), alice.sent_count() - 1)
        << "only the step 2 from before is saved";
}

TEST(Durability, RelaxedCommitsWithinTheFlushInterval) {
    Simulation sim(relaxed());
    auto& alice = sim.join("notes");
    sim.run();
    alice.insert(0, "hi");
    sim.run(milliseconds(150));
    EXPECT_EQ(sim.stored_text("notes"), "hi");
}

TEST(Durability, WhatOthersHaveSeenSurvivesACrashAtAnyMoment) {
    Simulation sim;
    auto& alice = sim.join("notes");
    auto& bob = sim.join("notes");
    sim.run();
    for (int i = 0; i < 40; ++i) {
        alice.insert(0, "x");
        sim.run(std::chrono::microseconds(700));
    }
    const std::string seen = bob.text();
    sim.crash();
    EXPECT_GE(sim.stored_text("notes").size(), seen.size());
    sim.start();
    auto& carol = sim.join("notes");
    sim.run();
    EXPECT_GE(carol.text().size(), seen.size());
}

TEST(Durability, AnAppendThatFailsForAWhileIsTriedAgainUntilItSucceeds) {
    Simulation sim;
    auto& alice = sim.join("notes");
    auto& bob = sim.join("notes");
    sim.run();
    sim.storage().fail_appends(3, Code::unavailable);
    alice.insert(0, "hi");
    sim.run(seconds(3));
    EXPECT_EQ(bob.text(), "hi");
    EXPECT_EQ(sim.stored_text("notes"), "hi");
}

TEST(Durability, OneDocumentsFailingAppendsDoNotDelayAnothers) {
    Simulation sim;
    auto& alice = sim.join("broken");
    auto& bob = sim.join("sound");
    auto& carol = sim.join("sound");
    sim.run();
    sim.storage().fail_appends(1000, Code::unavailable, "broken");
    alice.insert(0, "stuck");
    bob.insert(0, "hi");
    sim.run();
    EXPECT_EQ(carol.text(), "hi");
}

TEST(Durability, AtMostOneAppendOfADocumentIsInFlight) {
    Simulation sim;
    auto& alice = sim.join("notes");
    sim.run();
    for (int i = 0; i < 200; ++i) {
        alice.insert(0, "x");
        sim.run(std::chrono::microseconds(100));
    }
    sim.run();
    EXPECT_EQ(sim.storage().most_in_flight(), 1u);
    EXPECT_EQ(sim.stored_text("notes").size(), 200u);
    EXPECT_LT(sim.storage().append_count(), 150u)
        << "updates that wait for a commit are appended together";
}

TEST(Durability, AnUpdateThatTheStoreRefusesForGoodClosesItsSenderAndNobodyElse) {
    Simulation sim;
    auto& alice = sim.join("notes");
    auto& bob = sim.join("notes");
    auto& carol = sim.join("notes");
    sim.run();
    sim.storage().refuse_over(1000);
    alice.insert(0, std::string(5000, 'x'));
    bob.insert(0, "hi");
    sim.run(seconds(5));
    EXPECT_EQ(alice.close_code(), 4413);
    EXPECT_EQ(bob.close_code(), std::nullopt);
    EXPECT_EQ(carol.text(), "hi");
    EXPECT_EQ(sim.stored_text("notes"), "hi");
}

TEST(Durability, EditsThatARefusedAppendTookAlongComeBackFromTheirClientsAndCountAsSavedThen) {
    Simulation sim;
    auto& alice = sim.join("notes");
    auto& bob = sim.join("notes");
    sim.run();
    sim.storage().fail_appends(1, Code::limit);
    alice.insert(0, "kept");
    sim.run(seconds(5));
    EXPECT_EQ(alice.close_code(), std::nullopt);
    EXPECT_EQ(bob.text(), "kept");
    EXPECT_EQ(sim.stored_text("notes"), "kept");
    EXPECT_EQ(alice.saved_count(), alice.sent_count());
}

TEST(Durability, ADocumentWhoseStoreIsCorruptFailsAndTheOthersGoOn) {
    Simulation sim;
    auto& alice = sim.join("broken");
    auto& bob = sim.join("sound");
    auto& carol = sim.join("sound");
    sim.run();
    sim.storage().fail_appends(1, Code::corrupt, "broken");
    alice.insert(0, "x");
    bob.insert(0, "hi");
    sim.run();
    EXPECT_EQ(alice.close_code(), 1013);
    EXPECT_EQ(carol.text(), "hi");
    EXPECT_EQ(sim.log().errors(), 1u);
}

TEST(Durability, SavedCountsExactlyWhatIsCommitted) {
    Simulation sim;
    auto& alice = sim.join("notes");
    sim.run();
    const auto before = alice.saved_count();
    EXPECT_EQ(before, alice.sent_count());
    sim.storage().pause();
    alice.insert(0, "a");
    alice.insert(1, "b");
    sim.run();
    EXPECT_EQ(alice.saved_count(), before);
    sim.storage().resume();
    sim.run();
    EXPECT_EQ(alice.saved_count(), before + 2);
}

TEST(Durability, ADuplicateOfAnUncommittedUpdateIsNotSavedBeforeItsOriginal) {
    Simulation sim;
    auto& alice = sim.join("notes");
    auto& bob = sim.join("notes");
    sim.run();
    const auto before = bob.saved_count();
    sim.storage().pause();
    alice.insert(0, "a");
    sim.run();
    bob.send_raw(encode_update(alice.last_update()));
    sim.run();
    EXPECT_EQ(bob.saved_count(), before);
    sim.storage().resume();
    sim.run();
    EXPECT_EQ(bob.saved_count(), before + 1);
}

TEST(Durability, TheReadableContentFollowsWithinTwoSeconds) {
    Simulation sim;
    auto& alice = sim.join("notes");
    sim.run();
    alice.insert(0, "hello");
    sim.run(seconds(2));
    EXPECT_EQ(sim.disk().documents["notes"].content, "hello");
    alice.insert(5, " world");
    alice.disconnect();
    sim.run();
    EXPECT_EQ(sim.disk().documents["notes"].content, "hello world")
        << "written when the document leaves";
}

TEST(Durability, TheReadableContentIsRefreshedWhileSomebodyGoesOnTyping) {
    Simulation sim;
    auto& alice = sim.join("notes");
    sim.run();
    for (int i = 0; i < 200; ++i) {
        alice.insert(0, "x");
        sim.run(milliseconds(100));
    }
    EXPECT_GE(sim.disk().documents["notes"].content.size(), 100u);
    sim.run(seconds(2));
    EXPECT_EQ(sim.disk().documents["notes"].content.size(), 200u);
}

TEST(Durability, TheReadableContentIsMendedByTheNextLoadAfterACrash) {
    Simulation sim;
    auto& alice = sim.join("notes");
    sim.run();
    alice.insert(0, "hello");
    sim.run(milliseconds(50));
    sim.crash();
    EXPECT_EQ(sim.disk().documents["notes"].content, "");
    sim.start();
    sim.join("notes");
    sim.run();
    EXPECT_EQ(sim.disk().documents["notes"].content, "hello");
}

}  // namespace
}  // namespace weft::sim
