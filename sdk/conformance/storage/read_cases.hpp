// What every store promises of reads, lists and the readable content. Included by storage_suite.hpp.
#pragma once

#include "append_cases.hpp"

namespace weft::conformance {

TEST_P(StorageConformance, ADocumentThatWasNeverWrittenIsAbsentAndNoError) {
    const Loaded loaded = load("nothing");
    EXPECT_EQ(loaded.head.document, "nothing");
    EXPECT_FALSE(loaded.head.exists);
    EXPECT_EQ(loaded.head.seq, 0u);
    EXPECT_TRUE(loaded.parts.empty());
    EXPECT_TRUE(read({"nothing"}).empty());
}

TEST_P(StorageConformance, AReadGivesWhatComesAfterASeq) {
    append("notes", {"1", "2", "3", "4"});
    EXPECT_EQ(texts_of(read({"notes", 0})), (Texts{"1", "2", "3", "4"}));
    const auto parts = read({"notes", 2});
    EXPECT_EQ(texts_of(parts), (Texts{"3", "4"}));
    EXPECT_EQ(parts.at(0).seqs.first, 3u);
    EXPECT_TRUE(read({"notes", 4}).empty());
    EXPECT_TRUE(read({"notes", 400}).empty());
}

TEST_P(StorageConformance, PagesOfAReadJoinWithoutAHole) {
    Texts updates;
    for (int i = 0; i < 50; ++i) {
        updates.push_back(std::string(100, static_cast<char>('a' + i % 26)) + std::to_string(i));
    }
    append("notes", updates);
    Texts joined;
    for (int pages = 1;; ++pages) {
        const auto page = read({"notes", joined.size(), 1000});
        if (page.empty()) {
            EXPECT_GE(pages, 6);
            break;
        }
        std::uint64_t bytes = 0;
        for (const StoredPart& part : page) {
            bytes += part.bytes.size();
            joined.emplace_back(as_text(part.bytes.view()));
        }
        EXPECT_LE(bytes, 1000u);
    }
    EXPECT_EQ(joined, updates);
}

TEST_P(StorageConformance, AReadGivesAtLeastOnePartHoweverLarge) {
    append("notes", {std::string(5000, 'x'), "next"});
    EXPECT_EQ(read({"notes", 0, 100}).size(), 1u);
    EXPECT_EQ(read({"notes", 0, 0}).size(), 1u);
}

TEST_P(StorageConformance, HeadsComeInTheOrderAskedAlsoOfUnknownDocuments) {
    append("a", {"1"});
    AppendRequest newest = request_of("b", {"1", "2"});
    newest.rows.back().mark = 4711;
    ASSERT_TRUE(append(std::move(newest)));

    const auto answer = heads({"b", "unknown", "a", "b"});
    ASSERT_EQ(answer.size(), 4u);
    EXPECT_EQ(answer[0].document, "b");
    EXPECT_EQ(answer[0].seq, 2u);
    EXPECT_EQ(answer[0].mark, 4711u);
    EXPECT_EQ(answer[0].epoch, 1u);
    EXPECT_EQ(answer[1].document, "unknown");
    EXPECT_FALSE(answer[1].exists);
    EXPECT_EQ(answer[1].seq, 0u);
    EXPECT_EQ(answer[2].document, "a");
    EXPECT_EQ(answer[2].seq, 1u);
    EXPECT_EQ(answer[3].seq, 2u);
    EXPECT_TRUE(heads({}).empty());
}

TEST_P(StorageConformance, ContentFollowsTheSeqAndNeverGoesBack) {
    append("notes", {"1", "2", "3"});
    EXPECT_TRUE(write_content({"notes", 1, 2, "as of 2"}));
    EXPECT_EQ(head("notes").content_seq, 2u);
    EXPECT_TRUE(write_content({"notes", 1, 1, "as of 1"}));
    EXPECT_EQ(head("notes").content_seq, 2u);
    EXPECT_TRUE(write_content({"notes", 1, 3, "as of 3"}));
    EXPECT_EQ(head("notes").content_seq, 3u);
    EXPECT_EQ(head("notes").seq, 3u) << "content is no update";
}

TEST_P(StorageConformance, ContentOfAnotherEpochOrAboveTheHeadChangesNothing) {
    append("notes", {"1", "2"});
    EXPECT_TRUE(write_content({"notes", 2, 1, "of another epoch"}));
    EXPECT_TRUE(write_content({"notes", 1, 3, "above the head"}));
    EXPECT_EQ(head("notes").content_seq, 0u);
}

TEST_P(StorageConformance, ContentOfADocumentThatWasNeverWrittenIsNotFound) {
    const Result<void> written = write_content({"nothing", 1, 1, "text"});
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, Code::not_found);
    EXPECT_FALSE(head("nothing").exists);
}

TEST_P(StorageConformance, AListIsInByteOrder) {
    for (const char* name : {"b", "\xc3\xa4", "a/2", "B", "a", "a/10", "\xf0\x9f\x8c\x8d"}) {
        append(name, {"x"});
    }
    EXPECT_EQ(list({}), (Texts{"B", "a", "a/10", "a/2", "b", "\xc3\xa4", "\xf0\x9f\x8c\x8d"}));
}

TEST_P(StorageConformance, AListIsPagedByTheLastNameGiven) {
    for (const char* name : {"a", "b", "c", "d", "e"}) {
        append(name, {"x"});
    }
    EXPECT_EQ(list({"", "", 2}), (Texts{"a", "b"}));
    EXPECT_EQ(list({"", "b", 2}), (Texts{"c", "d"}));
    EXPECT_EQ(list({"", "d", 2}), (Texts{"e"}));
    EXPECT_EQ(list({"", "bb", 1}), (Texts{"c"})) << "the name need not exist";
    EXPECT_TRUE(list({"", "e", 2}).empty());
    EXPECT_TRUE(list({"", "", 0}).empty());
}

TEST_P(StorageConformance, AListKeepsToItsPrefix) {
    for (const char* name :
         {"a", "lab", "lab/1", "lab/2", "lab/\xf4\x8f\xbf\xbf", "lab0", "Lab/3", "z"}) {
        append(name, {"x"});
    }
    EXPECT_EQ(list({"lab/", ""}), (Texts{"lab/1", "lab/2", "lab/\xf4\x8f\xbf\xbf"}));
    EXPECT_EQ(list({"lab/", "lab/1"}), (Texts{"lab/2", "lab/\xf4\x8f\xbf\xbf"}));
    EXPECT_EQ(list({"lab/", "a", 1}), (Texts{"lab/1"}));
    EXPECT_TRUE(list({"lab/", "lab0"}).empty());
    EXPECT_TRUE(list({"%", ""}).empty()) << "a prefix is no pattern";
}

TEST_P(StorageConformance, AStatCountsRowsAndBytes) {
    append("notes", {"12345", "123"});
    const Result<DocumentStat> first = stat("notes");
    ASSERT_TRUE(first);
    EXPECT_EQ(first->head.document, "notes");
    EXPECT_EQ(first->head.seq, 2u);
    EXPECT_EQ(first->tail_rows, 2u);
    EXPECT_EQ(first->bytes, 8u);
    append("notes", {"1"});
    const Result<DocumentStat> second = stat("notes");
    ASSERT_TRUE(second);
    EXPECT_EQ(second->tail_rows, 3u);
    EXPECT_EQ(second->bytes, 9u);
    EXPECT_GE(second->updated_unix_ms, first->updated_unix_ms);
}

TEST_P(StorageConformance, AStatOfADocumentThatWasNeverWrittenIsNotFound) {
    const Result<DocumentStat> answer = stat("nothing");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Code::not_found);
}

TEST_P(StorageConformance, ANameIsComparedByItsBytes) {
    const Texts names{"a",
                      "A",
                      "a ",
                      " a",
                      "o'brien \"quoted\"",
                      "50%_[x]*?",
                      "back\\slash",
                      "a/b/../c",
                      "\xc3\xa9",
                      "e\xcc\x81",
                      "\xe2\x80\x8b",
                      "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb",
                      std::string(512, 'x'),
                      std::string(511, 'x')};
    for (const std::string& name : names) {
        EXPECT_EQ(append(name, {"update of " + name}).first, 1u) << name;
    }
    for (const std::string& name : names) {
        EXPECT_EQ(texts_of(load(name).parts), (Texts{"update of " + name})) << name;
    }
    Texts sorted = names;
    std::sort(sorted.begin(), sorted.end());
    EXPECT_EQ(list({}), sorted);
}

}  // namespace weft::conformance
