// What every store with a history promises of versions and of deleting a document. Included by storage_history_suite.hpp.
#pragma once

#include "history_fixture.hpp"

#include <limits>

namespace weft::conformance {

TEST_P(StorageHistory, VersionsAreNumberedFromOneAndKnowWhereTheyStand) {
    append("notes", {"a", "b"});
    const auto first = name_version("notes", "draft");
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_EQ(first->version, 1u);
    EXPECT_EQ(first->seqs.first, 3u) << "an empty range behind the head";
    EXPECT_EQ(first->seqs.last, 2u);

    AppendRequest request = request_of("notes", {"c"});
    request.versions.push_back(version_of("before", NewVersion::At::before_the_rows));
    request.versions.push_back(version_of("after"));
    request.versions[0].kind = VersionKind::restore;
    request.versions[1].kind = VersionKind::automatic;
    request.versions[1].author = "";
    const auto both = append(std::move(request));
    ASSERT_TRUE(both) << both.error().message;
    EXPECT_EQ(both->version, 3u);
    EXPECT_EQ(both->seqs.last, 3u);
    EXPECT_EQ(append(request_of("notes", {"d"}))->version, 3u);

    const auto listed = versions({"notes", 0, ~std::uint64_t{0}, 100, false});
    ASSERT_TRUE(listed);
    ASSERT_EQ(listed->size(), 3u);
    const std::uint64_t seqs[] = {2, 2, 3};
    const char* labels[] = {"draft", "before", "after"};
    const VersionKind kinds[] = {VersionKind::named, VersionKind::restore, VersionKind::automatic};
    for (std::size_t i = 0; i < 3; ++i) {
        const Version& version = (*listed)[i];
        EXPECT_EQ(version.number, i + 1);
        EXPECT_EQ(version.seq, seqs[i]);
        EXPECT_EQ(version.label, labels[i]);
        EXPECT_EQ(version.kind, kinds[i]);
        EXPECT_EQ(version.author, i == 2 ? "" : "ada");
        EXPECT_EQ(version.mark, version_of(labels[i]).mark);
        EXPECT_FALSE(version.has_content);
        EXPECT_EQ(version.content_bytes, 0u);
        EXPECT_GT(version.unix_ms, 0);
    }
    EXPECT_EQ(head("notes").version, 3u);
    EXPECT_EQ(heads({"notes"}).at(0).version, 3u);
}

TEST_P(StorageHistory, VersionsComeInPages) {
    append("notes", {"a"});
    for (int i = 1; i <= 5; ++i) {
        ASSERT_TRUE(name_version("notes", "v" + std::to_string(i)));
    }
    using Numbers = std::vector<std::uint64_t>;
    EXPECT_EQ(version_numbers({"notes"}), (Numbers{5, 4, 3, 2, 1}));
    EXPECT_EQ(version_numbers({"notes", 0, ~std::uint64_t{0}, 2}), (Numbers{5, 4}));
    EXPECT_EQ(version_numbers({"notes", 0, 4, 2}), (Numbers{3, 2}));
    EXPECT_EQ(version_numbers({"notes", 2, ~std::uint64_t{0}, 2, false}), (Numbers{3, 4}));
    EXPECT_EQ(version_numbers({"notes", 1, 5}), (Numbers{4, 3, 2}));
    EXPECT_TRUE(version_numbers({"notes", 5}).empty());
    EXPECT_TRUE(version_numbers({"notes", 0, ~std::uint64_t{0}, 0}).empty());
    EXPECT_EQ(code_of(versions({"nothing"})), Code::not_found);
}

TEST_P(StorageHistory, AVersionKeepsTheTextThatItWasGivenFirst) {
    append("notes", {"a"});
    AppendRequest request = request_of("notes", {"b"});
    request.versions.push_back(version_of("with text"));
    request.versions[0].content = "ab Grüße";
    ASSERT_TRUE(append(std::move(request)));
    const auto made = version("notes", 1);
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(made->content, "ab Grüße");
    EXPECT_TRUE(made->version.has_content);
    EXPECT_EQ(made->version.content_bytes, std::string("ab Grüße").size());
    EXPECT_EQ(made->version.label, "with text");

    ASSERT_TRUE(name_version("notes", "without"));
    EXPECT_EQ(version("notes", 2)->content, "");
    EXPECT_TRUE(write_content({"notes", 1, 1, "at another seq", 2}));
    EXPECT_TRUE(write_content({"notes", 2, 2, "in another epoch", 2}));
    EXPECT_FALSE(version("notes", 2)->version.has_content);
    EXPECT_TRUE(write_content({"notes", 1, 2, "ab", 2}));
    EXPECT_TRUE(write_content({"notes", 1, 2, "something else", 2}));
    EXPECT_TRUE(write_content({"notes", 1, 2, "something else", 1}));
    EXPECT_TRUE(write_content({"notes", 1, 2, "nowhere", 3}));
    EXPECT_EQ(version("notes", 2)->content, "ab");
    EXPECT_EQ(version("notes", 1)->content, "ab Grüße");
    EXPECT_EQ(head("notes").content_seq, 0u) << "the document's own text is another";
    EXPECT_EQ(code_of(version("notes", 3)), Code::not_found);
    EXPECT_EQ(code_of(version("nothing", 1)), Code::not_found);
}

TEST_P(StorageHistory, AnEmptyTextOfAVersionIsAText) {
    append("notes", {"a"});
    AppendRequest request = request_of("notes", {});
    request.versions.push_back(version_of("empty"));
    request.versions[0].content = "";
    ASSERT_TRUE(append(std::move(request)));
    EXPECT_TRUE(version("notes", 1)->version.has_content);
    EXPECT_TRUE(write_content({"notes", 1, 1, "too late", 1}));
    EXPECT_EQ(version("notes", 1)->content, "");
}

TEST_P(StorageHistory, AnAppendThatExpectsAnotherVersionConflictsAndChangesNothing) {
    append("notes", {"a"});
    ASSERT_TRUE(name_version("notes", "one"));
    for (const std::uint64_t wrong : {0u, 2u}) {
        AppendRequest request = request_of("notes", {"lost"});
        request.expect_version = wrong;
        request.versions.push_back(version_of("lost"));
        EXPECT_EQ(code_of(append(std::move(request))), Code::conflict) << "expecting " << wrong;
    }
    EXPECT_EQ(version_numbers({"notes"}), std::vector<std::uint64_t>{1});
    append("notes", {"b"});
    AppendRequest request = request_of("notes", {"c"});
    request.expect_version = 1;
    request.versions.push_back(version_of("kept", NewVersion::At::before_the_rows));
    EXPECT_TRUE(append(std::move(request))) << "the seq may have moved on";
    EXPECT_EQ(joined(load("notes").parts), "abc");
    EXPECT_EQ((*versions({"notes"}))[0].seq, 2u);
}

TEST_P(StorageHistory, OfTwoRestoresAtOnceOneIsTaken) {
    append("notes", {"a"});
    std::vector<AppendRequest> requests;
    for (const char* text : {"b", "c"}) {
        AppendRequest request = request_of("notes", {text});
        request.expect_version = 0;
        request.versions.push_back(version_of(text, NewVersion::At::before_the_rows));
        requests.push_back(std::move(request));
    }
    const auto asked = begin_append_together(std::move(requests));
    EXPECT_EQ(code_of(wait(asked[0])), Code::ok);
    EXPECT_EQ(code_of(wait(asked[1])), Code::conflict);
    EXPECT_EQ(joined(load("notes").parts), "ab");
    EXPECT_EQ((*versions({"notes"})).at(0).mark, version_of("b").mark)
        << "whoever was not answered finds its version by the mark";
}

TEST_P(StorageHistory, ABatchMayHoldRowsAndVersionsOfManyDocuments) {
    std::vector<AppendRequest> requests;
    for (const std::string name : {"a", "b", "c"}) {
        requests.push_back(request_of(name, {"1"}));
        requests.push_back(request_of(name, {"2"}));
        requests.back().versions.push_back(version_of("v"));
        requests.push_back(request_of(name, {}));
        requests.back().versions.push_back(version_of("w"));
        requests.push_back(request_of(name, {"3"}));
    }
    const auto asked = begin_append_together(std::move(requests));
    for (std::size_t i = 0; i < asked.size(); ++i) {
        const std::uint64_t last[] = {1, 2, 2, 3};
        const std::uint64_t version[] = {0, 1, 2, 2};
        const Appended appended = wait_for_value(asked[i]);
        EXPECT_EQ(appended.seqs.last, last[i % 4]);
        EXPECT_EQ(appended.version, version[i % 4]);
    }
    for (const std::string name : {"a", "b", "c"}) {
        EXPECT_EQ(joined(load(name).parts), "123");
        EXPECT_EQ(versions({name})->at(0).seq, 2u);
    }
}

TEST_P(StorageHistory, AVersionOfNothingIsRefused) {
    EXPECT_EQ(code_of(name_version("nothing", "one")), Code::not_found);
    AppendRequest request = request_of("nothing", {"a"});
    request.versions.push_back(version_of("one", NewVersion::At::before_the_rows));
    EXPECT_EQ(code_of(append(std::move(request))), Code::invalid);
    AppendRequest unordered = request_of("nothing", {"a"});
    unordered.versions.push_back(version_of("after"));
    unordered.versions.push_back(version_of("before", NewVersion::At::before_the_rows));
    EXPECT_EQ(code_of(append(std::move(unordered))), Code::invalid);
    EXPECT_FALSE(head("nothing").exists);

    AppendRequest with_first_row = request_of("new", {"a"});
    with_first_row.versions.push_back(version_of("one"));
    EXPECT_EQ(append(std::move(with_first_row))->version, 1u);
}

TEST_P(StorageHistory, ADeletedDocumentIsGoneAndLeavesATombstone) {
    append("notes", {"a", "b"});
    ASSERT_TRUE(name_version("notes", "one"));
    compact_with_keyframe("notes", 2, "ab");
    append("notes", {"c"});
    append("other", {"x"});
    EXPECT_EQ(code_of(delete_document("notes", 1, "too early", 2)), Code::conflict);
    EXPECT_EQ(code_of(delete_document("notes", 2, "another epoch")), Code::conflict);
    EXPECT_EQ(joined(load("notes").parts), "abc");

    const auto deleted = delete_document("notes", 1, "state vector", 3);
    ASSERT_TRUE(deleted) << deleted.error().message;
    EXPECT_EQ(deleted->epoch, 2u);
    const Loaded loaded = load("notes");
    EXPECT_FALSE(loaded.head.exists);
    EXPECT_EQ(loaded.head.epoch, 2u);
    EXPECT_EQ(loaded.head.seq, 0u);
    EXPECT_EQ(loaded.head.version, 0u);
    EXPECT_EQ(loaded.head.covered, 0u);
    EXPECT_TRUE(loaded.parts.empty());
    ASSERT_EQ(loaded.tombstones.size(), 1u);
    EXPECT_EQ(loaded.tombstones[0].epoch, 1u);
    EXPECT_EQ(loaded.tombstones[0].algorithm, "yjs");
    EXPECT_EQ(as_text(loaded.tombstones[0].state_vector.view()), "state vector");
    EXPECT_GT(loaded.tombstones[0].unix_ms, 0);

    EXPECT_FALSE(heads({"notes"}).at(0).exists);
    EXPECT_EQ(heads({"notes"}).at(0).epoch, 2u);
    EXPECT_TRUE(read({"notes"}).empty());
    EXPECT_EQ(list({}), Texts{"other"});
    EXPECT_EQ(code_of(stat("notes")), Code::not_found);
    EXPECT_EQ(code_of(versions({"notes"})), Code::not_found);
    EXPECT_EQ(code_of(version("notes", 1)), Code::not_found);
    EXPECT_EQ(code_of(write_content({"notes", 1, 3, "abc"})), Code::not_found);
    EXPECT_EQ(code_of(delete_document("notes", 1, "again")), Code::conflict);
    EXPECT_EQ(code_of(delete_document("notes", 2, "again")), Code::not_found);
    EXPECT_EQ(code_of(delete_document("nothing", 1, "")), Code::not_found);
    EXPECT_EQ(joined(load("other").parts), "x");
}

TEST_P(StorageHistory, NothingOfAnEarlierEpochEntersALaterOne) {
    append("notes", {"a"});
    const CompactRequest compaction = compaction_of("notes", {1});
    ASSERT_TRUE(delete_document("notes", 1, "first"));
    EXPECT_EQ(code_of(append(request_of("notes", {"late"}))), Code::conflict);
    AppendRequest unaware = request_of("notes", {"late"});
    unaware.epoch = 0;
    EXPECT_EQ(code_of(append(std::move(unaware))), Code::conflict);
    EXPECT_EQ(code_of(compact(compaction)), Code::conflict);

    AppendRequest anew = request_of("notes", {"new"});
    anew.epoch = 2;
    anew.algorithm = "rga";
    anew.expect_seq = 0;
    const auto appended = append(std::move(anew));
    ASSERT_TRUE(appended) << appended.error().message;
    EXPECT_EQ(appended->seqs.first, 1u);
    EXPECT_EQ(code_of(append(request_of("notes", {"late"}))), Code::conflict);
    EXPECT_TRUE(write_content({"notes", 1, 1, "late"}));
    const Loaded loaded = load("notes");
    EXPECT_EQ(joined(loaded.parts), "new");
    EXPECT_EQ(loaded.head.algorithm, "rga");
    EXPECT_EQ(loaded.head.content_seq, 0u);
    EXPECT_EQ(loaded.tombstones.size(), 1u);

    ASSERT_TRUE(delete_document("notes", 2, "second"));
    const Loaded again = load("notes");
    EXPECT_EQ(again.head.epoch, 3u);
    ASSERT_EQ(again.tombstones.size(), 2u);
    EXPECT_EQ(again.tombstones[0].algorithm, "yjs");
    EXPECT_EQ(again.tombstones[1].epoch, 2u);
    EXPECT_EQ(again.tombstones[1].algorithm, "rga");
}

TEST_P(StorageHistory, ForgottenTombstonesLeaveTheEpochBehind) {
    for (const std::string name : {"a", "b"}) {
        append(name, {"x"});
        ASSERT_TRUE(delete_document(name, 1, std::string(1000, 'v')));
    }
    const std::int64_t deleted_at = load("a").tombstones.at(0).unix_ms;
    EXPECT_EQ(forget_tombstones_before(deleted_at), 0u) << "before, not at";
    EXPECT_EQ(load("a").tombstones.size(), 1u);
    EXPECT_EQ(forget_tombstones_before(std::numeric_limits<std::int64_t>::max()), 2u);
    EXPECT_TRUE(load("a").tombstones.empty());
    EXPECT_EQ(head("a").epoch, 2u);
    EXPECT_EQ(code_of(append(request_of("a", {"late"}))), Code::conflict);
}

TEST_P(StorageHistory, AStoreThatWorksSaysThatItIsUp) {
    append("notes", {"a"});
    EXPECT_TRUE(storage().status().up);
    EXPECT_EQ(storage().status().reason, "");
}

}  // namespace weft::conformance
