// Several nodes on one database.
#include "postgres_store.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <map>
#include <set>

namespace weft::postgres {
namespace {

constexpr int node_count = 4;
constexpr int document_count = 100;
constexpr int appends_each = 4;  // of a node to a document
constexpr std::uint64_t rows_each = 3;
constexpr std::uint64_t rows_in_all = node_count * appends_each * rows_each;

std::string name_of(int document) {
    return "shared/" + std::to_string(document);
}

/// Appends to all documents at once, the next to each when the one before is answered.
class Appender {
public:
    Appender(const std::string& url, int number) : number_(number), store_(url) {}

    /// Whether all of it was taken.
    bool run() {
        if (!store_.start()) {
            return false;
        }
        std::vector<AppendCall> batch;
        for (int document = 0; document < document_count; ++document) {
            batch.push_back(next(document, 0));
        }
        store_.storage().append(std::move(batch));
        return eventually([&] { return answered_ == document_count * appends_each; }) &&
               failures_ == 0;
    }

private:
    AppendCall next(int document, int round) {
        Texts texts;
        for (std::uint64_t row = 0; row < rows_each; ++row) {
            texts.push_back(std::to_string(number_) + "." + std::to_string(round) + "." +
                            std::to_string(row));
        }
        return {request_of(name_of(document), texts),
                [this, document, round](Result<Appended> result) {
                    failures_ += result ? 0 : 1;
                    if (round + 1 < appends_each) {
                        std::vector<AppendCall> batch;
                        batch.push_back(next(document, round + 1));
                        store_.storage().append(std::move(batch));
                    }
                    ++answered_;
                }};
    }

    const int number_;
    std::atomic<int> answered_ = 0;
    std::atomic<int> failures_ = 0;
    PostgresStore store_;
};

/// A process that appends.
pid_t start_node(const std::string& url, int number) {
    const pid_t child = fork();
    if (child == 0) {
        _exit(Appender(url, number).run() ? 0 : 1);
    }
    return child;
}

/// Follows one document: each read goes on behind the last row of the one before.
void follow(PostgresStore& store, const std::string& document, Texts& seen) {
    const auto parts = store.read(document, seen.size());
    ASSERT_TRUE(parts) << parts.error().message;
    for (const StoredPart& part : *parts) {
        ASSERT_EQ(part.seqs.first, seen.size() + 1) << document << ": a hole, or twice";
        ASSERT_EQ(part.seqs.last, part.seqs.first);
        seen.emplace_back(as_text(part.bytes.view()));
    }
}

TEST(PostgresNodes,
     FourProcessesThatAppendToTheSameDocumentsMakeSeqsThatAreDenseAndVisibleInOrder) {
    const std::string url = shared_server().empty_store();
    std::vector<pid_t> nodes;
    for (int i = 0; i < node_count; ++i) {
        nodes.push_back(start_node(url, i));
        ASSERT_GT(nodes.back(), 0);
    }
    PostgresStore follower(url);
    ASSERT_TRUE(follower.start());
    std::map<std::string, Texts> seen;
    ASSERT_TRUE(eventually([&] {
        bool all = true;
        for (int document = 0; document < document_count; ++document) {
            Texts& texts = seen[name_of(document)];
            follow(follower, name_of(document), texts);
            all = all && texts.size() >= rows_in_all;
        }
        return all || testing::Test::HasFatalFailure();
    }));
    for (const pid_t node : nodes) {
        int status = 0;
        EXPECT_EQ(waitpid(node, &status, 0), node);
        EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "a node failed: " << status;
    }
    for (const auto& [document, texts] : seen) {
        EXPECT_EQ(texts.size(), rows_in_all) << document;
        EXPECT_EQ(std::set<std::string>(texts.begin(), texts.end()).size(), rows_in_all)
            << document << ": each row once";
    }
}

TEST(PostgresNodes, OfTwoThatExpectANewDocumentOneGetsIt) {
    const std::string url = shared_server().empty_store();
    PostgresStore one(url);
    PostgresStore other(url);
    ASSERT_TRUE(one.start() && other.start());
    for (int i = 0; i < 20; ++i) {
        AppendRequest request = request_of("new/" + std::to_string(i), {"seed"});
        request.expect_seq = 0;
        auto first = one.begin_append(request);
        auto second = other.begin_append(request);
        EXPECT_NE(code_of(first.get()) == Code::ok, code_of(second.get()) == Code::ok);
    }
}

TEST(PostgresNodes, WhatOneHasWrittenTheOtherExpects) {
    const std::string url = shared_server().empty_store();
    PostgresStore one(url);
    PostgresStore other(url);
    ASSERT_TRUE(one.start() && other.start());
    ASSERT_TRUE(one.append("notes", {"1"}));
    ASSERT_TRUE(other.append("notes", {"2", "3"}));
    AppendRequest request = request_of("notes", {"4"});
    request.expect_seq = 3;
    EXPECT_EQ(one.append(request)->seqs.first, 4u);
    EXPECT_EQ(code_of(other.append(request)), Code::conflict);
}

}  // namespace
}  // namespace weft::postgres
