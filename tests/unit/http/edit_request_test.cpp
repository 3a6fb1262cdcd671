// The body of POST …/edits.
#include "kernel/http/edit_request.hpp"

#include <gtest/gtest.h>

namespace weft {
namespace {

Edit read_one(std::string_view edit) {
    auto edits = parse_edits(R"({"root": "r", "edits": [)" + std::string(edit) + "]}");
    if (!edits) {
        ADD_FAILURE() << edits.error().message;
        return {};
    }
    return edits->at(0);
}

std::string refusal_of(std::string_view body) {
    const auto edits = parse_edits(body);
    if (edits) {
        return "(accepted)";
    }
    EXPECT_EQ(edits.error().code, Code::invalid);
    return edits.error().message;
}

std::string refusal_of_edit(std::string_view edit) {
    return refusal_of(R"({"edits": [)" + std::string(edit) + "]}");
}

TEST(EditRequest, ReadsTextEditsInOrder) {
    const auto edits = parse_edits(
        R"({"root": "body", "edits": [{"insert": "h\u00e9\ud83d\ude00", "at": 0}, {"delete": 3, "at": 7}]})");
    ASSERT_TRUE(edits);
    ASSERT_EQ(edits->size(), 2u);
    EXPECT_EQ((*edits)[0].kind, EditKind::text_insert);
    EXPECT_EQ((*edits)[0].root, "body");
    EXPECT_EQ((*edits)[0].text, "h\xc3\xa9\xf0\x9f\x98\x80");
    EXPECT_EQ((*edits)[0].position, 0u);
    EXPECT_EQ((*edits)[1].kind, EditKind::text_delete);
    EXPECT_EQ((*edits)[1].length, 3u);
    EXPECT_EQ((*edits)[1].position, 7u);
}

TEST(EditRequest, TakesTheRootTextWhereNoneIsGiven) {
    const auto edits = parse_edits(
        R"({"edits": [{"insert": "a", "at": 0}, {"insert": "b", "at": 0, "root": "x"}]})");
    ASSERT_TRUE(edits);
    EXPECT_EQ((*edits)[0].root, "text");
    EXPECT_EQ((*edits)[1].root, "x");
}

TEST(EditRequest, ReadsEveryKindOfEdit) {
    EXPECT_EQ(read_one(R"({"insert": "x", "at": 1, "attributes": {"bold": true}})").attributes,
              R"({"bold":true})");
    EXPECT_EQ(read_one(R"({"embed": {"image": "a.png"}, "at": 1})").value, R"({"image":"a.png"})");
    const Edit format = read_one(R"({"format": 3, "at": 2, "attributes": {"b": null, "a": 1}})");
    EXPECT_EQ(format.kind, EditKind::text_format);
    EXPECT_EQ(format.length, 3u);
    EXPECT_EQ(format.attributes, R"({"b":null,"a":1})") << "keys keep their order";
    const Edit set = read_one(R"({"set": "k", "value": [1, {"z": 1.5, "a": "é"}]})");
    EXPECT_EQ(set.kind, EditKind::map_set);
    EXPECT_EQ(set.key, "k");
    EXPECT_EQ(set.value, R"([1,{"z":1.5,"a":"é"}])");
    EXPECT_EQ(read_one(R"({"set": "k", "new": "map"})").type, "map");
    EXPECT_EQ(read_one(R"({"unset": "k"})").kind, EditKind::map_delete);
    EXPECT_EQ(read_one(R"({"insert_items": [1, "two"], "at": 4})").value, R"([1,"two"])");
    EXPECT_EQ(read_one(R"({"insert_new": "text", "at": 4})").kind, EditKind::array_insert);
    EXPECT_EQ(read_one(R"({"delete_items": 2, "at": 4})").kind, EditKind::array_delete);
    EXPECT_EQ(read_one(R"({"insert_element": "p", "at": 0})").key, "p");
    EXPECT_EQ(read_one(R"({"insert_text_node": "x", "at": 0})").kind, EditKind::xml_insert_text);
    EXPECT_EQ(read_one(R"({"delete_nodes": 1, "at": 0})").kind, EditKind::xml_delete);
    EXPECT_EQ(read_one(R"({"set_attribute": "class", "value": "x"})").value, R"("x")");
    EXPECT_EQ(read_one(R"({"unset_attribute": "class"})").kind, EditKind::xml_delete_attribute);
}

TEST(EditRequest, ReadsPathsOfKeysAndIndexes) {
    const Edit edit = read_one(R"({"path": ["rows", 3, ""], "unset": "k"})");
    ASSERT_EQ(edit.path.size(), 3u);
    EXPECT_TRUE(edit.path[0].by_key);
    EXPECT_EQ(edit.path[0].key, "rows");
    EXPECT_FALSE(edit.path[1].by_key);
    EXPECT_EQ(edit.path[1].index, 3u);
    EXPECT_TRUE(edit.path[2].by_key);
}

TEST(EditRequest, RefusalsSayWhatIsWrongWhere) {
    EXPECT_EQ(refusal_of_edit(R"({"at": 1})"),
              "edits.0: says nothing to do: no `insert`, `delete`, `set`, …");
    EXPECT_EQ(refusal_of_edit("7"), "edits.0: is not an object");
    EXPECT_EQ(refusal_of_edit(R"({"insert": "x"})"), "edits.0: `insert` wants `at`");
    EXPECT_EQ(refusal_of_edit(R"({"insert": "x", "at": 0}, {"delete": 1})"),
              "edits.1: `delete` wants `at`");
    EXPECT_EQ(refusal_of_edit(R"({"insert": 3, "at": 0})"), "edits.0: `insert` is not a string");
    EXPECT_EQ(refusal_of_edit(R"({"insert": "x", "at": -1})"),
              "edits.0: `at` is not a whole number from 0 on");
    EXPECT_EQ(refusal_of_edit(R"({"insert": "x", "at": 1.5})"),
              "edits.0: `at` is not a whole number from 0 on");
    EXPECT_EQ(refusal_of_edit(R"({"delete": 1e300, "at": 0})"),
              "edits.0: `delete` is not a whole number from 0 on");
    EXPECT_EQ(refusal_of_edit(R"({"delete": 1, "at": 0, "attributes": {}})"),
              "edits.0: `attributes` does not go with `delete`");
    EXPECT_EQ(refusal_of_edit(R"({"insert": "x", "delete": 1, "at": 0})"),
              "edits.0: `delete` does not go with `insert`");
    EXPECT_EQ(refusal_of_edit(R"({"set": "k"})"), "edits.0: `set` wants `value` or `new`");
    EXPECT_EQ(refusal_of_edit(R"({"set": "k", "value": 1, "new": "map"})"),
              "edits.0: `set` wants `value` or `new`");
    EXPECT_EQ(refusal_of_edit(R"({"unset": "k", "path": ["a", true]})"),
              "edits.0: `path` is not a whole number from 0 on");
    EXPECT_EQ(refusal_of(R"({"edits": []})"),
              "the body is no object with a list `edits` that has something in it");
    EXPECT_EQ(refusal_of("[]"),
              "the body is no object with a list `edits` that has something in it");
    EXPECT_EQ(refusal_of(R"({"root": 1, "edits": [1]})"), "`root` is not a string");
    EXPECT_TRUE(refusal_of("").starts_with("the body is not JSON: "));
    EXPECT_TRUE(refusal_of("{\"edits\": [\"\xff\"]}").starts_with("the body is not JSON: "));
    EXPECT_TRUE(
        refusal_of_edit(R"({"insert": "\ud83d", "at": 0})").starts_with("the body is not JSON: "));
}

TEST(EditRequest, DeepNestingIsRefusedWithoutRecursion) {
    const std::string deep = R"({"edits": [{"set": "k", "value": )" + std::string(1'000'000, '[') +
                             std::string(1'000'000, ']') + "}]}";
    EXPECT_EQ(refusal_of(deep), "the body nests deeper than 500");
    EXPECT_EQ(refusal_of(std::string(1'000'000, '[')).substr(0, 8), "the body");
}

}  // namespace
}  // namespace weft
