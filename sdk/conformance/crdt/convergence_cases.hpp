// Replicas that have the same operations are the same, however those came.
#pragma once

#include "crdt_fixture.hpp"

#include <algorithm>

namespace weft::conformance {

/// Replicas with a network between them that loses, repeats, reorders and falls apart.
class FaultyNetwork {
public:
    FaultyNetwork(std::vector<Replica*> replicas, std::mt19937_64& random)
        : replicas_(std::move(replicas)), random_(random), inboxes_(replicas_.size()),
          side_(replicas_.size()) {}

    void fall_apart() {
        for (auto& side : side_) {
            side = random_() % 2;
        }
    }

    void send(std::size_t from, const Bytes& update) {
        for (std::size_t to = 0; to < replicas_.size(); ++to) {
            const bool lost = random_() % 5 == 0 || side_[from] != side_[to];
            for (std::size_t copies = lost ? 0 : 1 + (random_() % 5 == 0); copies > 0; --copies) {
                inboxes_[to].push_back(update);
            }
        }
    }

    /// One message, any of those that wait. Whatever comes out of order is no error.
    void deliver(std::size_t to) {
        auto& inbox = inboxes_[to];
        if (inbox.empty()) {
            return;
        }
        std::swap(inbox[random_() % inbox.size()], inbox.back());
        const BytesView update = inbox.back();
        Applied applied;
        replicas_[to]->apply({&update, 1}, {&applied, 1});
        EXPECT_EQ(applied.code, Code::ok) << applied.message;
        inbox.pop_back();
    }

private:
    const std::vector<Replica*> replicas_;
    std::mt19937_64& random_;
    std::vector<std::vector<Bytes>> inboxes_;
    std::vector<std::uint64_t> side_;
};

TEST_P(CrdtConformance, ReplicasConvergeAfterLossReorderDuplicationAndPartitions) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Random random(seed);
        std::vector<std::unique_ptr<Replica>> replicas;
        std::vector<Replica*> ends;
        for (std::uint64_t actor = 1; actor <= 5; ++actor) {
            replicas.push_back(replica(actor));
            ends.push_back(replicas.back().get());
        }
        FaultyNetwork network(ends, random);
        for (int turn = 0; turn < 200; ++turn) {
            if (turn % 40 == 0) {
                network.fall_apart();
            }
            const std::size_t who = random() % replicas.size();
            if (const Bytes update = edit_something(*replicas[who], random); !update.empty()) {
                network.send(who, update);
            }
            network.deliver(random() % replicas.size());
            network.deliver(random() % replicas.size());
        }
        // What the network lost is asked for: everybody gives the first all they have, and gets the rest.
        for (const auto& other : replicas) {
            catch_up(*replicas[0], *other);
        }
        for (const auto& other : replicas) {
            const Received last = catch_up(*other, *replicas[0]);
            EXPECT_EQ(last.applied.parked_bytes, 0u);
            expect_same(*other, *replicas[0]);
        }
    }
}

TEST_P(CrdtConformance, AnUpdateThatComesTwiceIsNoNews) {
    Random random(1);
    const auto updates = random_history(random, 60);
    const auto once = replica();
    const auto twice = replica();
    for (const Bytes& update : updates) {
        receive(*once, update);
        receive(*twice, update);
        const Received again = receive(*twice, update);
        EXPECT_EQ(again.applied.code, Code::ok);
        EXPECT_TRUE(again.effective.empty());
        EXPECT_TRUE(again.actors.empty());
    }
    expect_same(*once, *twice);
}

TEST_P(CrdtConformance, TheOrderOfUpdatesDoesNotMatter) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Random random(seed);
        auto updates = random_history(random, 40);
        const auto in_order = replica();
        for (const Bytes& update : updates) {
            EXPECT_FALSE(receive(*in_order, update).applied.parked);
        }
        std::shuffle(updates.begin(), updates.end(), random);
        const auto shuffled = replica();
        Received last;
        for (const Bytes& update : updates) {
            last = receive(*shuffled, update);
        }
        EXPECT_EQ(last.applied.parked_bytes, 0u);
        expect_same(*in_order, *shuffled);
    }
}

TEST_P(CrdtConformance, ManyUpdatesInOneCallAreTheSameAsOneByOne) {
    Random random(2);
    const auto updates = random_history(random, 60);
    const std::vector<BytesView> views(updates.begin(), updates.end());
    std::vector<Applied> applied(views.size());
    const auto together = replica();
    together->apply(views, applied);
    const auto alone = replica();
    for (std::size_t i = 0; i < updates.size(); ++i) {
        const Received received = receive(*alone, updates[i]);
        EXPECT_TRUE(equal_bytes(received.effective, applied[i].effective)) << i;
        EXPECT_EQ(received.actors,
                  std::vector<std::uint64_t>(applied[i].actors.begin(), applied[i].actors.end()));
    }
    expect_same(*together, *alone);
}

TEST_P(CrdtConformance, TheSameCallsGiveTheSameBytes) {
    const auto run = [this] {
        Random random(3);
        Bytes all = merge(random_history(random, 80));
        const auto loaded = replica();
        receive(*loaded, all);
        const Bytes whole = state(*loaded);
        all.insert(all.end(), whole.begin(), whole.end());
        return all;
    };
    EXPECT_EQ(run(), run());
}

TEST_P(CrdtConformance, DigestsDifferWhenOperationsDo) {
    const auto alice = replica(1);
    const auto bob = replica(2);
    EXPECT_EQ(alice->digest(), bob->digest());
    receive(*bob, insert(*alice, 0, "abc"));
    const Digest typed = alice->digest();
    EXPECT_EQ(typed, bob->digest());
    const Bytes erased = erase(*alice, 1, 1);
    EXPECT_NE(alice->digest(), typed) << "a deletion is an operation";
    receive(*bob, erased);
    EXPECT_EQ(alice->digest(), bob->digest());
}

}  // namespace weft::conformance
