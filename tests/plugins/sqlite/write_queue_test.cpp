// Which writes share a transaction.
#include "write_queue.hpp"

#include <gmock/gmock.h>

namespace weft::storage {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::size_t kibibyte = 1024;

Write write_of(const std::string& document, std::size_t bytes) {
    AppendRequest request;
    request.document = document;
    request.rows.push_back({0, Buffer(Bytes(bytes))});
    return Write(AppendCall{std::move(request), [](auto) {}});
}

std::vector<std::string> batch_of(WriteQueue& queue) {
    std::vector<std::string> documents;
    for (const Write& write : queue.take_batch()) {
        documents.push_back(write.document());
    }
    return documents;
}

TEST(WriteQueue, WhatFitsSharesOneTransaction) {
    WriteQueue queue;
    for (const char* document : {"a", "b", "a", "c"}) {
        queue.push(write_of(document, 100));
    }
    EXPECT_THAT(batch_of(queue), ElementsAre("a", "b", "c", "a"));
    EXPECT_TRUE(queue.empty());
    EXPECT_THAT(batch_of(queue), IsEmpty());
}

TEST(WriteQueue, AFloodOnOneDocumentLeavesRoomForTheOthers) {
    WriteQueue queue;
    for (int i = 0; i < 10; ++i) {
        queue.push(write_of("flood", 100 * kibibyte));
    }
    queue.push(write_of("quiet", 100));
    EXPECT_THAT(batch_of(queue), ElementsAre("flood", "quiet", "flood"));
    EXPECT_THAT(batch_of(queue), ElementsAre("flood", "flood"));
}

TEST(WriteQueue, ATransactionIsBoundedAndWhoWaitedComesFirst) {
    WriteQueue queue;
    std::vector<std::string> documents;
    for (int i = 0; i < 30; ++i) {
        documents.push_back("doc" + std::to_string(i));
        queue.push(write_of(documents.back(), 200 * kibibyte));
    }
    const auto first = batch_of(queue);
    const auto second = batch_of(queue);
    EXPECT_EQ(first.size(), 20u);
    EXPECT_EQ(second.size(), 10u);
    EXPECT_EQ(first.front(), "doc0");
    EXPECT_EQ(second.front(), "doc20");
}

TEST(WriteQueue, ALargeWriteCommitsAlone) {
    WriteQueue queue;
    queue.push(write_of("a", 100));
    queue.push(write_of("large", 300 * kibibyte));
    queue.push(write_of("b", 100));
    EXPECT_THAT(batch_of(queue), ElementsAre("a", "b"));
    EXPECT_THAT(batch_of(queue), ElementsAre("large"));
    EXPECT_TRUE(queue.empty());
}

TEST(WriteQueue, NothingOvertakesALargeWriteOfItsDocument) {
    WriteQueue queue;
    queue.push(write_of("a", 100));
    queue.push(write_of("a", 9000 * kibibyte));
    queue.push(write_of("a", 101));
    EXPECT_THAT(batch_of(queue), ElementsAre("a"));
    const auto large = queue.take_batch();
    ASSERT_EQ(large.size(), 1u);
    EXPECT_GT(large.front().bytes, WriteQueue::batch_bytes_max);
    EXPECT_THAT(batch_of(queue), ElementsAre("a"));
    EXPECT_TRUE(queue.empty());
}

TEST(WriteQueue, ManyEmptyRowsAreBoundedToo) {
    WriteQueue queue;
    for (int i = 0; i < 10000; ++i) {
        queue.push(write_of("a", 0));
    }
    EXPECT_LT(queue.take_batch().size(), 10000u);
}

}  // namespace
}  // namespace weft::storage
