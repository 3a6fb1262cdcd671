// A deleted document is gone, and nobody who comes back with it raises it.
#include "kernel/session/close_codes.hpp"
#include "tests/simulation/asking.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace weft::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

bool is_deleted(const Answer<Removed>& answer) {
    return answer->has_value() && (*answer)->ok() && !(**answer)->unmet;
}

bool create(Simulation& sim, const std::string& text) {
    Change change;
    change.edits = {Edit::insert_text("text", 0, text)};
    change.condition.kind = Condition::Kind::is_new;
    const auto created = ask_to_change(sim, std::move(change));
    sim.run();
    return is_ok(created) && !(**created)->unmet;
}

TEST(Deletion, ClosesItsSessionsAndLeavesNothing) {
    Simulation sim;
    auto& alice = sim.join("notes");
    auto& bob = sim.join("notes");
    sim.run();
    alice.insert(0, "text");
    sim.run();
    const Answer<Removed> answer = ask_to_delete(sim);
    sim.run();
    EXPECT_TRUE(is_deleted(answer));
    EXPECT_EQ(alice.close_code(), close_deleted);
    EXPECT_EQ(bob.close_code(), close_deleted);
    EXPECT_EQ(sim.stored_text("notes"), "");
    sim.run(seconds(5));
    EXPECT_EQ(sim.shard().counters().documents, 0u);
}

TEST(Deletion, OfWhatIsNotThereIsNotFound) {
    Simulation sim;
    const Answer<Removed> never = ask_to_delete(sim);
    sim.run();
    EXPECT_EQ(code_of(never), Code::not_found);
    create(sim, "x");
    const Answer<Removed> first = ask_to_delete(sim);
    const Answer<Removed> together = ask_to_delete(sim);
    sim.run();
    EXPECT_TRUE(is_deleted(first));
    EXPECT_TRUE(is_deleted(together));
    const Answer<Removed> late = ask_to_delete(sim);
    sim.run();
    EXPECT_EQ(code_of(late), Code::not_found);
}

TEST(Deletion, IsOfTheStateThatItAsksForOrNotMade) {
    Simulation sim;
    create(sim, "x");
    Condition other;
    other.kind = Condition::Kind::has_mark_of;
    other.marks = {1};
    const Answer<Removed> answer = ask_to_delete(sim, other);
    sim.run();
    ASSERT_TRUE(answer->has_value() && (*answer)->ok());
    EXPECT_TRUE((**answer)->unmet);
    EXPECT_EQ(sim.stored_text("notes"), "x");
    auto& alice = sim.join("notes");
    sim.run();
    alice.insert(0, "still ");
    sim.run();
    EXPECT_EQ(sim.stored_text("notes"), "still x");
}

TEST(Deletion, RefusesAClientThatWasOfflineMeanwhile) {
    for (const bool made_anew : {false, true}) {
        Simulation sim;
        auto& alice = sim.join("notes");
        sim.run();
        alice.insert(0, "old ");
        sim.run();
        alice.disconnect();
        sim.run();
        alice.insert(0, "offline ");
        ask_to_delete(sim);
        sim.run();
        if (made_anew) {
            ASSERT_TRUE(create(sim, "new"));
        }
        sim.connect(alice);
        sim.run();
        EXPECT_EQ(alice.close_code(), close_deleted);
        EXPECT_EQ(sim.stored_text("notes"), made_anew ? "new" : "");
    }
}

TEST(Deletion, LetsNewClientsWriteAnew) {
    Simulation sim;
    create(sim, "old");
    ask_to_delete(sim);
    sim.run();
    auto& alice = sim.join("notes");
    auto& bob = sim.join("notes");
    sim.run();
    alice.insert(0, "new");
    bob.insert(0, "and ");
    sim.run();
    EXPECT_EQ(alice.text(), bob.text());
    EXPECT_EQ(sim.stored_text("notes"), alice.text());
    EXPECT_EQ(alice.text().size(), 7u);
    EXPECT_EQ(alice.close_code(), std::nullopt);
}

TEST(Deletion, WaitsForTheStore) {
    Simulation sim;
    auto& alice = sim.join("notes");
    sim.run();
    sim.storage().pause();
    alice.insert(0, "on its way");
    sim.run();
    const Answer<Removed> answer = ask_to_delete(sim);
    sim.run();
    EXPECT_FALSE(answer->has_value());
    sim.storage().resume();
    sim.run();
    EXPECT_TRUE(is_deleted(answer));
    EXPECT_EQ(sim.stored_text("notes"), "");
}

// Whatever clients type, and whenever the node dies: behind a deletion that was answered no old text is left.
TEST(Deletion, HoldsUnderClientsThatTypeAndAcrossCrashes) {
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        SimOptions options;
        options.seed = seed;
        Simulation sim(options);
        auto& alice = sim.join("notes");
        auto& bob = sim.join("notes");
        sim.run();
        alice.insert(0, "old");
        sim.run();
        Answer<Removed> answer = ask_to_delete(sim);
        const bool crashes = seed % 2 == 0;
        for (std::uint64_t step = 0; step < 20; ++step) {
            for (SimClient* client : {&alice, &bob}) {
                client->insert(0, "old");
            }
            sim.run(std::chrono::microseconds(sim.random().below(1000)));
            if (crashes && step == seed % 20) {
                sim.crash();
                sim.start();
                sim.connect(alice);
                sim.connect(bob);
            }
        }
        sim.run(seconds(2));
        if (!answer->has_value()) {
            answer = ask_to_delete(sim);
            sim.run(seconds(2));
        }
        ASSERT_TRUE(answer->has_value()) << "seed " << seed;
        for (SimClient* client : {&alice, &bob}) {
            if (!client->connected()) {
                sim.connect(*client);
            }
        }
        sim.run(seconds(2));
        EXPECT_EQ(alice.close_code(), close_deleted) << "seed " << seed;
        EXPECT_EQ(bob.close_code(), close_deleted) << "seed " << seed;
        EXPECT_EQ(sim.stored_text("notes"), "") << "seed " << seed;
    }
}

}  // namespace
}  // namespace weft::sim
