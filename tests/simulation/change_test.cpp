// Changes from outside the sessions: edits over HTTP and imported updates go the way of every edit.
#include "tests/simulation/asking.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

namespace weft::sim {
namespace {

using std::chrono::seconds;

Answer<Changed> change(Simulation& sim, const std::string& document, Change change) {
    const auto answer = ask_to_change(sim, std::move(change), document);
    sim.run();
    return answer;
}

Answer<Changed> insert(Simulation& sim, const std::string& document, std::uint64_t at,
                       const std::string& text) {
    return change(sim, document, {{Edit::insert_text("text", at, text)}, {}});
}

TEST(Change, IsSeenLiveAndStored) {
    Simulation sim;
    auto& alice = sim.join("notes");
    sim.run();
    alice.insert(0, "world");
    sim.run();
    EXPECT_TRUE(is_ok(insert(sim, "notes", 0, "hello ")));
    EXPECT_EQ(alice.text(), "hello world");
    EXPECT_EQ(sim.stored_text("notes"), "hello world");
}

TEST(Change, IsAnsweredAndSeenOnlyOnceItIsCommitted) {
    Simulation sim;
    auto& alice = sim.join("notes");
    sim.run();
    sim.storage().pause();
    const Answer<Changed> answer = insert(sim, "notes", 0, "hi");
    EXPECT_FALSE(answer->has_value());
    EXPECT_EQ(alice.text(), "");
    sim.storage().resume();
    sim.run();
    EXPECT_TRUE(is_ok(answer));
    EXPECT_EQ(alice.text(), "hi");
}

TEST(Change, MakesADocumentThatDidNotExist) {
    Simulation sim;
    EXPECT_TRUE(is_ok(insert(sim, "new", 0, "first")));
    EXPECT_EQ(sim.stored_text("new"), "first");
    sim.run(seconds(5));
    EXPECT_EQ(sim.shard().counters().documents, 0u) << "nobody is on it, so it left memory";
}

TEST(Change, ThatIsRefusedMakesNoDocument) {
    Simulation sim;
    EXPECT_EQ(code_of(insert(sim, "new", 5, "beyond the end")), Code::invalid);
    sim.run(seconds(5));
    EXPECT_FALSE(sim.disk().documents.contains("new"));
    EXPECT_EQ(sim.shard().counters().documents, 0u);
}

TEST(Change, NeverUsesAnActorOfAnEarlierLoadAgain) {
    Simulation sim;
    insert(sim, "notes", 0, "a");
    sim.run(seconds(5));  // the document leaves memory
    auto& alice = sim.join("notes");
    sim.run();
    insert(sim, "notes", 1, "b");
    sim.crash();
    sim.start();
    insert(sim, "notes", 2, "c");
    sim.connect(alice);
    sim.run();
    EXPECT_EQ(alice.text(), "abc");
    EXPECT_EQ(sim.stored_text("notes"), "abc");
}

TEST(Change, IsDoneAnewWhenTheStoreRefusedWhatStoodBeforeIt) {
    Simulation sim;
    auto& alice = sim.join("notes");
    sim.run();
    sim.storage().fail_appends(1, Code::limit);
    const Answer<Changed> answer = insert(sim, "notes", 0, "kept");
    sim.run(seconds(5));
    EXPECT_TRUE(is_ok(answer));
    EXPECT_EQ(alice.text(), "kept") << "once, not twice";
    EXPECT_EQ(sim.stored_text("notes"), "kept");
}

TEST(Change, ThatTheStoreWillNotTakeIsAnsweredSo) {
    Simulation sim;
    auto& alice = sim.join("notes");
    sim.run();
    sim.storage().fail_appends(2, Code::limit);
    const Answer<Changed> answer = insert(sim, "notes", 0, "refused");
    sim.run(seconds(5));
    EXPECT_EQ(code_of(answer), Code::unavailable);
    EXPECT_EQ(alice.text(), "");
    EXPECT_TRUE(is_ok(insert(sim, "notes", 0, "next")));
    EXPECT_EQ(sim.stored_text("notes"), "next");
}

TEST(Change, IsRefusedWhileTooMuchWaitsToBeStored) {
    SimOptions options;
    options.policy.uncommitted_document_bytes = 100;
    Simulation sim(options);
    auto& alice = sim.join("notes");
    sim.run();
    sim.storage().pause();
    alice.insert(0, std::string(200, 'x'));
    sim.run();
    EXPECT_EQ(code_of(insert(sim, "notes", 0, "y")), Code::again);
    sim.storage().resume();
    sim.run();
    EXPECT_TRUE(is_ok(insert(sim, "notes", 0, "y")));
}

TEST(Change, WaitsForALoadButNotAnyNumberOfThem) {
    Simulation sim;
    sim.storage().fail_loads(1, Code::unavailable);
    std::vector<Answer<Changed>> answers;
    for (int i = 0; i < 100; ++i) {
        answers.push_back(ask_to_change(sim, {{Edit::insert_text("text", 0, "x")}, {}}));
    }
    sim.run(seconds(5));
    const auto refused = std::ranges::count(answers, Code::again, &code_of<Changed>);
    EXPECT_GT(refused, 0);
    EXPECT_EQ(sim.stored_text("notes"), std::string(100 - static_cast<std::size_t>(refused), 'x'));
}

TEST(Change, IsRefusedOnANodeThatRestarts) {
    Simulation sim;
    sim.shard().drain({});
    EXPECT_EQ(code_of(insert(sim, "notes", 0, "late")), Code::unavailable);
}

TEST(Change, MergesAnUpdateThatWasMadeElsewhere) {
    Simulation sim;
    auto& alice = sim.join("original");
    auto& bob = sim.join("copy");
    sim.run();
    alice.insert(0, "carried over");
    sim.run();
    const Buffer update = Buffer::copy_of(alice.last_update());
    const Answer<Changed> answer = change(sim, "copy", {{}, update});
    ASSERT_TRUE(is_ok(answer));
    EXPECT_FALSE((**answer)->parked);
    EXPECT_EQ(bob.text(), "carried over");
    EXPECT_TRUE(is_ok(change(sim, "copy", {{}, update}))) << "twice is no harm";
    EXPECT_EQ(bob.text(), "carried over");
}

TEST(Change, TellsWhenAnUpdateBuildsOnWhatIsMissing) {
    Simulation sim;
    auto& alice = sim.join("original");
    sim.run();
    alice.insert(0, "a");
    const Buffer first = Buffer::copy_of(alice.last_update());
    alice.insert(1, "b");
    const Answer<Changed> early = change(sim, "copy", {{}, Buffer::copy_of(alice.last_update())});
    ASSERT_TRUE(is_ok(early));
    EXPECT_TRUE((**early)->parked);
}

TEST(Change, RefusesAnUpdateThatIsNone) {
    Simulation sim;
    const Bytes noise{0xff, 0xff, 0xff};
    EXPECT_EQ(code_of(change(sim, "notes", {{}, Buffer::copy_of(noise)})), Code::invalid);
}

}  // namespace
}  // namespace weft::sim
