// The gate between a replica and the world.
#include "kernel/document/gate.hpp"

#include <gtest/gtest.h>

#include <string>

namespace weft {
namespace {

using Outcome = Gate::Outcome;

TEST(Gate, AnAnswerWaitsUntilEverythingAppliedBeforeItIsCommitted) {
    Gate gate;
    bool left = false;
    gate.count_applied();
    gate.count_applied();
    gate.when_committed([&](Outcome) { left = true; });
    gate.count_committed(1);
    EXPECT_FALSE(left);
    gate.count_committed(1);
    EXPECT_TRUE(left);
}

TEST(Gate, AnAnswerWithNothingUncommittedInItLeavesAtOnce) {
    Gate gate;
    bool left = false;
    gate.when_committed([&](Outcome outcome) { left = outcome == Outcome::open; });
    EXPECT_TRUE(left);
}

TEST(Gate, AnswersLeaveInTheirOrder) {
    Gate gate;
    std::string order;
    gate.count_applied();
    gate.when_committed([&](Outcome) { order += 'a'; });
    gate.when_committed([&](Outcome) { order += 'b'; });
    gate.count_applied();
    gate.when_committed([&](Outcome) { order += 'c'; });
    gate.count_committed(2);
    EXPECT_EQ(order, "abc");
}

TEST(Gate, AResetTellsEverybodyWhoWaitsAndCountsAnew) {
    Gate gate;
    int dropped = 0;
    gate.count_applied();
    gate.when_committed([&](Outcome outcome) { dropped += outcome == Outcome::dropped ? 1 : 0; });
    gate.reset();
    EXPECT_EQ(dropped, 1);
    EXPECT_TRUE(gate.settled());
}

TEST(Gate, AWaiterMayAskForAnotherAnswer) {
    Gate gate;
    bool second = false;
    gate.count_applied();
    gate.when_committed([&](Outcome) { gate.when_committed([&](Outcome) { second = true; }); });
    gate.count_committed(1);
    EXPECT_TRUE(second);
}

}  // namespace
}  // namespace weft
