// Bytes that nobody made: refused whole or harmless, in bounded time and memory.
#pragma once

#include "crdt_fixture.hpp"

#include <weft/codec.hpp>

namespace weft::conformance {

TEST_P(CrdtConformance, DamagedUpdatesChangeNothingOrAreUpdates) {
    Random random(7);
    const auto updates = random_history(random, 30);
    const auto victim = replica();
    for (std::size_t i = 0; i < 15; ++i) {
        receive(*victim, updates[i]);
    }
    std::size_t refused = 0;
    for (int turn = 0; turn < 4000; ++turn) {
        Bytes damaged = updates[random() % updates.size()];
        for (std::size_t left = 1 + random() % 3; left > 0; --left) {
            damaged[random() % damaged.size()] = static_cast<std::uint8_t>(random());
        }
        damaged.resize(random() % 4 == 0 ? random() % damaged.size() : damaged.size());
        const Digest before = victim->digest();
        const Bytes whole = state(*victim);
        const Received received = receive(*victim, damaged);
        if (!crdt().check(damaged)) {
            EXPECT_NE(received.applied.code, Code::ok) << "what `check` refuses is not applied";
        }
        if (received.applied.code != Code::ok) {
            ++refused;
            EXPECT_FALSE(received.applied.message.empty());
            EXPECT_TRUE(received.effective.empty());
            EXPECT_EQ(victim->digest(), before);
            EXPECT_EQ(state(*victim), whole);
        }
    }
    EXPECT_GT(refused, 100u);
    // It still works, with whatever it has taken.
    const auto heir = replica();
    EXPECT_EQ(receive(*heir, state(*victim)).applied.code, Code::ok);
    EXPECT_EQ(heir->digest(), victim->digest());
    for (const auto& root : victim->roots()) {
        EXPECT_TRUE(victim->json(root.name));
    }
}

TEST_P(CrdtConformance, RandomBytesAreRefusedOrHarmless) {
    Random random(8);
    const auto victim = replica();
    for (int turn = 0; turn < 4000; ++turn) {
        Bytes noise(random() % 200);
        for (auto& byte : noise) {
            // Small numbers are lengths and kinds more often.
            byte = static_cast<std::uint8_t>(random() % (random() % 2 == 0 ? 8 : 256));
        }
        receive(*victim, noise);
        static_cast<void>(crdt().check(noise).ok());
        static_cast<void>(crdt().overlaps(noise, noise).ok());
        Bytes out;
        static_cast<void>(victim->diff(noise, out).ok());
        const std::array<BytesView, 2> twice{noise, noise};
        static_cast<void>(crdt().merge(twice, out).ok());
    }
    EXPECT_LT(victim->memory_bytes(), 64u << 20);
}

TEST_P(CrdtConformance, CountsThatTheBytesDoNotHoldTakeNoMemory) {
    const auto victim = replica();
    for (std::size_t numbers = 1; numbers < 12; ++numbers) {
        for (const std::uint64_t first : {std::uint64_t{0}, std::uint64_t{1}, varuint_max}) {
            Bytes claim;
            Writer writer(claim);
            writer.varuint(first);
            for (std::size_t i = 0; i < numbers; ++i) {
                writer.varuint(varuint_max >> (i % 3 * 20));
            }
            receive(*victim, claim);
            Bytes out;
            static_cast<void>(victim->diff(claim, out).ok());
            static_cast<void>(crdt().check(claim).ok());
        }
    }
    EXPECT_LT(victim->memory_bytes(), 1u << 20);
}

TEST_P(CrdtConformance, ADocumentStaysWithinItsLimit) {
    ReplicaOptions options;
    options.max_bytes = 64 * 1024;
    const auto small = replica(2, options);
    const auto large = replica(1);
    const Bytes typed = insert(*large, 0, "fits");
    EXPECT_EQ(receive(*small, typed).applied.code, Code::ok);
    const Bytes pasted = insert(*large, 4, std::string(200 * 1024, 'x'));
    const Digest before = small->digest();
    const Received refused = receive(*small, pasted);
    EXPECT_EQ(refused.applied.code, Code::limit);
    EXPECT_FALSE(refused.applied.message.empty());
    EXPECT_EQ(small->digest(), before);
    insert(*small, 4, " still");
    EXPECT_EQ(text(*small), "fits still");
}

TEST_P(CrdtConformance, AHundredThousandUpdatesWithGapsAreParkedInLinearTime) {
    const auto alice = replica(1);
    std::vector<Bytes> letters;
    for (std::uint64_t i = 0; i < 100'000; ++i) {
        letters.push_back(insert(*alice, i, "x"));
    }
    ReplicaOptions options;
    options.max_parked_bytes = 64 << 20;
    const auto bob = replica(0, options);
    for (std::size_t i = letters.size(); i > 1; --i) {
        ASSERT_EQ(receive(*bob, letters[i - 1]).applied.code, Code::ok);
    }
    EXPECT_EQ(receive(*bob, letters[0]).applied.parked_bytes, 0u);
    expect_same(*bob, *alice);
}

}  // namespace weft::conformance
