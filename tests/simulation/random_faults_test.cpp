// Random histories with faults and crashes, and the promises that must hold whatever happens. A failure prints its seed:
// WEFT_SEED=n runs that one alone.
#include "tests/support/simulation/simulation.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace weft::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Clients that type numbered words, lose their connections and stop reading, over a store that fails and a node that crashes.
class FaultyWorld {
public:
    explicit FaultyWorld(std::uint64_t seed, bool strict)
        : sim_(options(seed, strict)), random_(seed) {
        for (int i = 0; i < 4; ++i) {
            clients_.push_back(&sim_.client("notes"));
        }
    }

    void run_rounds(int rounds) {
        for (int round = 0; round < rounds; ++round) {
            step();
            sim_.run(std::chrono::microseconds(random_.below(3000)));
        }
    }

    /// Everything that another client than its author has integrated is in the store.
    void expect_that_what_others_saw_is_stored() {
        const std::string stored = sim_.stored_text("notes");
        for (const auto& [word, author] : words_) {
            for (const SimClient* client : clients_) {
                if (client != author && client->text().find(word) != std::string::npos) {
                    EXPECT_NE(stored.find(word), std::string::npos)
                        << word << " was seen and is lost";
                }
            }
        }
    }

    void expect_that_acknowledged_words_are_stored() {
        for (const SimClient* client : clients_) {
            if (client->connected() && client->saved_count() == client->sent_count() &&
                client->synced()) {
                for (const auto& [word, author] : words_) {
                    if (author == client) {
                        EXPECT_NE(sim_.stored_text("notes").find(word), std::string::npos)
                            << word << " was acknowledged";
                    }
                }
            }
        }
    }

    void crash_and_start() {
        sim_.crash();
        expect_that_what_others_saw_is_stored();
        sim_.start();
    }

    void expect_that_all_end_equal() {
        sim_.storage().resume();
        sim_.storage().fail_appends(0, Code::ok);
        sim_.run(seconds(1));  // a close that a refused append brought about may be on its way
        for (SimClient* client : clients_) {
            client->read_again();
            if (!client->connected()) {
                sim_.connect(*client);
            }
        }
        sim_.run(seconds(20));
        auto& newcomer = sim_.join("notes");
        sim_.run(seconds(2));
        for (const SimClient* client : clients_) {
            EXPECT_EQ(client->digest(), newcomer.digest());
            EXPECT_EQ(client->text(), newcomer.text());
            EXPECT_EQ(client->saved_count(), client->sent_count());
        }
        EXPECT_EQ(sim_.stored_text("notes"), newcomer.text());
        EXPECT_EQ(sim_.storage().most_in_flight(),
                  words_.empty() ? sim_.storage().most_in_flight() : 1u);
    }

private:
    static SimOptions options(std::uint64_t seed, bool strict) {
        SimOptions options;
        options.seed = seed;
        options.policy.strict = strict;
        options.policy.log = {2000, 500};
        options.policy.uncommitted_document_bytes = 3000;
        return options;
    }

    void step() {
        SimClient& client = *clients_[random_.below(clients_.size())];
        switch (random_.below(20)) {
        case 0: client.disconnect(); break;
        case 1:
        case 2:
            if (!client.connected()) {
                sim_.connect(client);
            }
            break;
        case 3: client.stop_reading(); break;
        case 4:
        case 5: client.read_again(); break;
        case 6: sim_.storage().pause(); break;
        case 7:
        case 8: sim_.storage().resume(); break;
        case 9: sim_.storage().fail_appends(random_.below(4), random_failure()); break;
        default: type(client); break;
        }
    }

    Code random_failure() {
        constexpr Code codes[] = {Code::unavailable, Code::timeout, Code::again, Code::limit};
        return codes[random_.below(std::size(codes))];
    }

    void type(SimClient& client) {
        if (random_.below(5) == 0 && !client.text().empty()) {
            // Spaces only, so that every word stays whole.
            const auto at = client.text().find(' ');
            if (at != std::string::npos) {
                client.erase(at, 1);
            }
            return;
        }
        const std::string word = "<" + std::to_string(words_.size()) + ">";
        client.insert(0, word + " ");
        words_.emplace_back(word, &client);
    }

    Simulation sim_;
    Random random_;
    std::vector<SimClient*> clients_;
    std::vector<std::pair<std::string, const SimClient*>> words_;
};

std::vector<std::uint64_t> seeds() {
    if (const char* one = std::getenv("WEFT_SEED")) {
        return {std::strtoull(one, nullptr, 10)};
    }
    std::vector<std::uint64_t> seeds(std::getenv("WEFT_SOAK") ? 5000 : 100);
    for (std::size_t i = 0; i < seeds.size(); ++i) {
        seeds[i] = i + 1;
    }
    return seeds;
}

TEST(RandomFaults, NothingThatOthersSawIsLostAndAllEndEqual) {
    for (const std::uint64_t seed : seeds()) {
        SCOPED_TRACE("WEFT_SEED=" + std::to_string(seed));
        FaultyWorld world(seed, true);
        for (int life = 0; life < 3; ++life) {
            world.run_rounds(60);
            world.expect_that_what_others_saw_is_stored();
            world.expect_that_acknowledged_words_are_stored();
            world.crash_and_start();
        }
        world.run_rounds(60);
        world.expect_that_all_end_equal();
        if (testing::Test::HasFailure()) {
            break;
        }
    }
}

TEST(RandomFaults, RelaxedClientsEndEqualTooWhenTheyComeBack) {
    for (const std::uint64_t seed : seeds()) {
        SCOPED_TRACE("WEFT_SEED=" + std::to_string(seed));
        FaultyWorld world(seed, false);
        world.run_rounds(200);
        world.expect_that_acknowledged_words_are_stored();
        world.expect_that_all_end_equal();
        if (testing::Test::HasFailure()) {
            break;
        }
    }
}

}  // namespace
}  // namespace weft::sim
