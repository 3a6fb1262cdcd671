// Large documents are loaded on a worker, under a budget, and hold nobody up.
#include "tests/support/simulation/simulation.hpp"

#include <gtest/gtest.h>

namespace weft::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t large_bytes = 20u << 20;

SimOptions slow_worker() {
    SimOptions options;
    options.worker_time = seconds(2);
    return options;
}

void store(Simulation& sim, const std::string& document, Bytes update) {
    AppendCall call;
    call.request.document = document;
    call.request.algorithm = "yjs";
    call.request.rows.push_back({1, Buffer(std::move(update))});
    call.done = [](const Result<Appended>& appended) { ASSERT_TRUE(appended.ok()); };
    std::vector<AppendCall> batch;
    batch.push_back(std::move(call));
    sim.storage().append(std::move(batch));
    sim.run(milliseconds(10));
}

/// A document of some size, stored as another life of the node left it.
void store(Simulation& sim, const std::string& document, std::size_t bytes) {
    auto& author = sim.client(document);
    author.insert(0, std::string(bytes, 'x'));
    store(sim, document, author.last_update());
}

TEST(LargeLoad, HoldsUpNoOtherDocumentOfTheShard) {
    Simulation sim(slow_worker());
    store(sim, "large", large_bytes);
    auto& reader = sim.join("large");
    sim.run(milliseconds(100));
    EXPECT_EQ(sim.workers().posted(), 1u);
    auto& alice = sim.join("small");
    auto& bob = sim.join("small");
    sim.run(milliseconds(100));
    alice.insert(0, "hi");
    sim.run(milliseconds(100));
    EXPECT_EQ(bob.text(), "hi");
    EXPECT_FALSE(reader.synced()) << "the large one is still being loaded";
    sim.run(seconds(3));
    EXPECT_TRUE(reader.synced());
    EXPECT_EQ(reader.text().size(), large_bytes);
}

TEST(LargeLoad, IsNotMadeOfSmallDocuments) {
    Simulation sim(slow_worker());
    store(sim, "small", 1000);
    auto& reader = sim.join("small");
    sim.run(milliseconds(100));
    EXPECT_TRUE(reader.synced());
    EXPECT_EQ(sim.workers().posted(), 0u);
}

TEST(LargeLoad, TakesWhatClientsWroteMeanwhile) {
    Simulation sim(slow_worker());
    store(sim, "large", 2u << 20);
    auto& writer = sim.join("large");
    sim.run(milliseconds(100));
    writer.insert(0, "while it loads ");
    sim.run(seconds(4));
    EXPECT_TRUE(sim.stored_text("large").find("while it loads ") != std::string::npos);
    EXPECT_EQ(writer.saved_count(), writer.sent_count());
}

TEST(LargeLoad, OfManyDocumentsKeepsWithinTheBudgetAndForgetsNone) {
    SimOptions options;
    options.worker_time = milliseconds(100);
    options.policy.load_shard_bytes = 5u << 20;
    Simulation sim(options);
    constexpr std::size_t documents = 7;
    std::vector<SimClient*> readers;
    for (std::size_t i = 0; i < documents; ++i) {
        store(sim, "large/" + std::to_string(i), (i + 2) << 20);
    }
    for (std::size_t i = 0; i < documents; ++i) {
        readers.push_back(&sim.join("large/" + std::to_string(i)));
    }
    std::size_t most_at_once = 0;
    for (int i = 0; i < 2000; ++i) {
        sim.run(milliseconds(1));
        most_at_once = std::max(most_at_once, sim.shard().bytes_being_loaded());
    }
    for (const SimClient* reader : readers) {
        EXPECT_TRUE(reader->synced());
    }
    EXPECT_LE(most_at_once, 9u << 20) << "two that fit, or one that is larger than all of it";
    EXPECT_EQ(sim.shard().bytes_being_loaded(), 0u);
}

TEST(LargeLoad, SurvivesACrashInTheMiddle) {
    Simulation sim(slow_worker());
    store(sim, "large", 2u << 20);
    auto& reader = sim.join("large");
    sim.run(milliseconds(100));
    sim.crash();
    sim.run(seconds(4));
    sim.start();
    sim.connect(reader);
    sim.run(seconds(4));
    EXPECT_TRUE(reader.synced());
}

TEST(LargeLoad, OfACorruptDocumentFailsThatDocumentAlone) {
    Simulation sim(slow_worker());
    store(sim, "large", Bytes(2u << 20, 0xff));
    auto& reader = sim.join("large");
    sim.run(seconds(4));
    EXPECT_EQ(reader.close_code(), 1013);
    EXPECT_EQ(sim.shard().bytes_being_loaded(), 0u);
}

}  // namespace
}  // namespace weft::sim
