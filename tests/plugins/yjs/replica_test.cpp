// What the engine promises through the crdt seam.
#include "vectors.hpp"
#include "yjs_crdt.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace weft::yjs {
namespace {

/// What became of one update, with its effective update kept.
struct Outcome {
    Applied applied;
    Bytes effective;
};

std::unique_ptr<Replica> replica(std::uint64_t actor = 0, ReplicaOptions options = {}) {
    options.actor = actor;
    return YjsCrdt({true}).create_replica(options);
}

Outcome receive(Replica& to, BytesView update) {
    Outcome outcome;
    to.apply({&update, 1}, {&outcome.applied, 1});
    outcome.effective = to_bytes(outcome.applied.effective);
    return outcome;
}

Bytes edit(Replica& at, std::uint64_t position, std::uint64_t delete_units,
           const std::string& insert) {
    Bytes update;
    const Edit edits[] = {Edit::delete_text("t", position, delete_units),
                          Edit::insert_text("t", position, insert)};
    EXPECT_TRUE(at.edit(edits, update));
    return update;
}

std::string text(const Replica& of) {
    return of.text("t", 0, all_units) ? *of.text("t", 0, all_units) : "";
}

Bytes state(const Replica& of) {
    Bytes out;
    EXPECT_TRUE(of.diff({}, out));
    return out;
}

/// "a", "b", "c" typed by one client, each an update of its own.
std::vector<Bytes> typed_letters(std::uint64_t actor, std::size_t count) {
    const auto author = replica(actor);
    std::vector<Bytes> updates;
    for (std::size_t i = 0; i < count; ++i) {
        updates.push_back(edit(*author, i, 0, std::string(1, static_cast<char>('a' + i % 26))));
    }
    return updates;
}

TEST(EffectiveUpdate, IsTheInputItselfWhenAllOfItIsNew) {
    const auto bob = replica();
    const Bytes update = typed_letters(1, 1)[0];
    const BytesView view = update;
    Applied applied;
    bob->apply({&view, 1}, {&applied, 1});
    EXPECT_TRUE(applied.verbatim);
    EXPECT_EQ(applied.effective.data(), update.data());
    EXPECT_EQ(applied.effective.size(), update.size());
}

TEST(EffectiveUpdate, IsEmptyForADuplicate) {
    const auto bob = replica();
    const Bytes update = typed_letters(1, 1)[0];
    receive(*bob, update);
    const Outcome again = receive(*bob, update);
    EXPECT_EQ(again.applied.code, Code::ok);
    EXPECT_TRUE(again.effective.empty());
    EXPECT_FALSE(again.applied.verbatim);
}

TEST(EffectiveUpdate, IsEmptyForTheEmptyUpdate) {
    const auto bob = replica();
    EXPECT_TRUE(receive(*bob, from_hex("0000")).effective.empty());
}

TEST(EffectiveUpdate, HasOnlyTheNewEndOfARunThatIsPartlyKnown) {
    const auto letters = typed_letters(1, 3);
    const auto alice = replica();
    receive(*alice, letters[0]);
    const auto whole = replica();
    for (const Bytes& letter : letters) {
        receive(*whole, letter);
    }
    const Outcome outcome = receive(*alice, state(*whole));
    EXPECT_FALSE(outcome.applied.verbatim);
    EXPECT_LT(outcome.effective.size(), state(*whole).size() + 4);

    const auto bob = replica();
    EXPECT_TRUE(receive(*bob, outcome.effective).applied.parked) << "the first letter is not in it";
    receive(*bob, letters[0]);
    EXPECT_EQ(text(*bob), "abc");
}

TEST(EffectiveUpdate, LeavesOutRangesThatWereDeletedBefore) {
    const auto alice = replica(1);
    const Bytes typed = edit(*alice, 0, 0, "abcdef");
    const auto bob = replica(2);
    receive(*bob, typed);
    const Bytes deleted_by_alice = edit(*alice, 1, 3, "");
    const Bytes deleted_by_bob = edit(*bob, 2, 3, "");
    const Outcome outcome = receive(*alice, deleted_by_bob);
    EXPECT_FALSE(outcome.applied.verbatim);
    EXPECT_EQ(to_hex(outcome.effective), "00010101"
                                         "0401")
        << "of bcd and cde only e is new";
    EXPECT_TRUE(receive(*alice, deleted_by_bob).effective.empty());
    EXPECT_EQ(text(*alice), "af");
}

TEST(EffectiveUpdate, IsNotVerbatimWhenBytesStandBehindTheUpdate) {
    const auto bob = replica();
    Bytes update = typed_letters(1, 1)[0];
    const Bytes clean = update;
    update.push_back(7);
    const Outcome outcome = receive(*bob, update);
    EXPECT_EQ(outcome.applied.code, Code::ok);
    EXPECT_FALSE(outcome.applied.verbatim);
    EXPECT_EQ(outcome.effective, clean);
}

TEST(EffectiveUpdate, KeepsItsPlaceAmongSeveralOfOneCall) {
    const auto letters = typed_letters(1, 3);
    const auto whole = replica();
    for (const Bytes& letter : letters) {
        receive(*whole, letter);
    }
    const Bytes all = state(*whole);
    const Bytes nothing = from_hex("0000");
    const std::vector<BytesView> updates{letters[0], all, letters[1], nothing};
    std::vector<Applied> applied(updates.size());
    const auto bob = replica();
    bob->apply(updates, applied);
    EXPECT_TRUE(applied[0].verbatim);
    EXPECT_EQ(to_hex(applied[1].effective), "01010101840100026263"
                                            "00");
    EXPECT_TRUE(applied[2].effective.empty());
    EXPECT_TRUE(applied[3].effective.empty());
}

TEST(ParkedParts, AreNeitherInTheStateNorInTheEffectiveUpdateUntilTheyAreReleased) {
    const auto letters = typed_letters(1, 3);
    const auto bob = replica();
    const Outcome early = receive(*bob, letters[2]);
    EXPECT_TRUE(early.applied.parked);
    EXPECT_TRUE(early.effective.empty());
    EXPECT_GT(early.applied.parked_bytes, 0u);
    EXPECT_EQ(to_hex(state(*bob)), "0000");

    EXPECT_FALSE(receive(*bob, letters[0]).applied.released);
    const Outcome released = receive(*bob, letters[1]);
    EXPECT_TRUE(released.applied.released);
    EXPECT_FALSE(released.applied.parked);
    EXPECT_FALSE(released.applied.verbatim);
    EXPECT_EQ(released.applied.parked_bytes, 0u);
    EXPECT_EQ(text(*bob), "abc");

    const auto carol = replica();
    receive(*carol, letters[0]);
    receive(*carol, released.effective);
    EXPECT_EQ(text(*carol), "abc") << "what was released is part of the effective update";
}

TEST(ParkedParts, TakeNoMoreMemoryWhenTheyComeAgain) {
    const auto letters = typed_letters(1, 3);
    const auto bob = replica();
    const std::uint64_t once = receive(*bob, letters[2]).applied.parked_bytes;
    const Outcome again = receive(*bob, letters[2]);
    EXPECT_TRUE(again.applied.parked);
    EXPECT_EQ(again.applied.parked_bytes, once);
}

TEST(ParkedParts, OfADeleteWaitForWhatTheyDelete) {
    const auto alice = replica(1);
    const Bytes typed = edit(*alice, 0, 0, "abc");
    const Bytes deleted = edit(*alice, 0, 2, "");
    const auto bob = replica();
    const Outcome early = receive(*bob, deleted);
    EXPECT_TRUE(early.applied.parked);
    EXPECT_TRUE(early.effective.empty());
    const Outcome released = receive(*bob, typed);
    EXPECT_TRUE(released.applied.released);
    EXPECT_EQ(released.applied.parked_bytes, 0u);
    EXPECT_EQ(text(*bob), "c");
    EXPECT_EQ(bob->digest(), alice->digest());
}

TEST(ParkedParts, AreDroppedBeyondTheirLimitAndSaySo) {
    ReplicaOptions options;
    options.max_parked_bytes = 2000;
    const auto bob = replica(0, options);
    const auto letters = typed_letters(1, 40);
    bool dropped = false;
    for (std::size_t i = letters.size(); i-- > 1;) {
        const Outcome outcome = receive(*bob, letters[i]);
        dropped = dropped || outcome.applied.parked_dropped;
        EXPECT_LE(outcome.applied.parked_bytes, options.max_parked_bytes);
    }
    EXPECT_TRUE(dropped);
    for (const Bytes& letter : letters) {
        receive(*bob, letter);
    }
    EXPECT_EQ(text(*bob).size(), letters.size()) << "whoever sends them again heals it";
}

TEST(ParkedParts, DoNotChangeTheDigest) {
    const auto letters = typed_letters(1, 3);
    const auto bob = replica();
    const auto carol = replica();
    receive(*bob, letters[0]);
    receive(*carol, letters[0]);
    receive(*bob, letters[2]);
    EXPECT_EQ(bob->digest(), carol->digest());
}

TEST(Load, JoinsUpdatesInAnyOrder) {
    auto letters = typed_letters(1, 20);
    std::reverse(letters.begin(), letters.end());
    const std::vector<BytesView> views(letters.begin(), letters.end());
    const auto bob = replica();
    ASSERT_TRUE(bob->load(views));
    EXPECT_EQ(text(*bob), "abcdefghijklmnopqrst");
}

TEST(Load, SaysMissingWhenARowIsLost) {
    auto letters = typed_letters(1, 5);
    letters.erase(letters.begin() + 2);
    const std::vector<BytesView> views(letters.begin(), letters.end());
    const auto loaded = replica()->load(views);
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().code, Code::missing);
}

TEST(DocumentLimit, RefusesAnUpdateThatWouldExceedItAndChangesNothing) {
    ReplicaOptions options;
    options.max_bytes = 64 * 1024;
    const auto bob = replica(0, options);
    receive(*bob, typed_letters(1, 1)[0]);
    const auto author = replica(2);
    const Bytes large = edit(*author, 0, 0, std::string(100'000, 'x'));
    const Outcome refused = receive(*bob, large);
    EXPECT_EQ(refused.applied.code, Code::limit);
    EXPECT_FALSE(refused.applied.message.empty());
    EXPECT_EQ(text(*bob), "a");
}

TEST(Edit, BeyondTheEndIsRefusedWhole) {
    const auto alice = replica(1);
    edit(*alice, 0, 0, "abc");
    Bytes update;
    const Edit edits[] = {Edit::delete_text("t", 0, 1), Edit::delete_text("t", 1, 2)};
    const auto refused = alice->edit(edits, update);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::invalid);
    EXPECT_EQ(text(*alice), "abc");
    EXPECT_TRUE(update.empty());
}

TEST(Edit, NeedsAnActor) {
    Bytes update;
    const Edit edits[] = {Edit::insert_text("t", 0, "a")};
    EXPECT_EQ(replica()->edit(edits, update).error().code, Code::state);
}

TEST(Edit, IsWrittenAsYjsWritesIt) {
    const auto alice = replica(1);
    EXPECT_EQ(to_hex(edit(*alice, 0, 0, "hello")), "01010100040101740568656c6c6f00");
    EXPECT_EQ(to_hex(edit(*alice, 2, 0, "XX")), "01010105c40101010202585800");
    EXPECT_EQ(to_hex(edit(*alice, 1, 1, "")), "000101010101");
    // New text goes behind what is deleted at its place.
    EXPECT_EQ(to_hex(edit(*alice, 1, 0, "Y")), "01010107c40101010501590"
                                               "0");
    EXPECT_EQ(text(*alice), "hYXXllo");
}

TEST(Text, IsCutAtPositionsInUtf16CodeUnits) {
    const auto alice = replica(1);
    edit(*alice, 0, 0, "a\xf0\x9f\x98\x80z");
    EXPECT_EQ(*alice->text("t", 1, 2), "\xf0\x9f\x98\x80");
    EXPECT_EQ(*alice->text("t", 3, 1), "z");
    EXPECT_EQ(*alice->text("t", 2, 2), "\xef\xbf\xbdz") << "half of a pair shows as U+FFFD";
    EXPECT_EQ(*alice->text("t", 4, 1), "");
    EXPECT_EQ(alice->text("other", 0, 1).error().code, Code::not_found);
}

TEST(Merge, PrefersContentOverGarbageCollectedStructs) {
    const Bytes collected = from_hex("0101010000060"
                                     "0");  // GC of 6 units of client 1
    const Bytes content = from_hex("010101000401017406"
                                   "616263646566"
                                   "00");
    for (const auto& order :
         {std::vector<BytesView>{collected, content}, std::vector<BytesView>{content, collected}}) {
        Bytes merged;
        ASSERT_TRUE(YjsCrdt({true}).merge(order, merged));
        EXPECT_EQ(to_hex(merged), to_hex(content));
    }
}

TEST(Merge, KeepsContentInTheMiddleOfWhatWasCollected) {
    const Bytes collected = from_hex("01010100000a00");  // GC [0, 10)
    const Bytes content = from_hex("0101010384010203"
                                   "616263"
                                   "00");  // abc at [3, 6)
    Bytes merged;
    ASSERT_TRUE(YjsCrdt({true}).merge(std::vector<BytesView>{collected, content}, merged));
    EXPECT_EQ(to_hex(merged), "0103010000038401020361626300"
                              "0400");
}

TEST(Merge, RefusesWhatIsNoUpdate) {
    const Bytes damaged = from_hex("01");
    const BytesView view = damaged;
    Bytes out;
    EXPECT_EQ(YjsCrdt({true}).merge({&view, 1}, out).error().code, Code::corrupt);
}

TEST(Merge, OfManySmallUpdatesLoadsAsTheyDo) {
    const auto letters = typed_letters(1, 1000);
    const std::vector<BytesView> views(letters.begin(), letters.end());
    Bytes merged;
    ASSERT_TRUE(YjsCrdt({true}).merge(views, merged));
    const auto one = replica();
    const auto many = replica();
    receive(*one, merged);
    ASSERT_TRUE(many->load(views));
    EXPECT_EQ(state(*one), state(*many));
}

TEST(Overlaps, IsTrueOnlyForWhatTheStateVectorHas) {
    const auto letters = typed_letters(1, 2);
    const auto bob = replica();
    receive(*bob, letters[0]);
    Bytes has;
    bob->state_vector(has);
    const YjsCrdt crdt({true});
    EXPECT_TRUE(*crdt.overlaps(letters[0], has));
    EXPECT_FALSE(*crdt.overlaps(letters[1], has));
    EXPECT_TRUE(*crdt.overlaps(from_hex("000101010001"), has)) << "a delete of what is known";
}

TEST(Digest, IsTheSameForAReplicaThatKeepsDeletedContent) {
    const auto alice = replica(1);
    const auto keeping = YjsCrdt({false}).create_replica({});
    const auto collecting = replica();
    for (const Bytes& update :
         {edit(*alice, 0, 0, "abcdef"), edit(*alice, 2, 2, ""), edit(*alice, 1, 0, "x")}) {
        receive(*keeping, update);
        receive(*collecting, update);
    }
    EXPECT_EQ(keeping->digest(), collecting->digest());
    EXPECT_NE(state(*keeping), state(*collecting));
    const Digest before = keeping->digest();
    receive(*keeping, edit(*alice, 0, 1, ""));
    EXPECT_NE(keeping->digest(), before);
}

/// Several authors edit one text at the same time; updates travel in any order, some twice.
class ConcurrentHistory : public ::testing::TestWithParam<unsigned> {};

TEST_P(ConcurrentHistory, ConvergesInTextStateAndDigest) {
    std::mt19937 random(GetParam());
    const auto upto = [&](std::uint64_t limit) {
        return std::uniform_int_distribution<std::uint64_t>(0, limit)(random);
    };
    constexpr std::size_t authors = 4;
    std::vector<std::unique_ptr<Replica>> replicas;
    std::vector<std::uint64_t> lengths(authors, 0);
    for (std::size_t i = 0; i < authors; ++i) {
        replicas.push_back(replica(10 + 7 * i));
    }
    std::vector<Bytes> updates;
    for (int step = 0; step < 150; ++step) {
        const std::size_t who = upto(authors - 1);
        Replica& author = *replicas[who];
        const auto units = [&] {
            std::uint64_t length = 0;
            const std::string now = text(author);
            for (const char c : now) {
                const auto byte = static_cast<unsigned char>(c);
                length += (byte & 0xc0) != 0x80 ? (byte >= 0xf0 ? 2 : 1) : 0;
            }
            return length;
        }();
        const std::uint64_t at = upto(units);
        const char* words[] = {"x", "hello ", "\xc3\xa9", "\xe2\x82\xac", "long stretch of text "};
        updates.push_back(upto(3) == 0
                              ? edit(author, at, upto(std::min<std::uint64_t>(units - at, 6)), "")
                              : edit(author, at, 0, words[upto(4)]));
        for (auto& other : replicas) {
            if (upto(2) == 0) {
                receive(*other, updates[upto(updates.size() - 1)]);
            }
        }
    }
    for (auto& each : replicas) {
        std::shuffle(updates.begin(), updates.end(), random);
        for (const Bytes& update : updates) {
            if (!update.empty()) {
                ASSERT_EQ(receive(*each, update).applied.code, Code::ok);
            }
        }
    }
    const auto late = replica();
    receive(*late, state(*replicas[0]));
    replicas.push_back(replica());
    Bytes merged;
    updates.erase(std::remove_if(updates.begin(), updates.end(),
                                 [](const Bytes& update) { return update.empty(); }),
                  updates.end());
    ASSERT_TRUE(
        YjsCrdt({true}).merge(std::vector<BytesView>(updates.begin(), updates.end()), merged));
    receive(*replicas.back(), merged);
    for (const auto& each : replicas) {
        EXPECT_EQ(text(*each), text(*late)) << "seed " << GetParam();
        EXPECT_EQ(each->digest(), late->digest()) << "seed " << GetParam();
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, ConcurrentHistory, ::testing::Range(1u, 21u));

}  // namespace
}  // namespace weft::yjs
