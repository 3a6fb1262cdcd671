// Going back to a version: a new edit, with which concurrent ones merge.
#include "tests/simulation/asking.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

namespace weft::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Answer<Restored> restore(Simulation& sim, std::uint64_t version) {
    const auto answer = ask_for_restore(sim, version);
    sim.run();
    return answer;
}

TEST(GoingBack, BringsTheTextOfTheVersionToEverybodyAndKeepsWhatWasThere) {
    Simulation sim;
    auto& alice = sim.join("notes");
    auto& bob = sim.join("notes");
    sim.run();
    type(sim, alice, "first");
    const auto first = name_present(sim, "first");
    alice.erase(0, 5);
    type(sim, bob, "second");
    const auto restored = restore(sim, first);
    ASSERT_TRUE(is_ok(restored));
    EXPECT_EQ((**restored)->kept, 2u);
    EXPECT_EQ(alice.text(), "first");
    EXPECT_EQ(bob.text(), "first");
    EXPECT_EQ(sim.stored_text("notes"), "first");
    EXPECT_EQ(versions_of(sim)[1].kind, VersionKind::restore);
    EXPECT_EQ(versions_of(sim)[1].author, "ada");
    EXPECT_EQ(text_at(sim, 2), "second");
    sim.run(seconds(1));
    EXPECT_EQ(told_text(sim, 2), "second");
    EXPECT_EQ(alice.step1_received(), 1u) << "nobody was asked anew";

    ASSERT_TRUE(is_ok(restore(sim, 2)));
    EXPECT_EQ(alice.text(), "second");
    EXPECT_EQ(bob.text(), "second");
}

TEST(GoingBack, ToWhatIsThereAlreadyDoesNothing) {
    Simulation sim;
    auto& alice = sim.join("notes");
    sim.run();
    type(sim, alice, "first");
    const auto first = name_present(sim, "first");
    const auto restored = restore(sim, first);
    ASSERT_TRUE(is_ok(restored));
    EXPECT_EQ((**restored)->kept, 0u);
    EXPECT_EQ(versions_of(sim).size(), 1u);
}

TEST(GoingBack, ToAVersionThatIsNotThereIsNotFound) {
    Simulation sim;
    auto& alice = sim.join("notes");
    sim.run();
    type(sim, alice, "first");
    const auto restored = restore(sim, 3);
    ASSERT_TRUE(restored->has_value());
    EXPECT_EQ((*restored)->error().code, Code::not_found);
}

TEST(GoingBack, IsDoneInADocumentThatIsNotInMemory) {
    Simulation sim;
    auto& alice = sim.join("notes");
    sim.run();
    type(sim, alice, "first");
    const auto first = name_present(sim, "first");
    type(sim, alice, "not ");
    alice.disconnect();
    sim.run(seconds(5));
    ASSERT_EQ(sim.shard().counters().documents, 0u);
    ASSERT_TRUE(is_ok(restore(sim, first)));
    EXPECT_EQ(sim.stored_text("notes"), "first");
    sim.run(seconds(5));
    EXPECT_EQ(sim.shard().counters().documents, 0u);
}

TEST(GoingBack, IsShownToNobodyBeforeItIsStored) {
    Simulation sim;
    auto& alice = sim.join("notes");
    sim.run();
    type(sim, alice, "first");
    const auto first = name_present(sim, "first");
    type(sim, alice, "not ");
    sim.storage().pause();
    const auto answer = ask_for_restore(sim, first);
    sim.run();
    auto& bob = sim.join("notes");
    sim.run();
    EXPECT_FALSE(answer->has_value());
    EXPECT_EQ(alice.text(), "not first");
    EXPECT_EQ(bob.text(), "");
    sim.storage().resume();
    sim.run();
    EXPECT_TRUE(is_ok(answer));
    EXPECT_EQ(alice.text(), "first");
    EXPECT_EQ(bob.text(), "first");
}

TEST(GoingBack, HasThatTypedBeforeItInWhatIsKeptAndThatTypedMeanwhileInWhatComes) {
    Simulation sim;
    auto& alice = sim.join("notes");
    sim.run();
    type(sim, alice, "first");
    const auto first = name_present(sim, "first");
    sim.storage().pause();
    type(sim, alice, "before ");
    const auto answer = ask_for_restore(sim, first);
    sim.run(milliseconds(10));
    sim.storage().resume();
    sim.run(milliseconds(3));
    type(sim, alice, "meanwhile ");
    sim.run();
    ASSERT_TRUE(is_ok(answer));
    const auto kept = (**answer)->kept;
    EXPECT_NE(text_at(sim, kept).find("before first"), std::string::npos);
    EXPECT_EQ(alice.text().find("before"), std::string::npos);
    const bool came_later = text_at(sim, kept).find("meanwhile") == std::string::npos;
    EXPECT_EQ(alice.text(), came_later ? "meanwhile first" : "first");
    EXPECT_EQ(sim.stored_text("notes"), alice.text());
}

TEST(GoingBack, TwiceAtOnceBringsTheContentBackOnce) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        SimOptions options;
        options.seed = seed;
        Simulation sim(options);
        auto& alice = sim.join("notes");
        sim.run();
        type(sim, alice, "first");
        const auto first = name_present(sim, "first");
        alice.erase(0, 5);
        type(sim, alice, "second");
        const auto one = ask_for_restore(sim, first);
        const auto two = ask_for_restore(sim, first);
        sim.run(seconds(2));
        ASSERT_TRUE(is_ok(one) && is_ok(two)) << "seed " << seed;
        EXPECT_EQ(alice.text(), "first") << "seed " << seed;
        EXPECT_EQ(sim.stored_text("notes"), "first") << "seed " << seed;
    }
}

TEST(GoingBack, GoesOnWhileTheStoreIsAwayAndHappensOnce) {
    for (const Code code : {Code::unavailable, Code::timeout, Code::again}) {
        Simulation sim;
        auto& alice = sim.join("notes");
        sim.run();
        type(sim, alice, "first");
        const auto first = name_present(sim, "first");
        alice.erase(0, 5);
        sim.run();
        sim.storage().fail_appends(3, code);
        const auto answer = ask_for_restore(sim, first);
        sim.run(seconds(10));
        ASSERT_TRUE(is_ok(answer)) << name_of(code);
        EXPECT_EQ(alice.text(), "first");
        EXPECT_EQ(versions_of(sim).size(), 2u);
    }
}

TEST(GoingBack, ThatTheStoreRefusesChangesNothing) {
    Simulation sim;
    auto& alice = sim.join("notes");
    sim.run();
    type(sim, alice, "first");
    const auto first = name_present(sim, "first");
    type(sim, alice, "not ");
    sim.storage().fail_appends(1, Code::limit);
    const auto answer = restore(sim, first);
    ASSERT_TRUE(answer->has_value());
    EXPECT_EQ((*answer)->error().code, Code::limit);
    EXPECT_EQ(alice.text(), "not first");
    type(sim, alice, "still ");
    sim.run();
    EXPECT_EQ(sim.stored_text("notes"), "still not first");
    EXPECT_EQ(versions_of(sim).size(), 1u);
}

// ---- under fire ----

std::vector<std::uint64_t> seeds() {
    if (const char* one = std::getenv("WEFT_SEED")) {
        return {std::strtoull(one, nullptr, 10)};
    }
    std::vector<std::uint64_t> seeds(std::getenv("WEFT_SOAK") ? 500 : 40);
    for (std::size_t i = 0; i < seeds.size(); ++i) {
        seeds[i] = i + 1;
    }
    return seeds;
}

bool has(const std::string& text, const std::string& word) {
    return text.find(word) != std::string::npos;
}

std::size_t times(const std::string& text, const std::string& word) {
    std::size_t count = 0;
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
        ++count;
    }
    return count;
}

/// Four clients that type numbered words and take whole ones away, over a document that is compacted all the time.
class Fire {
public:
    explicit Fire(std::uint64_t seed) : sim(options(seed)), random_(seed) {
        for (int i = 0; i < 4; ++i) {
            clients.push_back(&sim.join("notes"));
        }
        sim.run();
    }

    void type(int rounds, bool with_deletions) {
        for (int round = 0; round < rounds; ++round) {
            SimClient& client = *clients[random_.below(clients.size())];
            if (with_deletions && random_.below(3) == 0) {
                erase_word(client);
            } else {
                words.push_back("<" + std::to_string(words.size()) + ">");
                client.insert(place_between_words(client.text()), words.back());
            }
            sim.run(std::chrono::microseconds(random_.below(2000)));
        }
    }

    std::string settled_text() {
        sim.run(seconds(2));
        for (const SimClient* client : clients) {
            EXPECT_EQ(client->text(), clients[0]->text());
            EXPECT_EQ(client->digest(), clients[0]->digest());
            EXPECT_TRUE(client->connected());
            EXPECT_EQ(client->step1_received(), 1u);
        }
        EXPECT_EQ(sim.stored_text("notes"), clients[0]->text());
        EXPECT_EQ(sim.storage().most_in_flight(), 1u);
        EXPECT_EQ(sim.shard().counters().digest_alarms, 0u);
        return clients[0]->text();
    }

    /// The words of version `came_back`; of those that were typed since it was asked for, all that are not in what was `kept`
    /// first. What is in there may have been typed before the present was read, and is gone, or behind it, and stays.
    void expect_back(std::uint64_t came_back, std::size_t words_before,
                     const std::vector<std::uint64_t>& kept) {
        const std::string text = settled_text();
        const std::string version = text_at(sim, came_back);
        for (std::size_t i = 0; i < words.size(); ++i) {
            const std::string& word = words[i];
            const bool is_kept = std::any_of(kept.begin(), kept.end(), [&](std::uint64_t number) {
                return has(text_at(sim, number), word);
            });
            if (has(version, word) || (i >= words_before && !is_kept)) {
                EXPECT_EQ(times(text, word), 1u) << word;
            } else {
                EXPECT_LE(times(text, word), i < words_before ? 0u : 1u) << word;
            }
        }
    }

    Simulation sim;
    std::vector<SimClient*> clients;
    std::vector<std::string> words;

private:
    static SimOptions options(std::uint64_t seed) {
        SimOptions options;
        options.seed = seed;
        options.policy.history.compaction_updates = 15;
        options.policy.history.compaction_idle = seconds(30);
        return options;
    }

    std::size_t place_between_words(const std::string& text) {
        std::vector<std::size_t> places{0};
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (text[i] == '>') {
                places.push_back(i + 1);
            }
        }
        return places[random_.below(places.size())];
    }

    void erase_word(SimClient& client) {
        const std::string text = client.text();
        const auto begin = text.find('<', place_between_words(text));
        if (begin != std::string::npos) {
            const auto end = text.find('>', begin);
            client.erase(begin, end + 1 - begin);
        }
    }

    Random random_;
};

TEST(GoingBackUnderFire, GivesTheVersionAndWhatWasTypedMeanwhile) {
    for (const std::uint64_t seed : seeds()) {
        SCOPED_TRACE("WEFT_SEED=" + std::to_string(seed));
        Fire fire(seed);
        fire.type(40, true);
        const auto version = ask_for_version(fire.sim, "then");
        fire.type(40, true);
        fire.settled_text();
        const std::size_t words_before = fire.words.size();
        const auto restored = ask_for_restore(fire.sim, ***version);
        fire.type(30, false);
        fire.sim.run();
        ASSERT_TRUE(is_ok(restored));
        const auto kept = (**restored)->kept;
        if (kept != 0) {
            fire.expect_back(***version, words_before, {kept});
            const auto again = ask_for_restore(fire.sim, kept);
            fire.sim.run(seconds(2));
            ASSERT_TRUE(is_ok(again));
            EXPECT_EQ(fire.settled_text(), text_at(fire.sim, kept));
        }
        if (testing::Test::HasFailure()) {
            break;
        }
    }
}

TEST(GoingBackUnderFire, ToTwoVersionsAtOnceGivesTheOneThatCameLast) {
    for (const std::uint64_t seed : seeds()) {
        SCOPED_TRACE("WEFT_SEED=" + std::to_string(seed));
        Fire fire(seed);
        fire.type(30, true);
        const auto first = ask_for_version(fire.sim, "first");
        fire.type(30, true);
        const auto second = ask_for_version(fire.sim, "second");
        fire.type(30, true);
        fire.settled_text();
        const std::size_t words_before = fire.words.size();
        const auto to_first = ask_for_restore(fire.sim, ***first);
        const auto to_second = ask_for_restore(fire.sim, ***second);
        fire.type(30, false);
        fire.sim.run(seconds(2));
        ASSERT_TRUE(is_ok(to_first) && is_ok(to_second));
        const bool second_was_last = (**to_second)->kept > (**to_first)->kept;
        const auto& last = second_was_last ? to_second : to_first;
        const auto& other = second_was_last ? to_first : to_second;
        fire.expect_back(second_was_last ? ***second : ***first, words_before,
                         {(**last)->kept, (**other)->kept});
        if (testing::Test::HasFailure()) {
            break;
        }
    }
}

TEST(GoingBackUnderFire, InterruptedByACrashIsDoneOnceOrNotAtAll) {
    for (const std::uint64_t seed : seeds()) {
        SCOPED_TRACE("WEFT_SEED=" + std::to_string(seed));
        SimOptions options;
        options.seed = seed;
        Simulation sim(options);
        auto& alice = sim.join("notes");
        sim.run();
        type(sim, alice, "first");
        const auto first = name_present(sim, "first");
        alice.erase(0, 5);
        type(sim, alice, "second");
        ask_for_restore(sim, first);
        sim.run(std::chrono::microseconds(300 * seed));
        sim.crash();
        sim.start();
        sim.connect(alice);
        sim.run();
        EXPECT_TRUE(alice.text() == "first" || alice.text() == "second") << alice.text();
        EXPECT_EQ(versions_of(sim).size(), alice.text() == "first" ? 2u : 1u);
        EXPECT_EQ(sim.stored_text("notes"), alice.text());
    }
}

// ---- time travel ----

TEST(TimeTravel, ShowsEveryVersionAsAClientHadRecordedItAfterCompactionsAndRestarts) {
    for (const std::uint64_t seed : seeds()) {
        SCOPED_TRACE("WEFT_SEED=" + std::to_string(seed));
        Fire fire(seed);
        std::map<std::uint64_t, std::string> recorded;
        for (int life = 0; life < 4; ++life) {
            for (int i = 0; i < 6; ++i) {
                fire.type(12, true);
                fire.sim.run(seconds(1));
                const auto number = name_present(fire.sim, "then");
                ASSERT_NE(number, 0u);
                recorded[number] = fire.clients[0]->text();
            }
            fire.sim.crash();
            fire.sim.start();
            for (SimClient* client : fire.clients) {
                fire.sim.connect(*client);
            }
            fire.sim.run(life % 2 == 0 ? seconds(40) : seconds(1));
        }
        for (const auto& [number, text] : recorded) {
            EXPECT_EQ(text_at(fire.sim, number), text) << number;
            EXPECT_EQ(told_text(fire.sim, number), text) << number;
        }
        if (testing::Test::HasFailure()) {
            break;
        }
    }
}

}  // namespace
}  // namespace weft::sim
