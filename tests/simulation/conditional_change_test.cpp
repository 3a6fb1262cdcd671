// Changes under a condition, and changes with a key: made once, whoever else writes and whatever is lost.
#include "tests/simulation/asking.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace weft::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Change inserting(std::uint64_t at, const std::string& text) {
    Change change;
    change.edits = {Edit::insert_text("text", at, text)};
    return change;
}

Change creating(const std::string& text) {
    Change change = inserting(0, text);
    change.condition.kind = Condition::Kind::is_new;
    return change;
}

Change inserting_if(std::optional<std::uint64_t> mark, const std::string& text) {
    Change change = inserting(0, text);
    change.condition.kind = Condition::Kind::has_mark_of;
    change.condition.marks = {mark.value()};
    return change;
}

Change inserting_once(std::uint64_t key, const std::string& text) {
    Change change = inserting(0, text);
    change.key = key;
    return change;
}

Answer<Changed> change(Simulation& sim, Change wanted) {
    const Answer<Changed> answer = ask_to_change(sim, std::move(wanted));
    sim.run();
    return answer;
}

bool is_made(const Answer<Changed>& answer) {
    return answer->has_value() && (*answer)->ok() && !(**answer)->unmet;
}

bool is_unmet(const Answer<Changed>& answer) {
    return answer->has_value() && (*answer)->ok() && (**answer)->unmet;
}

std::optional<std::uint64_t> mark_of(const Answer<Changed>& answer) {
    return answer->has_value() && (*answer)->ok() ? (**answer)->mark : std::nullopt;
}

std::optional<std::uint64_t> read_mark(Simulation& sim) {
    const auto mark = std::make_shared<std::optional<std::uint64_t>>();
    sim.node().query_document(
        "notes", [](const DocumentView&) -> Result<Bytes> { return Bytes{}; },
        [mark](Result<DocumentAnswer> answer) { *mark = answer ? answer->mark : std::nullopt; });
    sim.run();
    return *mark;
}

/// Another node writes: its row goes to the store, and nobody tells this node.
void store_row(Simulation& sim, const Bytes& update, std::uint64_t mark) {
    AppendCall call;
    call.request.document = "notes";
    call.request.algorithm = "yjs";
    call.request.rows.push_back({mark, Buffer::copy_of(update)});
    call.done = [](const Result<Appended>& appended) { ASSERT_TRUE(appended.ok()); };
    std::vector<AppendCall> batch;
    batch.push_back(std::move(call));
    sim.storage().append(std::move(batch));
}

/// The marks of the rows that are stored.
std::vector<std::uint64_t> stored_marks(Simulation& sim) {
    const auto marks = std::make_shared<std::vector<std::uint64_t>>();
    ReadRequest request;
    request.document = "notes";
    sim.storage().read(request, [marks](const Result<std::vector<StoredPart>>& parts) {
        for (const auto& part : *parts) {
            marks->push_back(part.mark);
        }
    });
    sim.run();
    return *marks;
}

class ConditionalChange : public testing::TestWithParam<bool> {
protected:
    static SimOptions options() { return GetParam() ? SimOptions{} : relaxed(); }
};

INSTANTIATE_TEST_SUITE_P(Durability, ConditionalChange, testing::Bool(), [](const auto& strict) {
    return std::string(strict.param ? "strict" : "relaxed");
});

TEST_P(ConditionalChange, OfTwoThatCreateADocumentAtOnceExactlyOneWins) {
    Simulation sim(options());
    const Answer<Changed> first = ask_to_change(sim, creating("first"));
    const Answer<Changed> second = ask_to_change(sim, creating("second"));
    sim.run();
    EXPECT_TRUE(is_made(first));
    EXPECT_TRUE(is_unmet(second));
    EXPECT_EQ(sim.stored_text("notes"), "first");
}

TEST_P(ConditionalChange, CreatesNothingWhereAClientHasWritten) {
    Simulation sim(options());
    auto& alice = sim.join("notes");
    sim.run();
    alice.insert(0, "mine");
    sim.run(milliseconds(2));
    EXPECT_TRUE(is_unmet(change(sim, creating("seed"))));
    EXPECT_EQ(alice.text(), "mine");
}

TEST_P(ConditionalChange, OnTheStateThatWasReadIsMadeAndNamesTheNextState) {
    Simulation sim(options());
    const Answer<Changed> created = change(sim, creating("c"));
    EXPECT_EQ(read_mark(sim), mark_of(created));
    const Answer<Changed> next = change(sim, inserting_if(mark_of(created), "b"));
    ASSERT_TRUE(is_made(next));
    EXPECT_NE(mark_of(next), mark_of(created));
    EXPECT_TRUE(is_made(change(sim, inserting_if(mark_of(next), "a"))));
    EXPECT_EQ(sim.stored_text("notes"), "abc");
}

TEST_P(ConditionalChange, OfTwoOnTheSameStateExactlyOneWins) {
    Simulation sim(options());
    const Answer<Changed> created = change(sim, creating("."));
    const Answer<Changed> first = ask_to_change(sim, inserting_if(mark_of(created), "first"));
    const Answer<Changed> second = ask_to_change(sim, inserting_if(mark_of(created), "second"));
    sim.run();
    EXPECT_TRUE(is_made(first));
    EXPECT_TRUE(is_unmet(second));
    EXPECT_EQ(mark_of(second), mark_of(first)) << "it is told which state it met";
    EXPECT_EQ(sim.stored_text("notes"), "first.");
}

TEST_P(ConditionalChange, LosesToAClientWhoseEditIsOnItsWayToTheStore) {
    Simulation sim(options());
    const Answer<Changed> created = change(sim, creating("."));
    auto& alice = sim.join("notes");
    sim.run();
    sim.storage().pause();
    alice.insert(0, "alice");
    sim.run();
    const Answer<Changed> late = ask_to_change(sim, inserting_if(mark_of(created), "late"));
    sim.run();
    sim.storage().resume();
    sim.run();
    EXPECT_TRUE(is_unmet(late));
    EXPECT_EQ(sim.stored_text("notes"), "alice.");
}

TEST_P(ConditionalChange, IsShownToNobodyBeforeItHasWon) {
    Simulation sim(options());
    const Answer<Changed> created = change(sim, creating("."));
    auto& alice = sim.join("notes");
    sim.run();
    sim.storage().pause();
    const Answer<Changed> waiting = ask_to_change(sim, inserting_if(mark_of(created), "won"));
    sim.run();
    auto& bob = sim.join("notes");
    sim.run();
    EXPECT_FALSE(waiting->has_value());
    EXPECT_EQ(alice.text(), ".");
    EXPECT_EQ(bob.text(), "");
    sim.storage().resume();
    sim.run();
    EXPECT_TRUE(is_made(waiting));
    EXPECT_EQ(alice.text(), "won.");
    EXPECT_EQ(bob.text(), "won.");
}

TEST_P(ConditionalChange, LosesToAnotherNodeAndLeavesNothingBehind) {
    Simulation sim(options());
    const Answer<Changed> created = change(sim, creating("."));
    auto& alice = sim.join("notes");
    auto& elsewhere = sim.join("notes");
    sim.run();
    elsewhere.hold_back_edits(true);
    elsewhere.insert(0, "elsewhere");
    store_row(sim, elsewhere.last_update(), 7);
    const Answer<Changed> loser = ask_to_change(sim, inserting_if(mark_of(created), "lost"));
    sim.run(milliseconds(1));
    alice.insert(1, "!");
    sim.run(seconds(3));
    EXPECT_TRUE(is_unmet(loser));
    EXPECT_EQ(alice.text(), "elsewhere.!");
    EXPECT_EQ(sim.stored_text("notes"), "elsewhere.!");
}

TEST_P(ConditionalChange, CreatesNothingWhereAnotherNodeHasCreated) {
    Simulation sim(options());
    auto& reader = sim.join("notes");
    auto& elsewhere = sim.client("notes");
    sim.run();
    elsewhere.insert(0, "elsewhere");
    store_row(sim, elsewhere.last_update(), 7);
    EXPECT_TRUE(is_unmet(change(sim, creating("here"))));
    sim.run(seconds(3));
    EXPECT_EQ(reader.text(), "elsewhere");
    EXPECT_EQ(sim.stored_text("notes"), "elsewhere");
}

TEST_P(ConditionalChange, GoesAgainWhileTheStoreIsAway) {
    Simulation sim(options());
    sim.storage().fail_appends(3, Code::unavailable);
    const Answer<Changed> created = ask_to_change(sim, creating("once"));
    sim.run(seconds(3));
    EXPECT_TRUE(is_made(created));
    EXPECT_EQ(sim.stored_text("notes"), "once");
}

TEST(StateOfADocument, IsNamedByTheNewestRowInIt) {
    Simulation sim;
    EXPECT_EQ(read_mark(sim), std::nullopt) << "no update, no state";
    auto& alice = sim.join("notes");
    sim.run();
    alice.insert(0, "a");
    sim.run();
    const auto first = read_mark(sim);
    EXPECT_EQ(first, stored_marks(sim).at(0));
    EXPECT_EQ(read_mark(sim), first);
    alice.insert(0, "b");
    sim.run();
    EXPECT_EQ(read_mark(sim), stored_marks(sim).at(1));
    sim.crash();
    sim.start();
    EXPECT_EQ(read_mark(sim), stored_marks(sim).at(1));
}

// ---- changes with a key ----

TEST(ChangeWithAKey, IsNotMadeTwice) {
    Simulation sim;
    const Answer<Changed> first = change(sim, inserting_once(17, "once "));
    const Answer<Changed> again = change(sim, inserting_once(17, "once "));
    EXPECT_TRUE(is_made(first));
    EXPECT_TRUE(is_made(again));
    EXPECT_TRUE(is_made(change(sim, inserting_once(18, "other "))));
    EXPECT_EQ(sim.stored_text("notes"), "other once ");
}

TEST(ChangeWithAKey, IsKnownAgainAfterACrashThatTookItsAnswerAway) {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        SimOptions options;
        options.seed = seed;
        Simulation sim(options);
        change(sim, inserting(0, "."));
        const Answer<Changed> lost = ask_to_change(sim, inserting_once(17, "once"));
        sim.run(std::chrono::microseconds(100 * seed));
        sim.crash();
        sim.start();
        EXPECT_TRUE(is_made(change(sim, inserting_once(17, "once")))) << "seed " << seed;
        EXPECT_EQ(sim.stored_text("notes"), "once.") << "seed " << seed;
    }
}

TEST(ChangeWithAKey, IsMadeAgainWhenTheStoreHadRefusedIt) {
    Simulation sim;
    sim.join("notes");
    sim.run();
    sim.storage().fail_appends(1, Code::limit);
    const Answer<Changed> answer = ask_to_change(sim, inserting_once(17, "once"));
    sim.run(seconds(5));
    EXPECT_TRUE(is_made(answer));
    EXPECT_EQ(sim.stored_text("notes"), "once");
}

}  // namespace
}  // namespace weft::sim
