// Local edits on their way to the store.
#include "kernel/document/commit_queue.hpp"

#include <gtest/gtest.h>

namespace weft {
namespace {

LocalEdit edit_of(std::size_t bytes, SessionId sender) {
    return {Buffer(Bytes(bytes, 'x')), sender, sender, true};
}

TEST(CommitQueue, AppendsEverythingThatWaitsInOneGo) {
    CommitQueue queue;
    queue.push(edit_of(10, 1));
    queue.push(edit_of(10, 2));
    EXPECT_EQ(queue.next_append().size(), 2u);
    EXPECT_TRUE(queue.in_flight());
    queue.push(edit_of(10, 3));
    EXPECT_EQ(queue.take_committed().size(), 2u);
    EXPECT_FALSE(queue.in_flight());
    EXPECT_EQ(queue.bytes(), 10u);
}

TEST(CommitQueue, AnAppendTakesAtMostADocumentsShareOfATransaction) {
    CommitQueue queue;
    for (SessionId i = 0; i < 10; ++i) {
        queue.push(edit_of(100 * 1024, i));
    }
    EXPECT_EQ(queue.next_append().size(), 2u);
}

TEST(CommitQueue, AnEditLargerThanThatShareIsAppendedAlone) {
    CommitQueue queue;
    queue.push(edit_of(1 << 20, 1));
    queue.push(edit_of(1, 2));
    EXPECT_EQ(queue.next_append().size(), 1u);
}

TEST(CommitQueue, AfterARetryTheSameEditsGoAgainWithTheSameMarks) {
    CommitQueue queue;
    queue.push(edit_of(10, 7));
    const auto first = queue.next_append();
    queue.retry();
    const auto second = queue.next_append();
    ASSERT_EQ(second.size(), 1u);
    EXPECT_EQ(first[0].mark, second[0].mark);
}

TEST(CommitQueue, OneByOneNamesTheSenderOfTheAppendInFlight) {
    CommitQueue queue;
    queue.push(edit_of(10, 7));
    queue.push(edit_of(10, 8));
    queue.next_append();
    EXPECT_EQ(queue.sender_in_flight(), 0u) << "two senders share it";
    queue.retry();
    queue.append_one_by_one(true);
    queue.next_append();
    EXPECT_EQ(queue.sender_in_flight(), 7u);
}

}  // namespace
}  // namespace weft
