// Which writes go together into one statement.
#include "write_queue.hpp"

#include <gmock/gmock.h>

namespace weft::postgres {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// The write `name` of its document, "a1" of the document "a".
Write write_of(const std::string& name, std::size_t bytes = 1) {
    AppendCall call;
    call.request.document = name.substr(0, 1);
    call.request.algorithm = name;
    call.request.rows.push_back({1, Buffer(Bytes(bytes))});
    return Write(std::move(call));
}

std::vector<std::string> names_of(const std::vector<Write>& writes) {
    std::vector<std::string> names;
    for (const Write& write : writes) {
        names.push_back(write.plain_append()->algorithm);
    }
    return names;
}

TEST(PostgresWriteQueue, AStatementHasOneWriteOfADocument) {
    WriteQueue queue;
    for (const char* name : {"a1", "a2", "b1", "a3", "c1", "b2"}) {
        queue.push(write_of(name));
    }
    EXPECT_THAT(names_of(queue.take_batch()), ElementsAre("a1", "b1", "c1"));
    EXPECT_THAT(names_of(queue.take_batch()), ElementsAre("a2", "b2"));
    EXPECT_THAT(names_of(queue.take_batch()), ElementsAre("a3"));
    EXPECT_TRUE(queue.empty());
    EXPECT_THAT(queue.take_batch(), IsEmpty());
}

TEST(PostgresWriteQueue, WhatIsLargeGoesAlone) {
    WriteQueue queue;
    queue.push(write_of("a1"));
    queue.push(write_of("b1", WriteQueue::document_bytes_max + 1));
    queue.push(write_of("c1"));
    EXPECT_THAT(names_of(queue.take_batch()), ElementsAre("a1", "c1"));
    queue.push(write_of("a2"));
    EXPECT_THAT(names_of(queue.take_batch()), ElementsAre("b1"));
    EXPECT_THAT(names_of(queue.take_batch()), ElementsAre("a2"));
}

TEST(PostgresWriteQueue, AStatementIsBoundedAndWhatWaitsComesFirstInTheNext) {
    WriteQueue queue;
    const std::string documents = "abcdefghijklmnopqrst";
    for (const char document : documents) {
        queue.push(write_of(std::string(1, document) + "1", 250'000));
    }
    queue.push(write_of("a2"));
    const std::vector<Write> first = queue.take_batch();
    EXPECT_EQ(first.size(), 16u);
    EXPECT_THAT(names_of(queue.take_batch()), ElementsAre("q1", "r1", "s1", "t1", "a2"));
}

TEST(PostgresWriteQueue, WhatIsPutBackComesBeforeTheRestOfItsDocument) {
    WriteQueue queue;
    for (const char* name : {"a1", "b1", "a2"}) {
        queue.push(write_of(name));
    }
    std::vector<Write> batch = queue.take_batch();
    queue.put_back(std::move(batch[1]));
    queue.put_back(std::move(batch[0]));
    EXPECT_THAT(names_of(queue.take_all()), ElementsAre("b1", "a1", "a2"));
    EXPECT_TRUE(queue.empty());
}

}  // namespace
}  // namespace weft::postgres
