// Local edits of all shared types.
#include "vectors.hpp"
#include "yjs_crdt.hpp"

#include <gtest/gtest.h>

namespace weft::yjs {
namespace {

std::unique_ptr<Replica> editing_replica(std::uint64_t max_bytes = 0) {
    ReplicaOptions options;
    options.actor = 1;
    options.max_bytes = max_bytes;
    return YjsCrdt({true}).create_replica(options);
}

/// An edit in a form that reads well; what is not told is as in `Edit`.
struct Change {
    Edit edit;

    Change(EditKind kind, std::string root) {
        edit.kind = kind;
        edit.root = std::move(root);
    }
    Change into(std::string key) && {
        edit.path.push_back({true, 0, std::move(key)});
        return std::move(*this);
    }
    Change into(std::uint64_t index) && {
        edit.path.push_back({false, index, {}});
        return std::move(*this);
    }
    Change at(std::uint64_t position, std::uint64_t length = 0) && {
        edit.position = position;
        edit.length = length;
        return std::move(*this);
    }
    Change key(std::string key) && {
        edit.key = std::move(key);
        return std::move(*this);
    }
    Change text(std::string text) && {
        edit.text = std::move(text);
        return std::move(*this);
    }
    Change value(std::string json) && {
        edit.value = std::move(json);
        return std::move(*this);
    }
    Change with(std::string attributes) && {
        edit.attributes = std::move(attributes);
        return std::move(*this);
    }
    Change type(std::string type) && {
        edit.type = std::move(type);
        return std::move(*this);
    }
};

using Changes = std::vector<Change>;

Result<void> make(Replica& replica, const Changes& changes, Bytes& update) {
    std::vector<Edit> edits;
    for (const Change& change : changes) {
        edits.push_back(change.edit);
    }
    return replica.edit(edits, update);
}

/// The update, in hex.
std::string made(Replica& replica, const Changes& changes) {
    Bytes update;
    const Result<void> done = make(replica, changes, update);
    EXPECT_TRUE(done) << done.error().message;
    return to_hex(update);
}

Bytes state_of(const Replica& replica) {
    Bytes out;
    EXPECT_TRUE(replica.diff({}, out));
    return out;
}

std::string text_of(const Replica& replica) {
    return *replica.text("t", 0, all_units);
}

/// Refuses with `code`, says nothing and leaves the document as it was.
void expect_refused(Replica& replica, const Changes& changes, Code code, const std::string& why) {
    const Bytes before = state_of(replica);
    const std::size_t roots = replica.roots().size();
    Bytes update;
    const Result<void> done = make(replica, changes, update);
    ASSERT_FALSE(done) << "expected: " << why;
    EXPECT_EQ(done.error().code, code) << done.error().message;
    EXPECT_NE(done.error().message.find(why), std::string::npos) << done.error().message;
    EXPECT_TRUE(update.empty());
    EXPECT_EQ(state_of(replica), before);
    EXPECT_EQ(replica.roots().size(), roots);
}

Change insert(std::uint64_t at, std::string text) {
    return Change(EditKind::text_insert, "t").at(at).text(std::move(text));
}
Change format(std::uint64_t at, std::uint64_t length, std::string attributes) {
    return Change(EditKind::text_format, "t").at(at, length).with(std::move(attributes));
}
Change erase(std::uint64_t at, std::uint64_t length) {
    return Change(EditKind::text_delete, "t").at(at, length);
}
Change embed(std::uint64_t at, std::string value) {
    return Change(EditKind::text_embed, "t").at(at).value(std::move(value));
}
Change set(std::string key, std::string value) {
    return Change(EditKind::map_set, "m").key(std::move(key)).value(std::move(value));
}
Change set_new(std::string key, std::string type) {
    return Change(EditKind::map_set, "m").key(std::move(key)).type(std::move(type));
}

// The bytes are what yjs 13.6.33 writes as client 1 for the same calls.

TEST(LocalEdit, OfAFormattedTextIsTheUpdateThatYjsWrites) {
    const auto replica = editing_replica();
    EXPECT_EQ(made(*replica, {insert(0, "abcdef")}), "01010100040101740661626364656600");
    EXPECT_EQ(made(*replica, {format(1, 3, R"({"bold": true})")}),
              "01020106c60100010104626f6c640474727565c60103010404626f6c64046e756c6c00");
    EXPECT_EQ(made(*replica, {insert(2, "X")}), "01010108c401010102015800");
    EXPECT_EQ(made(*replica, {insert(2, "Y").with("{}")}),
              "01030109c60101010804626f6c64046e756c6cc4010901080159c6010a010804626f6c640474727565"
              "00");
    EXPECT_EQ(made(*replica, {insert(4, "Z").with(R"({"em":1,"bold":true,"7":"x"})")}),
              "0105010cc601080102013703227822c6010c010202656d0131c4010d0102015ac6010e01020137046e75"
              "6c6cc6010f010202656d046e756c6c00");
    EXPECT_EQ(made(*replica, {erase(1, 6)}), "000101020103060b");
    EXPECT_EQ(made(*replica, {embed(1, R"({"image":"a","2":1})").with(R"({"bold":true})")}),
              "01030111c60107010404626f6c640474727565c501110104137b2232223a312c22696d616765223a2261"
              "227dc60112010404626f6c64046e756c6c00");
    EXPECT_EQ(made(*replica, {embed(0, R"("word")")}), "0101011444010004776f726400")
        << "Yjs takes an embed that is a string for text";
}

TEST(LocalEdit, OfAMapIsTheUpdateThatYjsWrites) {
    const auto replica = editing_replica();
    EXPECT_EQ(made(*replica, {set("k", R"({"b":1,"3":null})")}),
              "010101002801016d016b01760201337e01627d0100");
    EXPECT_EQ(made(*replica, {set_new("k", "map")}), "01010101a70100010101010001");
    EXPECT_EQ(made(*replica, {set("in", "[1.5]").into("k")}),
              "010101022800010102696e0175017c3fc0000000");
    EXPECT_EQ(made(*replica, {Change(EditKind::map_delete, "m").key("k")}), "000101010102");
    EXPECT_EQ(made(*replica, {Change(EditKind::map_delete, "m").key("k")}), "");
}

TEST(LocalEdit, OfAnArrayIsTheUpdateThatYjsWrites) {
    const auto replica = editing_replica();
    EXPECT_EQ(made(*replica, {Change(EditKind::array_insert, "a").value(R"([1,"two",null])")}),
              "0101010008010161037d01770374776f7e00");
    EXPECT_EQ(made(*replica, {Change(EditKind::array_insert, "a").at(1).type("text")}),
              "01010103c7010001010200");
    EXPECT_EQ(made(*replica, {Change(EditKind::text_insert, "a").into(1).text("hi")}),
              "010101040400010302686900");
    EXPECT_EQ(made(*replica, {Change(EditKind::array_delete, "a").at(0, 2)}), "0001010200010303");
}

TEST(LocalEdit, OfXmlIsTheUpdateThatYjsWrites) {
    const auto replica = editing_replica();
    EXPECT_EQ(
        made(*replica,
             {Change(EditKind::xml_insert_element, "x").key("p").with(R"({"class":"x","2":"z"})")}),
        "01030100070101780301702800010001320177017a2800010005636c6173730177017800");
    EXPECT_EQ(made(*replica, {Change(EditKind::xml_insert_text, "x").into(0).text("hi")}),
              "0102010307000100060400010302686900");
    EXPECT_EQ(
        made(*replica,
             {Change(EditKind::text_format, "x").into(0).into(0).at(0, 1).with(R"({"b":{}})")}),
        "010201064601040162027b7dc6010401050162046e756c6c00");
    EXPECT_EQ(made(*replica, {Change(EditKind::xml_delete_attribute, "x").into(0).key("class")}),
              "000101010201");
    EXPECT_EQ(made(*replica, {Change(EditKind::xml_delete, "x").at(0, 1)}), "0001010200020305");
}

TEST(LocalEdit, OfSeveralTypesInOneCallIsOneUpdate) {
    const auto replica = editing_replica();
    EXPECT_EQ(made(*replica, {set_new("list", "array"),
                              Change(EditKind::array_insert, "m").into("list").value("[1,2]"),
                              insert(0, "abc"), erase(1, 1), format(0, 2, R"({"em":true})")}),
              "010701002701016d046c6973740008000100027d017d020401017401618101030184010401634601"
              "0302656d047472756586010502656d046e756c6c0101010401");
    EXPECT_EQ(*replica->json("m"), R"({"list":[1,2]})");
}

TEST(LocalEdit, ThatSaysNothingMakesNoUpdateAndNoRoot) {
    const auto replica = editing_replica();
    EXPECT_EQ(made(*replica, {}), "");
    EXPECT_EQ(made(*replica, {insert(0, ""), erase(0, 0), format(0, 0, R"({"em":true})")}), "");
    EXPECT_EQ(made(*replica, {Change(EditKind::array_insert, "a").value("[]")}), "");
    EXPECT_EQ(made(*replica, {Change(EditKind::map_delete, "m").key("k")}), "");
    EXPECT_TRUE(replica->roots().empty());
}

TEST(LocalEdit, IsRefusedWhereItCannotGo) {
    const auto replica = editing_replica();
    made(*replica, {insert(0, "ab\xf0\x9f\xa7\xb5")});
    made(*replica, {set("k", "1")});
    made(*replica, {set_new("list", "array")});
    const auto refused = [&](const Change& change, const std::string& why) {
        expect_refused(*replica, {change}, Code::invalid, why);
    };
    refused(insert(5, "x"), "beyond the end at 4");
    refused(erase(3, 2), "beyond the end at 4");
    refused(insert(3, "x"), "position 3 is inside a character");
    refused(erase(1, 2), "position 3 is inside a character");
    refused(format(3, 1, R"({"em":true})"), "position 3 is inside a character");
    refused(erase(0, ~std::uint64_t{0}), "beyond the end");
    refused(Change(EditKind::array_insert, "t").value("[1]"), "root \"t\" is no array");
    refused(Change(EditKind::text_insert, "m").text("x"), "root \"m\" is no text");
    refused(set("x", "1").into("k"), "leads to a value");
    refused(set("x", "1").into("nothing"), "leads nowhere");
    refused(set("x", "1").into("list"), "is no map");
    refused(set("x", "1").into("list").into(7), "step 2 of the path from root \"m\" leads nowhere");
    refused(Change(EditKind::xml_set_attribute, "x").key("a").value("1"), "is no XML node");
    EXPECT_EQ(text_of(*replica), "ab\xf0\x9f\xa7\xb5");
}

TEST(LocalEdit, IsRefusedWhenItsArgumentsAreWrong) {
    const auto replica = editing_replica();
    made(*replica, {insert(0, "ab")});
    const auto refused = [&](const Change& change, Code code = Code::invalid) {
        expect_refused(*replica, {change}, code, "");
    };
    refused(set("k", ""));
    refused(set("k", "{\"a\":}"));
    refused(set("k", "1 2"));
    refused(set("k", "\"\xff\""));
    refused(insert(0, "\xff"));
    refused(insert(0, "x").with("[1]"));
    refused(insert(0, "x").with("{"));
    refused(embed(0, " null"));
    refused(embed(0, "\"\""));
    refused(Change(EditKind::array_insert, "a").value("1"));
    refused(Change(EditKind::xml_insert_element, "x"));
    refused(set_new("k", "tree"), Code::unsupported);
    refused(Change(static_cast<EditKind>(99), "t"), Code::unsupported);
}

TEST(LocalEdit, NestedValuesGoAsDeepAsUpdatesMay) {
    const auto replica = editing_replica();
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '[') + std::string(depth, ']');
    };
    made(*replica, {set("k", nested(100'000))});
    EXPECT_EQ(*replica->json("m"), "{\"k\":" + nested(100'000) + "}");
    const auto other = YjsCrdt({true}).create_replica({});
    const Bytes state = state_of(*replica);
    const BytesView view = state;
    EXPECT_TRUE(other->load({&view, 1}));

    YjsOptions options;
    options.value_depth = 3;
    const auto careful = YjsCrdt(options).create_replica({1, 0, 0});
    made(*careful, {set("k", nested(3))});
    expect_refused(*careful, {set("k", nested(4))}, Code::invalid, "4 deep");
    expect_refused(*careful, {insert(0, "x").with("{\"b\":[[[]]]}")}, Code::invalid, "4 deep");
}

TEST(LocalEdit, FollowsAPathOfAnyLength) {
    const auto replica = editing_replica();
    Change deeper = set_new("in", "map");
    for (int depth = 0; depth < 2000; ++depth) {
        made(*replica, {deeper});
        deeper = std::move(deeper).into("in");
    }
    deeper.edit.type.clear();
    deeper.edit.value = "7";
    made(*replica, {deeper});
    EXPECT_NE(replica->json("m")->find("{\"in\":7}"), std::string::npos);
}

TEST(LocalEdits, OfOneCallAreAllMadeOrNone) {
    const auto replica = editing_replica();
    made(*replica, {insert(0, "abc")});
    const auto refused = [&](const Changes& changes, const std::string& why) {
        expect_refused(*replica, changes, Code::invalid, why);
    };
    refused({insert(3, "de"), erase(0, 5), insert(1, "x")}, "edit 3: an edit of 0 units at 1");
    refused({insert(1, "\xf0\x9f\xa7\xb5"), insert(2, "x")}, "edit 2: position 2 is inside");
    refused({insert(1, "x\xf0\x9f\xa7\xb5"), erase(0, 1), insert(0, "yy"), insert(4, "z")},
            "edit 4: position 4 is inside");
    refused({insert(0, "x"), set_new("k", "map"), set("in", "1").into("k").into("not")},
            "edit 3: step 2");
    refused({insert(0, "x"), Change(EditKind::array_insert, "t").value("[1]")},
            "edit 2: root \"t\" is no array");
    Changes many(100, insert(0, "\xf0\x9f\xa7\xb5"));
    many.push_back(insert(3, "x"));
    refused(many, "edit 101: position 3 is inside");
    EXPECT_EQ(text_of(*replica), "abc");
}

TEST(LocalEdits, BetweenTheHalvesOfAPairThatAnEarlierOneTookAwayAreMade) {
    const auto replica = editing_replica();
    made(*replica, {insert(0, "a\xf0\x9f\xa7\xb5z")});
    made(*replica, {erase(1, 2), insert(2, "x"), insert(1, "y")});
    EXPECT_EQ(text_of(*replica), "ayzx");
}

TEST(LocalEdits, AreRefusedWhereTheDocumentHasNoRoomButMayDelete) {
    const auto replica = editing_replica(1 << 16);
    made(*replica, {insert(0, std::string(1000, 'x'))});
    expect_refused(*replica, {insert(0, std::string(1 << 16, 'x'))}, Code::limit, "no room");
    made(*replica, {erase(0, 1000)});
    EXPECT_EQ(text_of(*replica), "");
}

TEST(LocalEdits, NeedAnActor) {
    const auto replica = YjsCrdt({true}).create_replica({});
    expect_refused(*replica, {insert(0, "x")}, Code::state, "no actor");
}

TEST(LocalEdits, OfOneCallMayLeaveARootWithoutItsKindInBetween) {
    const auto replica = editing_replica();
    Change widget(EditKind::text_embed, "t");
    widget.edit.type = "map";
    made(*replica, {widget, insert(1, "x"), erase(1, 1), insert(0, "y")});
    EXPECT_EQ(text_of(*replica), "y");
    Changes array{Change(EditKind::array_insert, "a").value("[1]"),
                  Change(EditKind::array_insert, "a").at(1).type("text"),
                  Change(EditKind::array_delete, "a").at(0, 1),
                  Change(EditKind::array_insert, "a").at(1).value("[2]")};
    made(*replica, array);
    EXPECT_EQ(*replica->json("a"), R"(["",2])");
}

TEST(LocalEdits, OfAnEmptiedRootMayMakeItAnotherKind) {
    const auto replica = editing_replica();
    made(*replica, {Change(EditKind::array_insert, "r").value("[1]")});
    made(*replica, {Change(EditKind::array_delete, "r").at(0, 1)});
    made(*replica, {Change(EditKind::text_insert, "r").text("now a text")});
    EXPECT_EQ(*replica->text("r", 0, all_units), "now a text");
}

}  // namespace
}  // namespace weft::yjs
