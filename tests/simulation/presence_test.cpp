// Who is here: no ghosts, nobody missing.
#include "tests/support/simulation/simulation.hpp"

#include <gtest/gtest.h>

namespace weft::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const std::string alice_state = R"({"name":"alice"})";
const std::string moved_state = R"({"name":"alice","at":3})";

TEST(Presence, OthersSeeWhoIsHere) {
    Simulation sim;
    auto& alice = sim.join("notes");
    auto& bob = sim.join("notes");
    sim.run();
    alice.present(alice_state);
    sim.run();
    EXPECT_EQ(bob.others().at(alice.actor()), alice_state);
}

TEST(Presence, ANewcomerIsGreetedWithThosePresent) {
    Simulation sim;
    auto& alice = sim.join("notes");
    sim.run();
    alice.present(alice_state);
    sim.run();
    auto& bob = sim.join("notes");
    sim.run();
    EXPECT_TRUE(bob.others().contains(alice.actor()));
}

TEST(Presence, WhoDisconnectsIsGone) {
    Simulation sim;
    auto& alice = sim.join("notes");
    auto& bob = sim.join("notes");
    alice.present(alice_state);
    sim.run();
    alice.disconnect();
    sim.run();
    EXPECT_TRUE(bob.others().empty());
}

TEST(Presence, WhoReconnectsIsSeenAtOnceThoughItsClockIsOld) {
    Simulation sim;
    auto& alice = sim.join("notes");
    auto& bob = sim.join("notes");
    alice.present(alice_state);
    sim.run();
    alice.disconnect();
    sim.run();
    sim.connect(alice);
    sim.run();
    EXPECT_TRUE(bob.others().contains(alice.actor()));
}

TEST(Presence, ALateCloseOfTheOldConnectionDoesNotRemoveWhoHasReconnected) {
    Simulation sim;
    auto& alice = sim.join("notes");
    auto& bob = sim.join("notes");
    alice.present(alice_state);
    sim.run();
    const auto old_connection = alice.connection();
    sim.connect(alice);  // the old socket has not closed yet
    sim.run();
    sim.transport().disconnect(old_connection);
    sim.run();
    EXPECT_TRUE(bob.others().contains(alice.actor()));
}

TEST(Presence, WhoReconnectsAndThenLeavesIsNoGhost) {
    Simulation sim;
    auto& alice = sim.join("notes");
    auto& bob = sim.join("notes");
    alice.present(alice_state);
    sim.run();
    alice.disconnect();
    sim.run();
    sim.connect(alice);
    sim.run();
    alice.disconnect();
    sim.run();
    EXPECT_TRUE(bob.others().empty());
}

TEST(Presence, WhoMovesBeforeItHasHeardThatItIsSeenAgainIsSeenWhereItMoved) {
    Simulation sim;
    auto& alice = sim.join("notes");
    auto& bob = sim.join("notes");
    alice.present(alice_state);
    sim.run();
    alice.disconnect();
    sim.run();
    sim.connect(alice);          // its old clock is raised by the server
    alice.present(moved_state);  // by itself to the same clock: it has not heard of that
    sim.run();
    ASSERT_TRUE(bob.others().contains(alice.actor()));
    EXPECT_EQ(bob.others().at(alice.actor()), moved_state);
}

TEST(Presence, AnEchoDoesNotTakeAStateFromItsOwner) {
    Simulation sim;
    auto& alice = sim.join("notes");
    auto& bob = sim.join("notes");
    bob.present(R"({"name":"bob"})");
    sim.run();
    bob.echoes_presence = true;
    alice.present(alice_state);
    sim.run();
    alice.disconnect();
    sim.run();
    EXPECT_TRUE(bob.others().empty());
    bob.disconnect();
    sim.run();
    auto& carol = sim.join("notes");
    sim.run();
    EXPECT_TRUE(carol.others().empty());
}

TEST(Presence, NobodyElseRemovesAClientThatLives) {
    Simulation sim;
    auto& alice = sim.join("notes");
    auto& bob = sim.join("notes");
    auto& carol = sim.join("notes");
    alice.present(alice_state);
    bob.present(R"({"name":"bob"})");
    sim.run();
    bob.send_raw(encode_presence(encode_presence_states({{alice.actor(), 1, "null"}})));
    sim.run();
    EXPECT_TRUE(carol.others().contains(alice.actor()));
}

TEST(Presence, ACursorWaitsForTheTextThatItsClientHasJustTyped) {
    Simulation sim;
    auto& alice = sim.join("notes");
    auto& bob = sim.join("notes");
    alice.present(alice_state);
    sim.run();
    sim.storage().pause();
    alice.insert(0, "abc");
    alice.present(moved_state);
    sim.run(milliseconds(100));
    EXPECT_EQ(bob.others().at(alice.actor()), alice_state);
    sim.run(milliseconds(300));
    EXPECT_EQ(bob.others().at(alice.actor()), moved_state) << "but not for longer than 200 ms";
}

TEST(Presence, WhoGoesSilentIsRemovedAfterHalfAMinute) {
    Simulation sim;
    auto& alice = sim.join("notes");
    auto& bob = sim.join("notes");
    alice.present(alice_state);
    sim.run(seconds(25));
    EXPECT_TRUE(bob.others().contains(alice.actor()));
    alice.stop_reading();  // else it would hear of its removal and come back
    sim.run(seconds(10));
    EXPECT_TRUE(bob.others().empty());
}

TEST(Presence, ManyChangesOfAMomentAreSentAsOne) {
    Simulation sim;
    auto& alice = sim.join("notes");
    sim.join("notes");
    sim.run();
    const auto before = sim.transport().frame_count();
    for (int i = 0; i < 50; ++i) {
        alice.present(R"({"at":)" + std::to_string(i) + "}");
    }
    sim.run();
    EXPECT_LE(sim.transport().frame_count() - before, 6u)
        << "at most one message in 100 ms for each of two clients";
}

TEST(Presence, AClientThatHearsNothingIsSentSomethingBeforeItGivesUp) {
    Simulation sim;
    sim.join("notes");
    sim.run();
    const auto before = sim.transport().frame_count();
    sim.run(seconds(29));
    EXPECT_GT(sim.transport().frame_count(), before);
}

TEST(Presence, AStateThatIsNotJsonClosesItsSender) {
    Simulation sim;
    auto& alice = sim.join("notes");
    sim.run();
    alice.present("{not json");
    sim.run();
    EXPECT_EQ(alice.close_code(), 4400);
}

TEST(Presence, WhoMissedARemovalWhileItDidNotReadLearnsOfItLater) {
    Simulation sim;
    auto& alice = sim.join("notes");
    auto& writer = sim.join("notes");
    auto& slow = sim.join("notes");
    alice.present(alice_state);
    sim.run();
    EXPECT_TRUE(slow.others().contains(alice.actor()));
    slow.stop_reading();
    for (int i = 0; i < 30; ++i) {
        writer.insert(0, std::string(1000, 'x'));
        sim.run(milliseconds(20));
    }
    alice.disconnect();
    sim.run(seconds(1));
    slow.read_again();
    sim.run();
    EXPECT_TRUE(slow.others().empty());
}

}  // namespace
}  // namespace weft::sim
