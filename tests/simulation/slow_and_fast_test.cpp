// Readers that do not keep up, writers that outrun the store.
#include "tests/support/simulation/simulation.hpp"

#include <gtest/gtest.h>

namespace weft::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(SlowReader, GetsTheMergedRestOnceItReadsAgain) {
    Simulation sim;
    auto& writer = sim.join("notes");
    auto& slow = sim.join("notes");
    auto& quick = sim.join("notes");
    sim.run();
    slow.stop_reading();
    for (int i = 0; i < 60; ++i) {
        writer.insert(0, std::string(1000, 'x'));
        sim.run(milliseconds(10));
    }
    EXPECT_LT(sim.transport().queued_bytes(slow.connection()), 2 * sim_queue_mark)
        << "it waits in the log, not in a queue";
    EXPECT_EQ(quick.text().size(), 60'000u);
    slow.read_again();
    sim.run();
    EXPECT_EQ(slow.digest(), writer.digest());
}

TEST(SlowReader, GetsADiffWhenTheLogWasCutUnderIt) {
    SimOptions options;
    options.policy.log = {32 * 1024, 8 * 1024};
    Simulation sim(options);
    auto& writer = sim.join("notes");
    auto& slow = sim.join("notes");
    sim.run();
    slow.stop_reading();
    for (int i = 0; i < 300; ++i) {
        writer.insert(0, std::string(1000, 'x'));
        sim.run(milliseconds(5));
    }
    EXPECT_LE(sim.shard().counters().log_bytes, 34u * 1024);
    slow.read_again();
    sim.run();
    EXPECT_EQ(slow.digest(), writer.digest());
    writer.insert(0, "after");
    sim.run();
    EXPECT_EQ(slow.digest(), writer.digest());
}

TEST(SlowReader, ADiffAfterACutHoldsNothingThatIsNotCommitted) {
    SimOptions options;
    options.policy.log = {32 * 1024, 8 * 1024};
    Simulation sim(options);
    auto& writer = sim.join("notes");
    auto& slow = sim.join("notes");
    sim.run();
    slow.stop_reading();
    for (int i = 0; i < 100; ++i) {
        writer.insert(0, std::string(1000, 'x'));
        sim.run(milliseconds(5));
    }
    sim.run();
    sim.storage().pause();
    writer.insert(0, "secret");
    sim.run();
    slow.read_again();
    sim.run();
    EXPECT_EQ(slow.text().find("secret"), std::string::npos);
    sim.storage().resume();
    sim.run();
    EXPECT_EQ(slow.digest(), writer.digest());
}

TEST(SlowReader, TheLogOfAShardStaysWithinItsBudget) {
    SimOptions options;
    options.policy.log_shard_bytes = 100 * 1024;
    Simulation sim(options);
    std::vector<SimClient*> writers;
    std::vector<SimClient*> slow;
    for (int i = 0; i < 8; ++i) {
        writers.push_back(&sim.join("document-" + std::to_string(i)));
        slow.push_back(&sim.join("document-" + std::to_string(i)));
    }
    sim.run();
    for (auto* reader : slow) {
        reader->stop_reading();
    }
    for (int round = 0; round < 60; ++round) {
        for (auto* writer : writers) {
            writer->insert(0, std::string(1000, 'x'));
        }
        sim.run(milliseconds(10));
    }
    EXPECT_LE(sim.shard().counters().log_bytes, 120u * 1024);
    for (std::size_t i = 0; i < slow.size(); ++i) {
        slow[i]->read_again();
        sim.run();
        EXPECT_EQ(slow[i]->digest(), writers[i]->digest());
    }
}

TEST(FastWriter, OwesWhatTheStoreCannotTakeYetAndLosesNothing) {
    SimOptions options;
    options.policy.uncommitted_document_bytes = 20'000;
    Simulation sim(options);
    auto& writer = sim.join("notes");
    auto& reader = sim.join("notes");
    sim.run();
    sim.storage().pause();
    for (int i = 0; i < 200; ++i) {
        writer.insert(0, std::string(1000, 'x'));
    }
    sim.run();
    EXPECT_LT(sim.shard().counters().uncommitted_bytes, 23'000u) << "memory is bounded";
    EXPECT_LT(writer.saved_count(), writer.sent_count());
    sim.storage().resume();
    sim.run(seconds(3));
    EXPECT_EQ(reader.digest(), writer.digest());
    EXPECT_EQ(sim.stored_text("notes").size(), 200'000u);
    EXPECT_EQ(writer.saved_count(), writer.sent_count())
        << "dropped messages count with the step 2 that replaced them";
}

TEST(FastWriter, WhileOneOwesPresenceAndOtherDocumentsLiveOn) {
    SimOptions options;
    options.policy.uncommitted_document_bytes = 5'000;
    Simulation sim(options);
    auto& writer = sim.join("notes");
    auto& reader = sim.join("notes");
    auto& other = sim.join("other");
    auto& other_reader = sim.join("other");
    sim.run();
    sim.storage().fail_appends(1'000'000, Code::unavailable, "notes");
    for (int i = 0; i < 50; ++i) {
        writer.insert(0, std::string(1000, 'x'));
    }
    sim.run();
    writer.present(R"({"name":"writer"})");
    other.insert(0, "hi");
    sim.run();
    EXPECT_TRUE(reader.others().contains(writer.actor()));
    EXPECT_EQ(other_reader.text(), "hi");
}

}  // namespace
}  // namespace weft::sim
