// What every store promises of appends. Included by storage_suite.hpp.
#pragma once

#include "storage_fixture.hpp"

#include <algorithm>
#include <limits>

namespace weft::conformance {

using Texts = std::vector<std::string>;

TEST_P(StorageConformance, WhatWasAppendedIsLoadedInOrder) {
    append("notes", {"one", "two", "three"});
    const Loaded loaded = load("notes");
    EXPECT_EQ(texts_of(loaded.parts), (Texts{"one", "two", "three"}));
    EXPECT_TRUE(loaded.head.exists);
    EXPECT_EQ(loaded.head.document, "notes");
    EXPECT_EQ(loaded.head.algorithm, "yjs");
    EXPECT_EQ(loaded.head.seq, 3u);
    EXPECT_EQ(loaded.head.covered, 0u);
    EXPECT_EQ(loaded.head.version, 0u);
    EXPECT_EQ(loaded.head.content_seq, 0u);
}

TEST_P(StorageConformance, SeqsAreDenseFromOnePerDocument) {
    EXPECT_EQ(append("a", {"1", "2"}).first, 1u);
    EXPECT_EQ(append("b", {"1"}).first, 1u);
    const SeqRange next = append("a", {"3", "4", "5"});
    EXPECT_EQ(next.first, 3u);
    EXPECT_EQ(next.last, 5u);
    std::uint64_t expected = 1;
    for (const StoredPart& part : load("a").parts) {
        EXPECT_EQ(part.kind, StoredPart::Kind::row);
        EXPECT_EQ(part.seqs.first, expected);
        EXPECT_EQ(part.seqs.last, expected);
        ++expected;
    }
    EXPECT_EQ(expected, 6u);
}

TEST_P(StorageConformance, AMarkStaysWithItsRow) {
    AppendRequest request = request_of("notes", {"zero", "all", "high"});
    request.rows[0].mark = 0;
    request.rows[1].mark = std::numeric_limits<std::uint64_t>::max();
    request.rows[2].mark = std::uint64_t{1} << 63;
    ASSERT_TRUE(append(std::move(request)));
    const Loaded loaded = load("notes");
    ASSERT_EQ(loaded.parts.size(), 3u);
    EXPECT_EQ(loaded.parts[0].mark, 0u);
    EXPECT_EQ(loaded.parts[1].mark, std::numeric_limits<std::uint64_t>::max());
    EXPECT_EQ(loaded.parts[2].mark, std::uint64_t{1} << 63);
    EXPECT_EQ(loaded.head.mark, std::uint64_t{1} << 63);
}

TEST_P(StorageConformance, EveryByteOfAnUpdateIsKeptWhateverItsSize) {
    std::string all_values;
    for (int value = 0; value < 256; ++value) {
        all_values.push_back(static_cast<char>(value));
    }
    const Texts updates{"", all_values, std::string(300 << 10, '\x7f'), std::string(6 << 20, '\0')};
    append("notes", updates);
    const Texts loaded = texts_of(load("notes").parts);
    EXPECT_TRUE(loaded == updates) << "the updates differ";
}

TEST_P(StorageConformance, ALoadedUpdateMayBeKept) {
    append("notes", {"kept"});
    const Loaded loaded = load("notes");
    append("notes", {std::string(1 << 20, 'x')});
    load("notes");
    EXPECT_EQ(as_text(loaded.parts.at(0).bytes.view()), "kept");
}

TEST_P(StorageConformance, ADocumentBeginsInEpochOneWhichZeroStandsFor) {
    AppendRequest zero = request_of("zero", {"x"});
    zero.epoch = 0;
    EXPECT_TRUE(append(std::move(zero)));
    EXPECT_EQ(head("zero").epoch, 1u);
    append("zero", {"names epoch 1"});

    AppendRequest later = request_of("later", {"x"});
    later.epoch = 2;
    EXPECT_EQ(code_of(append(std::move(later))), Code::conflict);
    EXPECT_FALSE(head("later").exists);
}

TEST_P(StorageConformance, AnAppendInAnotherEpochConflictsAndChangesNothing) {
    append("notes", {"first"});
    AppendRequest request = request_of("notes", {"second", "third"});
    request.epoch = 2;
    EXPECT_EQ(code_of(append(std::move(request))), Code::conflict);
    EXPECT_EQ(texts_of(load("notes").parts), (Texts{"first"}));
}

TEST_P(StorageConformance, AnAppendWithAnotherAlgorithmConflictsAndChangesNothing) {
    append("notes", {"first"});
    AppendRequest request = request_of("notes", {"second"});
    request.algorithm = "rga";
    EXPECT_EQ(code_of(append(std::move(request))), Code::conflict);
    EXPECT_EQ(head("notes").algorithm, "yjs");
    EXPECT_EQ(head("notes").seq, 1u);
}

TEST_P(StorageConformance, AnAppendThatExpectsANewDocumentIsTakenOnce) {
    for (const Code expected : {Code::ok, Code::conflict}) {
        AppendRequest request = request_of("notes", {"seed"});
        request.expect_seq = 0;
        EXPECT_EQ(code_of(append(std::move(request))), expected);
    }
    EXPECT_EQ(texts_of(load("notes").parts), (Texts{"seed"}));
}

TEST_P(StorageConformance, AnAppendThatExpectsAnotherHeadConflictsAndChangesNothing) {
    append("notes", {"1", "2"});
    for (const std::uint64_t wrong : {0, 1, 3}) {
        AppendRequest request = request_of("notes", {"lost"});
        request.expect_seq = wrong;
        EXPECT_EQ(code_of(append(std::move(request))), Code::conflict) << "expecting " << wrong;
    }
    AppendRequest request = request_of("notes", {"3"});
    request.expect_seq = 2;
    EXPECT_TRUE(append(std::move(request)));
    EXPECT_EQ(texts_of(load("notes").parts), (Texts{"1", "2", "3"}));

    AppendRequest nowhere = request_of("new", {"lost"});
    nowhere.expect_seq = 1;
    EXPECT_EQ(code_of(append(std::move(nowhere))), Code::conflict);
    EXPECT_FALSE(head("new").exists);
}

TEST_P(StorageConformance, AConflictFailsNoOtherAppendOfItsBatch) {
    append("taken", {"first"});
    std::vector<AppendRequest> requests;
    requests.push_back(request_of("before", {"x"}));
    requests.push_back(request_of("taken", {"y"}));
    requests.back().algorithm = "rga";
    requests.push_back(request_of("after", {"z"}));
    const auto asked = begin_append_together(std::move(requests));
    EXPECT_EQ(code_of(wait(asked[0])), Code::ok);
    EXPECT_EQ(code_of(wait(asked[1])), Code::conflict);
    EXPECT_EQ(code_of(wait(asked[2])), Code::ok);
    EXPECT_EQ(head("before").seq, 1u);
    EXPECT_EQ(head("taken").seq, 1u);
    EXPECT_EQ(head("after").seq, 1u);
}

TEST_P(StorageConformance, AnAppendWithoutRowsIsInvalid) {
    EXPECT_EQ(code_of(append(request_of("notes", {}))), Code::invalid);
    EXPECT_FALSE(head("notes").exists);
}

TEST_P(StorageConformance, ADurabilityThatTheStoreCannotGiveIsUnsupported) {
    for (const Durability asked : {Durability::memory, Durability::handed_over, Durability::stable,
                                   Durability::replicated}) {
        AppendRequest request = request_of("notes", {"x"});
        request.durability = asked;
        const bool can = asked <= storage().durability();
        EXPECT_EQ(code_of(append(std::move(request))), can ? Code::ok : Code::unsupported);
    }
    EXPECT_EQ(head("notes").seq, static_cast<std::uint64_t>(storage().durability()) + 1);
}

TEST_P(StorageConformance, AppendsToOneDocumentCompleteInCallOrder) {
    std::mutex mutex;
    std::vector<std::uint64_t> completed;
    std::vector<Asked<Appended>> asked;
    for (std::uint64_t call = 0; call < 120; ++call) {
        // Every tenth is larger than its neighbours by far: it may not be overtaken.
        const std::size_t size = call % 10 == 0 ? std::size_t{400} << 10 : 20;
        AppendRequest request = request_of("notes", {std::string(size, 'x')});
        asked.push_back(ask<Appended>([&](Completion<Appended> done) {
            std::vector<AppendCall> batch;
            batch.push_back({std::move(request), [&, done = std::move(done)](auto result) mutable {
                                 if (result) {
                                     const std::lock_guard lock(mutex);
                                     completed.push_back(result->seqs.first);
                                 }
                                 done(std::move(result));
                             }});
            storage().append(std::move(batch));
        }));
    }
    for (std::uint64_t call = 0; call < asked.size(); ++call) {
        EXPECT_EQ(wait_for_value(asked[call]).seqs.first, call + 1);
    }
    EXPECT_EQ(completed.size(), asked.size());
    EXPECT_TRUE(std::is_sorted(completed.begin(), completed.end()));
}

TEST_P(StorageConformance, OneBatchMayHoldSeveralAppendsOfOneDocument) {
    std::vector<AppendRequest> requests;
    for (const char* text : {"1", "2", "3"}) {
        requests.push_back(request_of("notes", {text}));
    }
    std::uint64_t seq = 1;
    for (const auto& asked : begin_append_together(std::move(requests))) {
        EXPECT_EQ(wait_for_value(asked).seqs.first, seq);
        ++seq;
    }
    EXPECT_EQ(texts_of(load("notes").parts), (Texts{"1", "2", "3"}));
}

TEST_P(StorageConformance, ABatchMayHoldHundredsOfDocuments) {
    std::vector<AppendRequest> requests;
    for (int i = 0; i < 400; ++i) {
        requests.push_back(
            request_of("many/" + std::to_string(i), {"a", std::string(20 << 10, 'b')}));
    }
    for (const auto& asked : begin_append_together(std::move(requests))) {
        EXPECT_EQ(wait_for_value(asked).seqs.last, 2u);
    }
    EXPECT_EQ(texts_of(load("many/399").parts), (Texts{"a", std::string(20 << 10, 'b')}));
}

TEST_P(StorageConformance, AnAnsweredAppendIsSeenByTheNextCall) {
    for (std::uint64_t seq = 1; seq <= 20; ++seq) {
        append("notes", {"x"});
        EXPECT_EQ(head("notes").seq, seq);
        EXPECT_EQ(read({"notes", seq - 1}).size(), 1u);
    }
}

TEST_P(StorageConformance, AnAnswerMayCallTheStoreAgain) {
    const auto second = ask<Appended>([&](Completion<Appended> done) {
        AppendRequest next = request_of("notes", {"second"});
        std::vector<AppendCall> batch;
        batch.push_back({request_of("notes", {"first"}),
                         [this, next = std::move(next), done = std::move(done)](auto) mutable {
                             std::vector<AppendCall> again;
                             again.push_back({std::move(next), std::move(done)});
                             storage().append(std::move(again));
                         }});
        storage().append(std::move(batch));
    });
    EXPECT_EQ(wait_for_value(second).seqs.first, 2u);
}

TEST_P(StorageConformance, ConcurrentAppendsStayDenseAndWhole) {
    constexpr std::size_t threads = 4, calls = 60;
    std::vector<std::vector<AppendRequest>> requests(threads);
    for (std::size_t t = 0; t < threads; ++t) {
        for (std::size_t c = 0; c < calls; ++c) {
            const std::string name = std::to_string(t) + "." + std::to_string(c);
            requests[t].push_back(request_of("shared", {name + " one", name + " two"}));
        }
    }
    std::vector<std::vector<Asked<Appended>>> asked(threads);
    const auto append_all_of = [&](std::size_t t) {
        for (AppendRequest& request : requests[t]) {
            asked[t].push_back(begin_append(std::move(request)));
        }
    };
    std::vector<std::thread> running;
    for (std::size_t t = 0; t < threads; ++t) {
        if (takes_calls_from_many_threads()) {
            running.emplace_back(append_all_of, t);
        } else {
            append_all_of(t);
        }
    }
    for (std::thread& thread : running) {
        thread.join();
    }

    Texts expected(threads * calls * 2);
    for (std::size_t t = 0; t < threads; ++t) {
        for (std::size_t c = 0; c < calls; ++c) {
            const SeqRange seqs = wait_for_value(asked[t][c]).seqs;
            ASSERT_EQ(seqs.count(), 2u);
            ASSERT_LE(seqs.last, expected.size());
            const std::string name = std::to_string(t) + "." + std::to_string(c);
            expected[seqs.first - 1] = name + " one";
            expected[seqs.last - 1] = name + " two";
        }
    }
    EXPECT_EQ(texts_of(load("shared").parts), expected);
}

}  // namespace weft::conformance
