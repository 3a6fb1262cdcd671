// Diffs, merges, loads, and what `apply` says of an update.
#pragma once

#include "crdt_fixture.hpp"

#include <algorithm>

namespace weft::conformance {

TEST_P(CrdtConformance, ADiffHoldsAllThatAStateVectorLacks) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Random random(seed);
        const auto updates = random_history(random, 60);
        const auto full = replica();
        for (const Bytes& update : updates) {
            receive(*full, update);
        }
        const auto behind = replica();
        for (std::size_t i = 0; i < random() % updates.size(); ++i) {
            receive(*behind, updates[i]);
        }
        EXPECT_FALSE(catch_up(*behind, *full).applied.parked);
        expect_same(*behind, *full);
        EXPECT_TRUE(catch_up(*behind, *full).effective.empty()) << "there is nothing left to say";
    }
}

TEST_P(CrdtConformance, AStateLoadsToTheSameReplica) {
    Random random(4);
    const auto updates = random_history(random, 100);
    const auto original = replica();
    for (const Bytes& update : updates) {
        receive(*original, update);
    }
    const Bytes whole = state(*original);
    const std::array<BytesView, 1> parts{whole};
    const auto loaded = replica();
    ASSERT_TRUE(loaded->load(parts));
    expect_same(*loaded, *original);
}

TEST_P(CrdtConformance, AKeyframeSegmentsAndATailLoadInOneGo) {
    Random random(5);
    const auto updates = random_history(random, 90);
    const auto expected = replica();
    for (const Bytes& update : updates) {
        receive(*expected, update);
    }
    const auto early = replica();
    for (std::size_t i = 0; i < 30; ++i) {
        receive(*early, updates[i]);
    }
    std::vector<Bytes> parts{state(*early), merge({updates.begin() + 30, updates.begin() + 60})};
    parts.insert(parts.end(), updates.begin() + 60, updates.end());
    const std::vector<BytesView> views(parts.begin(), parts.end());
    const auto loaded = replica();
    ASSERT_TRUE(loaded->load(views));
    expect_same(*loaded, *expected);
}

TEST_P(CrdtConformance, ALoadWithAHoleSaysSo) {
    const auto alice = replica(1);
    insert(*alice, 0, "a");
    const Bytes second = insert(*alice, 1, "b");
    const std::array<BytesView, 1> parts{second};
    const Result<void> loaded = replica()->load(parts);
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().code, Code::missing);
}

TEST_P(CrdtConformance, MergedUpdatesAreAllOfThemInAnyGrouping) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Random random(seed);
        auto updates = random_history(random, 40);
        const auto expected = replica();
        for (const Bytes& update : updates) {
            receive(*expected, update);
        }
        std::shuffle(updates.begin(), updates.end(), random);
        const std::vector<Bytes> first(updates.begin(), updates.begin() + 25);
        const std::vector<Bytes> last(updates.begin() + 15, updates.end());  // some in both
        for (const Bytes& merged : {merge(updates), merge({merge(first), merge(last)}),
                                    merge({merge(last), merge(first), merge(last)})}) {
            ASSERT_TRUE(crdt().check(merged));
            const auto loaded = replica();
            EXPECT_FALSE(receive(*loaded, merged).applied.parked);
            expect_same(*loaded, *expected);
        }
    }
}

TEST_P(CrdtConformance, MergedUpdatesMayHaveGaps) {
    const auto alice = replica(1);
    std::vector<Bytes> letters;
    for (std::uint64_t i = 0; i < 6; ++i) {
        letters.push_back(insert(*alice, i, std::string(1, static_cast<char>('a' + i))));
    }
    const auto bob = replica();
    EXPECT_TRUE(
        receive(*bob, merge({letters[0], letters[1], letters[4], letters[5]})).applied.parked);
    EXPECT_EQ(text(*bob), "ab");
    EXPECT_TRUE(receive(*bob, merge({letters[3], letters[2]})).applied.released);
    expect_same(*bob, *alice);
}

TEST_P(CrdtConformance, EffectiveUpdatesNeverLoseAndNeverRepeat) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Random random(seed);
        const auto updates = random_history(random, 60);
        const auto receiver = replica();
        const auto follower = replica();  // hears of effective updates alone
        for (int turn = 0; turn < 150; ++turn) {
            // Some updates as one message, so that messages overlap.
            const std::size_t begin = random() % updates.size();
            const std::size_t end = std::min(updates.size(), begin + 1 + random() % 5);
            const Bytes message = merge({updates.begin() + static_cast<std::ptrdiff_t>(begin),
                                         updates.begin() + static_cast<std::ptrdiff_t>(end)});
            const Received received = receive(*receiver, message);
            ASSERT_EQ(received.applied.code, Code::ok) << received.applied.message;
            if (received.applied.verbatim) {
                EXPECT_EQ(received.effective, message);
            }
            if (received.effective.empty()) {
                EXPECT_FALSE(received.applied.released);
                continue;
            }
            const Received followed = receive(*follower, received.effective);
            EXPECT_FALSE(followed.applied.parked) << "nothing that it builds on was lost";
            EXPECT_EQ(followed.actors, received.actors);
            EXPECT_TRUE(equal_bytes(followed.effective, received.effective))
                << "nothing in it was there before";
            EXPECT_EQ(follower->digest(), receiver->digest());
        }
    }
}

TEST_P(CrdtConformance, ActorsAreThoseWhoMadeWhatIsNew) {
    const auto alice = replica(101);
    const auto bob = replica(7);
    const auto carol = replica();
    const Bytes a = insert(*alice, 0, "a");
    receive(*bob, a);
    const Bytes b = insert(*bob, 1, "b");
    EXPECT_EQ(receive(*carol, a).actors, (std::vector<std::uint64_t>{101}));
    EXPECT_EQ(receive(*carol, merge({a, b})).actors, (std::vector<std::uint64_t>{7}))
        << "what was known does not count";
    const auto dave = replica();
    EXPECT_TRUE(receive(*dave, b).actors.empty()) << "what is parked does not count yet";
    EXPECT_EQ(receive(*dave, a).actors, (std::vector<std::uint64_t>{7, 101}));
}

TEST_P(CrdtConformance, WhatIsParkedIsNowhereToBeSeenUntilItIsReleased) {
    const auto alice = replica(1);
    const Bytes a = insert(*alice, 0, "a");
    const Bytes b = insert(*alice, 1, "b");
    const auto bob = replica();
    const Digest before = bob->digest();
    const Received early = receive(*bob, b);
    EXPECT_EQ(early.applied.code, Code::ok);
    EXPECT_TRUE(early.applied.parked);
    EXPECT_GT(early.applied.parked_bytes, 0u);
    EXPECT_TRUE(early.effective.empty());
    EXPECT_EQ(bob->digest(), before);
    EXPECT_EQ(state_vector(*bob), state_vector(*replica()));
    EXPECT_EQ(text(*bob), "");

    Bytes exported;
    ASSERT_TRUE(bob->diff({}, ParkedParts::included, exported));
    EXPECT_EQ(receive(*replica(), exported).applied.parked, true) << "an export has it";
    EXPECT_EQ(receive(*replica(), state(*bob)).applied.parked, false) << "a state has it not";

    const Received released = receive(*bob, a);
    EXPECT_TRUE(released.applied.released);
    EXPECT_FALSE(released.applied.verbatim);
    EXPECT_EQ(released.applied.parked_bytes, 0u);
    expect_same(*bob, *alice);
}

TEST_P(CrdtConformance, ParkedPartsStayWithinTheirLimitAndTheRestIsTakenLater) {
    const auto alice = replica(1);
    std::vector<Bytes> letters;
    for (std::uint64_t i = 0; i < 2000; ++i) {
        letters.push_back(insert(*alice, i, "x"));
    }
    ReplicaOptions options;
    options.max_parked_bytes = 16 * 1024;
    const auto bob = replica(0, options);
    bool dropped = false;
    for (std::size_t i = letters.size(); i > 1; --i) {
        const Received early = receive(*bob, letters[i - 1]);
        EXPECT_EQ(early.applied.code, Code::ok);
        EXPECT_LE(early.applied.parked_bytes, options.max_parked_bytes);
        dropped = dropped || early.applied.parked_dropped;
    }
    EXPECT_TRUE(dropped);
    receive(*bob, letters[0]);
    catch_up(*bob, *alice);
    expect_same(*bob, *alice);
}

TEST_P(CrdtConformance, OverlapsTellsWhetherAnythingIsKnown) {
    const auto alice = replica(1);
    const Bytes a = insert(*alice, 0, "a");
    const Bytes known = state_vector(*alice);
    const Bytes b = insert(*alice, 1, "b");
    EXPECT_TRUE(*crdt().overlaps(a, known));
    EXPECT_TRUE(*crdt().overlaps(merge({a, b}), known));
    EXPECT_FALSE(*crdt().overlaps(b, known));
    EXPECT_FALSE(*crdt().overlaps(b, state_vector(*replica())));
}

}  // namespace weft::conformance
