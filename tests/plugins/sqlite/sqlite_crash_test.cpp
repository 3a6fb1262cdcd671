// What was acknowledged survives kill -9.
#include "sqlite_store.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <map>
#include <random>

namespace weft::storage {
namespace {

constexpr int document_count = 8;

/// What the child writes into the pipe when an append is answered: less than PIPE_BUF, so never in pieces.
struct Acknowledgement {
    std::uint32_t document = 0;
    std::uint32_t round = 0;
    std::uint64_t number = 0;
    SeqRange seqs;
};

std::string name_of(std::uint32_t document) {
    return "doc " + std::to_string(document);
}

/// Sizes from a few bytes to more than a share of a transaction.
std::string update_of(std::uint32_t document, std::uint32_t round, std::uint64_t number, int row) {
    std::string text = std::to_string(document) + "." + std::to_string(round) + "." +
                       std::to_string(number) + "." + std::to_string(row) + " ";
    text.resize(text.size() + (number % 50 == 49 ? 300000 : number % 7 * 500), 'x');
    return text;
}

/// Appends to all documents without end, two appends of each always under way, and says what was answered.
[[noreturn]] void append_forever(const std::string& path, std::uint32_t round, int pipe) {
    SqliteStore store({path});
    if (!store.start()) {
        _exit(1);
    }
    std::array<std::atomic<std::uint64_t>, document_count> next{};
    std::function<void(std::uint32_t)> append = [&](std::uint32_t document) {
        const std::uint64_t number = next[document]++;
        AppendRequest request =
            request_of(name_of(document), {update_of(document, round, number, 0),
                                           update_of(document, round, number, 1)});
        std::vector<AppendCall> batch;
        batch.push_back({std::move(request), [&, document, number](Result<Appended> result) {
                             if (!result) {
                                 _exit(2);
                             }
                             const Acknowledgement told{document, round, number, result->seqs};
                             if (write(pipe, &told, sizeof told) != sizeof told) {
                                 _exit(3);
                             }
                             append(document);
                         }});
        store.storage().append(std::move(batch));
    };
    for (std::uint32_t document = 0; document < document_count; ++document) {
        append(document);
        append(document);
    }
    for (;;) {
        pause();
    }
}

/// Lets a child append until it has acknowledged `enough`, kills it, and gives all that it had acknowledged.
std::vector<Acknowledgement> run_and_kill(const std::string& path, std::uint32_t round,
                                          std::size_t enough) {
    int ends[2];
    EXPECT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        append_forever(path, round, ends[1]);
    }
    close(ends[1]);
    std::vector<Acknowledgement> acknowledged;
    Acknowledgement one;
    while (read(ends[0], &one, sizeof one) == sizeof one) {
        acknowledged.push_back(one);
        if (acknowledged.size() == enough) {
            kill(child, SIGKILL);
        }
    }
    close(ends[0]);
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
        << "the child ended by itself: " << status;
    return acknowledged;
}

/// Rows by seq, of every document; fails if one does not load.
std::map<std::string, std::vector<StoredPart>> load_all(const std::string& path) {
    SqliteStore store({path});
    const Result<void> started = store.start();
    EXPECT_TRUE(started) << "the lock of a dead process is not in the way";
    std::map<std::string, std::vector<StoredPart>> rows;
    for (std::uint32_t document = 0; document < document_count; ++document) {
        Result<Loaded> loaded = store.load(name_of(document));
        EXPECT_EQ(code_of(loaded), Code::ok);
        rows[name_of(document)] = loaded ? std::move(loaded->parts) : std::vector<StoredPart>{};
    }
    return rows;
}

TEST(SqliteCrash, WhatWasAcknowledgedIsThereAfterKillNine) {
    const int rounds = std::getenv("WEFT_SOAK") != nullptr ? 300 : 10;
    const std::uint64_t seed = std::random_device{}();
    std::mt19937_64 random(seed);
    const FreshFolder folder;
    std::vector<Acknowledgement> acknowledged;
    for (int round = 0; round < rounds; ++round) {
        const auto enough = std::uniform_int_distribution<std::size_t>(1, 150)(random);
        for (const Acknowledgement& one :
             run_and_kill(folder / "weft.db", static_cast<std::uint32_t>(round), enough)) {
            acknowledged.push_back(one);
        }
        const auto rows = load_all(folder / "weft.db");
        for (const Acknowledgement& one : acknowledged) {
            const auto& there = rows.at(name_of(one.document));
            ASSERT_GE(there.size(), one.seqs.last) << "round " << round << ", seed " << seed;
            for (int row = 0; row < 2; ++row) {
                const StoredPart& part =
                    there[one.seqs.first - 1 + static_cast<std::uint64_t>(row)];
                ASSERT_EQ(as_text(part.bytes.view()),
                          update_of(one.document, one.round, one.number, row))
                    << "round " << round << ", seed " << seed;
            }
        }
    }
    EXPECT_GE(acknowledged.size(), static_cast<std::size_t>(rounds));
}

}  // namespace
}  // namespace weft::storage
