// Snapshots of documents and relative positions, against those of Yjs.
#include "history.hpp"
#include "json_view.hpp"
#include "relative_position.hpp"
#include "vectors.hpp"

#include <gtest/gtest.h>

namespace weft::yjs {
namespace {

std::unique_ptr<Document> document_of(BytesView update, bool collect_garbage) {
    DocumentOptions options;
    options.collect_garbage = collect_garbage;
    auto document = std::make_unique<Document>(options);
    EXPECT_TRUE(document->load({&update, 1}));
    return document;
}

std::string hex_of(const Snapshot& snapshot, UpdateFormat format) {
    Bytes bytes;
    encode_snapshot(snapshot, format, bytes);
    return to_hex(bytes);
}

TEST(SnapshotOfADocument, HasTheBytesOfYjs) {
    for (const Json& entry : vectors()["documents"]) {
        const Json& expect = entry["expect"];
        const auto document = document_of(from_hex(expect["state_v1"]), true);
        const Snapshot snapshot = snapshot_of(document->store());
        EXPECT_EQ(hex_of(snapshot, UpdateFormat::v1), expect["snapshot_v1"]) << entry["name"];
        EXPECT_EQ(hex_of(snapshot, UpdateFormat::v2), expect["snapshot_v2"]) << entry["name"];
    }
}

class YjsSnapshot : public ::testing::TestWithParam<std::size_t> {
protected:
    const Json& entry() const { return vectors()["snapshots"][GetParam()]; }
    std::unique_ptr<Document> now() const {
        return document_of(from_hex(entry()["full_v1"]), false);
    }
    Snapshot snapshot() const {
        return *decode_snapshot(from_hex(entry()["snapshot_v2"]), UpdateFormat::v2);
    }
};

TEST_P(YjsSnapshot, IsCheckedOutIntoTheStateThatYjsMakesOfIt) {
    Bytes update;
    ASSERT_TRUE(check_out(now()->store(), snapshot(), update));
    EXPECT_EQ(state_of(*document_of(update, true), Document::Parked::left_out),
              entry()["restored_state_v1"]);
}

TEST_P(YjsSnapshot, ReadsAsJsonAsYjsReadsIt) {
    for (const auto& [root, value] : entry()["restored"].items()) {
        const Result<std::string> json = json_at(now()->store(), root, snapshot());
        ASSERT_TRUE(json) << json.error().message;
        EXPECT_EQ(Json::parse(*json), value);
    }
}

TEST_P(YjsSnapshot, ReadsAsTextInPlace) {
    const auto document = now();
    std::string expected;
    for (const Json& step : entry()["delta_in_place"]) {
        expected += step["insert"];
    }
    const StructStore& store = document->store();
    std::string text;
    append_text_at(store, store.types[store.find_root("t")], snapshot(), text);
    EXPECT_EQ(text, expected);
}

INSTANTIATE_TEST_SUITE_P(Vectors, YjsSnapshot, ::testing::Range<std::size_t>(0, 3),
                         [](const auto& of) {
                             return test_name(vectors()["snapshots"][of.param]["label"]);
                         });

TEST(Snapshots, OfMoreThanTheDocumentHasAreRefused) {
    const auto document = document_of(from_hex("01010100040101740568656c6c6f00"), false);
    Bytes out;
    EXPECT_EQ(check_out(document->store(), {{}, {{1, 6}}}, out).error().code, Code::missing);
    EXPECT_EQ(check_out(document->store(), {{}, {{2, 1}}}, out).error().code, Code::missing);
}

TEST(Snapshots, CutTextBetweenTheHalvesOfACharacterLikeYjs) {
    // "a😀b" by client 1
    const auto document = document_of(from_hex("01010100040101740661f09f98806200"), false);
    const StructStore& store = document->store();
    const Snapshot half{{{1, 0, 1}}, {{1, 2}}};
    std::string text;
    append_text_at(store, store.types[store.find_root("t")], half, text);
    EXPECT_EQ(text, "\xef\xbf\xbd");
    EXPECT_EQ(*json_at(store, "t", half), "\"\xef\xbf\xbd\"");
}

// ---- relative positions ----

class YjsRelativePosition : public ::testing::TestWithParam<std::size_t> {
protected:
    const Json& entry() const { return vectors()["relative_positions"][GetParam()]; }
    static Handle type_of(const StructStore& store, const std::string& path) {
        if (path == "t") {
            return store.find_root(path);
        }
        const Type& map = store.types[store.find_root("m")];
        return store.items[store.leaves[map.get(store.names.find("n"))].last].type();
    }
};

TEST_P(YjsRelativePosition, HasTheBytesOfYjs) {
    const auto document = document_of(from_hex(entry()["state_before_v1"]), true);
    const StructStore& store = document->store();
    const RelativePosition made = relative_position(store, type_of(store, entry()["type"]),
                                                    entry()["index"], entry()["assoc"]);
    Bytes bytes;
    encode_relative_position(made, bytes);
    EXPECT_EQ(to_hex(bytes), entry()["hex"]);
    bytes.clear();
    const Result<RelativePosition> read = decode_relative_position(from_hex(entry()["hex"]));
    ASSERT_TRUE(read);
    encode_relative_position(*read, bytes);
    EXPECT_EQ(to_hex(bytes), entry()["hex"]);
}

TEST_P(YjsRelativePosition, IsFoundWhereYjsFindsIt) {
    const Result<RelativePosition> position = decode_relative_position(from_hex(entry()["hex"]));
    ASSERT_TRUE(position);
    for (const char* when : {"before", "after"}) {
        const auto document =
            document_of(from_hex(entry()[std::string("state_") + when + "_v1"]), true);
        const StructStore& store = document->store();
        const Result<AbsolutePosition> found = absolute_position(store, *position);
        ASSERT_TRUE(found) << found.error().message;
        EXPECT_EQ(found->type, type_of(store, entry()["type"]));
        EXPECT_EQ(found->index, entry()[when == std::string("after") ? "index_after" : "index"]);
    }
}

INSTANTIATE_TEST_SUITE_P(Vectors, YjsRelativePosition, ::testing::Range<std::size_t>(0, 12));

Code code_of(const Document& document, const std::string& position) {
    const Result<RelativePosition> decoded = decode_relative_position(from_hex(position));
    if (!decoded) {
        return decoded.error().code;
    }
    const Result<AbsolutePosition> found = absolute_position(document.store(), *decoded);
    return found ? Code::ok : found.error().code;
}

TEST(RelativePositions, OfWhatIsNotThereYetOrForgottenSayWhich) {
    // A nested text was replaced under its key while client 2 wrote into it: both their letters are GC.
    const auto document = document_of(
        from_hex(
            "0201020000050301002101016d0178010004a801000177087265706c61636564020201000501010005"),
        true);
    EXPECT_EQ(code_of(*document, "00010000"), Code::ok);
    EXPECT_EQ(code_of(*document, "00010100"), Code::not_found);
    EXPECT_EQ(code_of(*document, "00020000"), Code::not_found);
    EXPECT_EQ(code_of(*document, "02010000"), Code::not_found);
    EXPECT_EQ(code_of(*document, "00010600"), Code::missing);
    EXPECT_EQ(code_of(*document, "00030000"), Code::missing);
    EXPECT_EQ(code_of(*document, "01017800"), Code::missing);
}

TEST(RelativePositions, MayLackTheirSideAndAreRefusedWhenCutShort) {
    const Result<RelativePosition> position = decode_relative_position(from_hex("000b03"));
    ASSERT_TRUE(position);
    EXPECT_EQ(position->assoc, 0);
    for (const char* damaged :
         {"", "00", "000b", "01", "010574", "03000000", "0101ff00", "000b03c0"}) {
        EXPECT_FALSE(decode_relative_position(from_hex(damaged))) << damaged;
    }
}

}  // namespace
}  // namespace weft::yjs
