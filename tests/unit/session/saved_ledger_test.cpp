// Which messages of a connection count as saved.
#include "kernel/session/saved_ledger.hpp"

#include <gtest/gtest.h>

namespace weft {
namespace {

TEST(SavedLedger, CountsMessagesWhoseEditsAreCommitted) {
    SavedLedger ledger;
    ledger.add_applied(1);
    ledger.add_applied(2);
    EXPECT_EQ(ledger.advance(0), 0u);
    EXPECT_EQ(ledger.advance(1), 1u);
    EXPECT_EQ(ledger.advance(2), 2u);
    EXPECT_TRUE(ledger.all_saved());
}

TEST(SavedLedger, AMessageThatBroughtNothingNewWaitsForWhatWasAppliedBeforeIt) {
    SavedLedger ledger;
    ledger.add_applied(3);
    ledger.add_applied(3);
    EXPECT_EQ(ledger.advance(2), 0u);
    EXPECT_EQ(ledger.advance(3), 2u);
}

TEST(SavedLedger, StopsBeforeAnOpenMessageThoughLaterOnesAreCommitted) {
    SavedLedger ledger;
    ledger.add_applied(1);
    ledger.add_open();
    ledger.add_applied(2);
    EXPECT_EQ(ledger.advance(2), 1u);
    ledger.add_applied(3);
    ledger.close_open(3);
    EXPECT_EQ(ledger.advance(2), 1u);
    EXPECT_EQ(ledger.advance(3), 4u);
}

TEST(SavedLedger, WhatWasLostWithTheReplicaIsOpenAgain) {
    SavedLedger ledger;
    ledger.add_applied(7);
    ledger.reopen();
    EXPECT_EQ(ledger.advance(7), 0u);
    ledger.close_open(1);
    EXPECT_EQ(ledger.advance(1), 1u);
}

TEST(SavedLedger, NeverFalls) {
    SavedLedger ledger;
    ledger.add_applied(1);
    EXPECT_EQ(ledger.advance(1), 1u);
    ledger.reopen();
    EXPECT_EQ(ledger.advance(0), 1u);
}

}  // namespace
}  // namespace weft
