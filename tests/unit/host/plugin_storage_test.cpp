// A store through the C boundary and back: every field arrives, and every operation ends exactly once.
#include "host/ended.hpp"
#include "host/linked_plugin.hpp"

#include <stdexcept>

namespace weft {
namespace {

/// Keeps what it was asked and how to answer, for the test to look at and to call.
class EchoStorage final : public Storage {
public:
    static constexpr About about{"echo", "1.0.0", "Keeps what it was asked", "MIT"};
    inline static EchoStorage* last = nullptr;

    EchoStorage() { last = this; }

    Durability durability() const override { return Durability::replicated; }
    StorageStatus status() const override {
        return {false, std::string(300, 'x') + "the rest", 1'700'000'000'000};
    }
    void append(std::vector<AppendCall> batch) override {
        if (batch.front().request.document == "throw") {
            throw std::runtime_error("append broke");
        }
        appends.push_back(std::move(batch));
    }
    void load(LoadRequest request, Completion<Loaded> done) override {
        load_request = std::move(request);
        loaded = std::move(done);
    }
    void read(ReadRequest request, Completion<std::vector<StoredPart>> done) override {
        read_request = std::move(request);
        parts = std::move(done);
    }
    void heads(std::vector<std::string> documents, Completion<std::vector<Head>> done) override {
        names = std::move(documents);
        found = std::move(done);
    }
    void write_content(ContentRequest request, Completion<void> done) override {
        content = std::move(request);
        written = std::move(done);
    }
    void list(ListRequest request, Completion<std::vector<DocumentStat>> done) override {
        list_request = std::move(request);
        listed = std::move(done);
    }
    void stat(std::string document, Completion<DocumentStat> done) override {
        asked = std::move(document);
        stated = std::move(done);
    }

    void compact(CompactRequest request, Completion<void> done) override {
        compact_request = std::move(request);
        written = std::move(done);
    }
    void thin(ThinRequest request, Completion<void> done) override {
        thin_request = std::move(request);
        written = std::move(done);
    }
    void versions(VersionsRequest request, Completion<std::vector<Version>> done) override {
        versions_request = std::move(request);
        versions_listed = std::move(done);
    }
    void version(VersionRequest request, Completion<VersionContent> done) override {
        asked = request.document + " " + std::to_string(request.number);
        version_found = std::move(done);
    }
    void delete_document(DeleteRequest request, Completion<Deleted> done) override {
        delete_request = std::move(request);
        deleted = std::move(done);
    }
    void forget_tombstones(ForgetRequest request, Completion<Forgotten> done) override {
        asked = std::to_string(request.unix_ms);
        forgotten = std::move(done);
    }

    std::vector<std::vector<AppendCall>> appends;
    std::string asked;
    std::vector<std::string> names;
    LoadRequest load_request;
    ReadRequest read_request;
    ContentRequest content;
    ListRequest list_request;
    CompactRequest compact_request;
    ThinRequest thin_request;
    VersionsRequest versions_request;
    DeleteRequest delete_request;
    Completion<Loaded> loaded;
    Completion<std::vector<StoredPart>> parts;
    Completion<std::vector<Head>> found;
    Completion<void> written;
    Completion<std::vector<DocumentStat>> listed;
    Completion<DocumentStat> stated;
    Completion<std::vector<Version>> versions_listed;
    Completion<VersionContent> version_found;
    Completion<Deleted> deleted;
    Completion<Forgotten> forgotten;
};

AppendRequest append_request(std::string document) {
    AppendRequest request;
    request.document = std::move(document);
    request.algorithm = "yjs";
    request.epoch = 4;
    request.durability = Durability::handed_over;
    request.rows.push_back({11, Buffer::copy_of(as_bytes("first"))});
    request.rows.push_back({12, Buffer()});
    return request;
}

Head head() {
    return {"notes", true, "yjs", 1, 20, 3, 4, 5, 6};
}

void expect_head(const Head& head) {
    EXPECT_EQ(head.document, "notes");
    EXPECT_TRUE(head.exists);
    EXPECT_EQ(head.algorithm, "yjs");
    EXPECT_EQ(head.epoch, 1u);
    EXPECT_EQ(head.seq, 20u);
    EXPECT_EQ(head.mark, 3u);
    EXPECT_EQ(head.covered, 4u);
    EXPECT_EQ(head.version, 5u);
    EXPECT_EQ(head.content_seq, 6u);
}

class StorageBoundary : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(plugin);
        ASSERT_TRUE(plugin->start());
    }
    Storage& storage() { return *plugin->storage(); }
    EchoStorage& inside() { return *EchoStorage::last; }

    void append(AppendRequest request, Ended<Appended>& ended) {
        std::vector<AppendCall> batch;
        batch.push_back({std::move(request), ended.completion()});
        storage().append(std::move(batch));
    }

    Linked<EchoStorage> plugin;
};

TEST_F(StorageBoundary, EveryFieldOfAnAppendArrives) {
    Ended<Appended> first;
    Ended<Appended> second;
    auto conditional = append_request("b");
    conditional.expect_seq = 0;
    std::vector<AppendCall> batch;
    batch.push_back({append_request("a"), first.completion()});
    batch.push_back({std::move(conditional), second.completion()});
    storage().append(std::move(batch));

    ASSERT_EQ(inside().appends.size(), 1u) << "one batch stays one batch";
    auto& calls = inside().appends[0];
    ASSERT_EQ(calls.size(), 2u);
    EXPECT_EQ(calls[0].request.document, "a");
    EXPECT_EQ(calls[0].request.algorithm, "yjs");
    EXPECT_EQ(calls[0].request.epoch, 4u);
    EXPECT_EQ(calls[0].request.durability, Durability::handed_over);
    EXPECT_FALSE(calls[0].request.expect_seq.has_value());
    ASSERT_EQ(calls[0].request.rows.size(), 2u);
    EXPECT_EQ(calls[0].request.rows[0].mark, 11u);
    EXPECT_EQ(as_text(calls[0].request.rows[0].update.view()), "first");
    EXPECT_TRUE(calls[0].request.rows[1].update.empty());
    EXPECT_EQ(calls[1].request.expect_seq, std::optional<std::uint64_t>(0));

    calls[1].done(Appended{{7, 8}});
    calls[0].done(Error{Code::unavailable, "disk on fire", 1500});
    ASSERT_EQ(second.times(), 1);
    EXPECT_EQ((*second.results[0]).seqs.first, 7u);
    EXPECT_EQ((*second.results[0]).seqs.last, 8u);
    ASSERT_EQ(first.times(), 1);
    EXPECT_EQ(first.code(), Code::unavailable);
    EXPECT_EQ(first.results[0].error().message, "disk on fire");
    EXPECT_EQ(first.results[0].error().retry_after_ms, 1500u);
}

TEST_F(StorageBoundary, ARowIsSharedAndNotCopied) {
    const Buffer update = Buffer::copy_of(as_bytes("shared"));
    AppendRequest request;
    request.rows.push_back({1, update});
    Ended<Appended> ended;
    append(std::move(request), ended);
    EXPECT_EQ(inside().appends[0][0].request.rows[0].update.view().data(), update.view().data());
}

TEST_F(StorageBoundary, EveryFieldOfALoadArrives) {
    Ended<Loaded> ended;
    storage().load({"notes", 7, 1000, true}, ended.completion());
    EXPECT_EQ(inside().load_request.document, "notes");
    EXPECT_EQ(inside().load_request.as_of, std::optional<std::uint64_t>(7));
    EXPECT_EQ(inside().load_request.max_bytes, 1000u);
    EXPECT_TRUE(inside().load_request.with_authors);
    inside().loaded(
        Loaded{head(),
               {{StoredPart::Kind::keyframe, {1, 9}, 5, Buffer::copy_of(as_bytes("key"))},
                {StoredPart::Kind::segment,
                 {10, 19},
                 6,
                 Buffer::copy_of(as_bytes("seg")),
                 {{4, 100, 200, "ada"}, {6, 300, 300, ""}}},
                {StoredPart::Kind::row, {20, 20}, 7, Buffer::copy_of(as_bytes("row"))}},
               {{3, 55, "rga", Buffer::copy_of(as_bytes("sv"))}},
               false});
    ASSERT_EQ(ended.times(), 1);
    const Loaded& loaded = *ended.results[0];
    expect_head(loaded.head);
    ASSERT_EQ(loaded.parts.size(), 3u);
    EXPECT_EQ(loaded.parts[0].kind, StoredPart::Kind::keyframe);
    EXPECT_EQ(loaded.parts[1].kind, StoredPart::Kind::segment);
    EXPECT_EQ(loaded.parts[1].seqs.first, 10u);
    EXPECT_EQ(loaded.parts[1].seqs.last, 19u);
    EXPECT_EQ(loaded.parts[2].kind, StoredPart::Kind::row);
    EXPECT_EQ(loaded.parts[2].mark, 7u);
    EXPECT_EQ(as_text(loaded.parts[2].bytes.view()), "row") << "kept beyond the completion";
    EXPECT_TRUE(loaded.parts[0].authored.empty());
    ASSERT_EQ(loaded.parts[1].authored.size(), 2u);
    EXPECT_EQ(loaded.parts[1].authored[0].rows, 4u);
    EXPECT_EQ(loaded.parts[1].authored[0].first_unix_ms, 100);
    EXPECT_EQ(loaded.parts[1].authored[0].last_unix_ms, 200);
    EXPECT_EQ(loaded.parts[1].authored[0].author, "ada");
    EXPECT_EQ(loaded.parts[1].authored[1].rows, 6u);
    ASSERT_EQ(loaded.tombstones.size(), 1u);
    EXPECT_EQ(loaded.tombstones[0].epoch, 3u);
    EXPECT_EQ(loaded.tombstones[0].unix_ms, 55);
    EXPECT_EQ(loaded.tombstones[0].algorithm, "rga");
    EXPECT_EQ(as_text(loaded.tombstones[0].state_vector.view()), "sv");
    EXPECT_FALSE(loaded.complete);
}

TEST_F(StorageBoundary, EveryFieldOfAVersionThatIsMadeArrives) {
    AppendRequest request = append_request("a");
    request.expect_version = 8;
    request.authored = {{1, 10, 10, "ada"}, {1, 20, 30, ""}};
    request.versions.push_back({NewVersion::At::before_the_rows, VersionKind::restore, 41, "kept",
                                "ada", std::string("old text")});
    request.versions.push_back(
        {NewVersion::At::after_the_rows, VersionKind::automatic, 42, "", "", std::nullopt});
    Ended<Appended> ended;
    append(std::move(request), ended);
    const AppendRequest& arrived = inside().appends[0][0].request;
    EXPECT_EQ(arrived.expect_version, std::optional<std::uint64_t>(8));
    ASSERT_EQ(arrived.authored.size(), 2u);
    EXPECT_EQ(arrived.authored[0].author, "ada");
    EXPECT_EQ(arrived.authored[1].last_unix_ms, 30);
    ASSERT_EQ(arrived.versions.size(), 2u);
    EXPECT_EQ(arrived.versions[0].at, NewVersion::At::before_the_rows);
    EXPECT_EQ(arrived.versions[0].kind, VersionKind::restore);
    EXPECT_EQ(arrived.versions[0].mark, 41u);
    EXPECT_EQ(arrived.versions[0].label, "kept");
    EXPECT_EQ(arrived.versions[0].author, "ada");
    EXPECT_EQ(arrived.versions[0].content, std::optional<std::string>("old text"));
    EXPECT_EQ(arrived.versions[1].at, NewVersion::At::after_the_rows);
    EXPECT_FALSE(arrived.versions[1].content.has_value());
    inside().appends[0][0].done(Appended{{7, 8}, 10});
    EXPECT_EQ((*ended.results.at(0)).version, 10u);
}

TEST_F(StorageBoundary, EveryFieldOfACompactionArrives) {
    Ended<void> ended;
    CompactRequest request{"notes", 2, 10, 99, {}, Buffer::copy_of(as_bytes("key")), "text"};
    request.segments.push_back({15, Buffer::copy_of(as_bytes("one"))});
    request.segments.push_back({19, Buffer::copy_of(as_bytes("two"))});
    storage().compact(std::move(request), ended.completion());
    const CompactRequest& arrived = inside().compact_request;
    EXPECT_EQ(arrived.document, "notes");
    EXPECT_EQ(arrived.epoch, 2u);
    EXPECT_EQ(arrived.expect_covered, 10u);
    EXPECT_EQ(arrived.through_mark, 99u);
    ASSERT_EQ(arrived.segments.size(), 2u);
    EXPECT_EQ(arrived.segments[1].last_seq, 19u);
    EXPECT_EQ(as_text(arrived.segments[1].bytes.view()), "two");
    ASSERT_TRUE(arrived.keyframe);
    EXPECT_EQ(as_text(arrived.keyframe->view()), "key");
    EXPECT_EQ(arrived.content, std::optional<std::string>("text"));
    inside().written({});
    EXPECT_EQ(ended.code(), Code::ok);
}

TEST_F(StorageBoundary, EveryFieldOfAThinningArrives) {
    Ended<void> ended;
    storage().thin({"notes", 2, {{11, {15, 19}, 7, Buffer::copy_of(as_bytes("both"))}}, {3}, {15}},
                   ended.completion());
    const ThinRequest& arrived = inside().thin_request;
    EXPECT_EQ(arrived.document, "notes");
    EXPECT_EQ(arrived.epoch, 2u);
    ASSERT_EQ(arrived.merges.size(), 1u);
    EXPECT_EQ(arrived.merges[0].first_seq, 11u);
    EXPECT_EQ(arrived.merges[0].last_seqs, (std::vector<std::uint64_t>{15, 19}));
    EXPECT_EQ(arrived.merges[0].mark, 7u);
    EXPECT_EQ(as_text(arrived.merges[0].bytes.view()), "both");
    EXPECT_EQ(arrived.versions_gone, std::vector<std::uint64_t>{3});
    EXPECT_EQ(arrived.keyframes_gone, std::vector<std::uint64_t>{15});
    inside().written(Error{Code::conflict, "others stand there", 0});
    EXPECT_EQ(ended.code(), Code::conflict);
}

TEST_F(StorageBoundary, EveryFieldOfAVersionThatIsListedArrives) {
    const Version stored{4, 20, 42, VersionKind::automatic, "draft", "ada", 1'700, true, 9};
    const auto expect_stored = [](const Version& version) {
        EXPECT_EQ(version.number, 4u);
        EXPECT_EQ(version.seq, 20u);
        EXPECT_EQ(version.mark, 42u);
        EXPECT_EQ(version.kind, VersionKind::automatic);
        EXPECT_EQ(version.label, "draft");
        EXPECT_EQ(version.author, "ada");
        EXPECT_EQ(version.unix_ms, 1'700);
        EXPECT_TRUE(version.has_content);
        EXPECT_EQ(version.content_bytes, 9u);
    };
    Ended<std::vector<Version>> list;
    storage().versions({"notes", 2, 9, 17, false}, list.completion());
    EXPECT_EQ(inside().versions_request.document, "notes");
    EXPECT_EQ(inside().versions_request.after, 2u);
    EXPECT_EQ(inside().versions_request.before, 9u);
    EXPECT_EQ(inside().versions_request.limit, 17u);
    EXPECT_FALSE(inside().versions_request.newest_first);
    inside().versions_listed(std::vector<Version>{stored});
    ASSERT_EQ((*list.results.at(0)).size(), 1u);
    expect_stored((*list.results[0])[0]);

    Ended<VersionContent> one;
    storage().version({"notes", 4}, one.completion());
    EXPECT_EQ(inside().asked, "notes 4");
    inside().version_found(VersionContent{stored, "as it was"});
    expect_stored((*one.results.at(0)).version);
    EXPECT_EQ((*one.results[0]).content, "as it was");
}

TEST_F(StorageBoundary, EveryFieldOfADeleteArrives) {
    Ended<Deleted> deleted;
    storage().delete_document({"notes", 3, 20, Buffer::copy_of(as_bytes("sv"))},
                              deleted.completion());
    EXPECT_EQ(inside().delete_request.document, "notes");
    EXPECT_EQ(inside().delete_request.epoch, 3u);
    EXPECT_EQ(inside().delete_request.expect_seq, std::optional<std::uint64_t>(20));
    EXPECT_EQ(as_text(inside().delete_request.state_vector.view()), "sv");
    inside().deleted(Deleted{4});
    EXPECT_EQ((*deleted.results.at(0)).epoch, 4u);

    Ended<Forgotten> forgotten;
    storage().forget_tombstones({1'234}, forgotten.completion());
    EXPECT_EQ(inside().asked, "1234");
    inside().forgotten(Forgotten{5});
    EXPECT_EQ((*forgotten.results.at(0)).count, 5u);
}

TEST_F(StorageBoundary, TheStatusArrivesWithAsMuchOfItsReasonAsFits) {
    const StorageStatus status = storage().status();
    EXPECT_FALSE(status.up);
    EXPECT_EQ(status.since_unix_ms, 1'700'000'000'000);
    EXPECT_EQ(status.reason, std::string(239, 'x'));
}

TEST_F(StorageBoundary, EveryFieldOfTheOtherOperationsArrives) {
    Ended<std::vector<StoredPart>> read;
    storage().read({"notes", 5, 99, 50, 3, true}, read.completion());
    EXPECT_EQ(inside().read_request.document, "notes");
    EXPECT_EQ(inside().read_request.after_seq, 5u);
    EXPECT_EQ(inside().read_request.max_bytes, 99u);
    EXPECT_EQ(inside().read_request.until_seq, 50u);
    EXPECT_EQ(inside().read_request.epoch, 3u);
    EXPECT_TRUE(inside().read_request.with_authors);
    inside().parts(std::vector<StoredPart>{
        {StoredPart::Kind::row, {6, 6}, 1, Buffer::copy_of(as_bytes("six"))}});
    EXPECT_EQ(as_text((*read.results.at(0)).at(0).bytes.view()), "six");

    Ended<std::vector<Head>> heads;
    storage().heads({"notes", "more"}, heads.completion());
    EXPECT_EQ(inside().names, (std::vector<std::string>{"notes", "more"}));
    inside().found(std::vector<Head>{head(), Head{}});
    ASSERT_EQ((*heads.results.at(0)).size(), 2u);
    expect_head((*heads.results[0])[0]);
    EXPECT_FALSE((*heads.results[0])[1].exists);

    Ended<void> content;
    storage().write_content({"notes", 2, 20, "Grüße", 6}, content.completion());
    EXPECT_EQ(inside().content.document, "notes");
    EXPECT_EQ(inside().content.epoch, 2u);
    EXPECT_EQ(inside().content.seq, 20u);
    EXPECT_EQ(inside().content.text, "Grüße");
    EXPECT_EQ(inside().content.version, 6u);
    inside().written({});
    EXPECT_EQ(content.code(), Code::ok);
}

TEST_F(StorageBoundary, EveryFieldOfListAndStatArrives) {
    Ended<std::vector<DocumentStat>> list;
    storage().list({"no", "nn", 17}, list.completion());
    EXPECT_EQ(inside().list_request.prefix, "no");
    EXPECT_EQ(inside().list_request.after, "nn");
    EXPECT_EQ(inside().list_request.limit, 17u);
    inside().listed(std::vector<DocumentStat>{{head(), 8, 9, -1}});
    ASSERT_EQ((*list.results.at(0)).size(), 1u);
    expect_head((*list.results[0])[0].head);

    Ended<DocumentStat> stat;
    storage().stat("notes", stat.completion());
    inside().stated(DocumentStat{head(), 8, 9, 1'700'000'000'000});
    EXPECT_EQ((*stat.results.at(0)).tail_rows, 8u);
    EXPECT_EQ((*stat.results[0]).bytes, 9u);
    EXPECT_EQ((*stat.results[0]).updated_unix_ms, 1'700'000'000'000);
    EXPECT_EQ(storage().durability(), Durability::replicated);
}

TEST_F(StorageBoundary, ACompletionThatIsCalledTwiceEndsTheOperationOnce) {
    Ended<Appended> ended;
    append(append_request("a"), ended);
    auto& done = inside().appends[0][0].done;
    done(Appended{{1, 2}});
    done(Appended{{3, 4}});
    EXPECT_EQ(ended.times(), 1);
}

TEST_F(StorageBoundary, AnOperationWhoseStoreThrowsEndsWithInternal) {
    Ended<Appended> ended;
    append(append_request("throw"), ended);
    ASSERT_EQ(ended.times(), 1);
    EXPECT_EQ(ended.code(), Code::internal);
    ASSERT_EQ(plugin.services().lines().size(), 1u);
    EXPECT_EQ(plugin.services().lines()[0],
              "storage/echo: a storage operation threw: append broke");
}

TEST_F(StorageBoundary, AnOperationThatTheStoreDropsEndsWithInternal) {
    Ended<Appended> ended;
    append(append_request("a"), ended);
    inside().appends.clear();
    ASSERT_EQ(ended.times(), 1);
    EXPECT_EQ(ended.code(), Code::internal);
}

TEST_F(StorageBoundary, WhatIsOutstandingAtStopIsCancelledAndALateCompletionChangesNothing) {
    Ended<Appended> append_ended;
    Ended<Loaded> load_ended;
    append(append_request("a"), append_ended);
    storage().load({"a"}, load_ended.completion());
    plugin->stop();
    EXPECT_EQ(append_ended.code(), Code::cancelled);
    EXPECT_EQ(load_ended.code(), Code::cancelled);

    inside().appends[0][0].done(Appended{{1, 2}});
    EXPECT_EQ(append_ended.times(), 1);

    Ended<Loaded> after;
    storage().load({"a"}, after.completion());
    EXPECT_EQ(after.code(), Code::cancelled);
    plugin.destroy();
    EXPECT_EQ(load_ended.times(), 1);
}

}  // namespace
}  // namespace weft
