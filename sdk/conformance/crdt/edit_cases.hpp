// Local edits and positions.
#pragma once

#include "crdt_fixture.hpp"

#include <map>

namespace weft::conformance {

TEST_P(CrdtConformance, EditsOfOneCallApplyOneAfterTheOtherAndAreOneUpdate) {
    const auto alice = replica(1);
    const Bytes update =
        edit(*alice, {Edit::insert_text("a", 0, "hello"), Edit::delete_text("a", 0, 1),
                      Edit::insert_text("a", 0, "J"), Edit::insert_text("a", 5, "!")});
    EXPECT_EQ(text(*alice), "Jello!");
    const auto bob = replica();
    EXPECT_TRUE(receive(*bob, update).applied.verbatim);
    expect_same(*bob, *alice);
}

TEST_P(CrdtConformance, EditsThatChangeNothingAreNoUpdate) {
    const auto alice = replica(1);
    insert(*alice, 0, "abc");
    const Digest before = alice->digest();
    EXPECT_TRUE(
        edit(*alice, {Edit::insert_text("a", 1, ""), Edit::delete_text("a", 2, 0)}).empty());
    EXPECT_EQ(alice->digest(), before);
}

TEST_P(CrdtConformance, EditsAreRefusedWholeWhenOneIsBeyondTheEnd) {
    const auto alice = replica(1);
    insert(*alice, 0, "abc");
    const Digest before = alice->digest();
    for (const Edit& bad : {Edit::insert_text("a", 5, "x"), Edit::delete_text("a", 3, 2),
                            Edit::delete_text("a", 5, 0), Edit::delete_text("a", 1, all_units),
                            Edit::insert_text("a", all_units, "x")}) {
        const std::vector<Edit> edits{Edit::insert_text("a", 0, "y"), bad};
        Bytes update;
        const Result<void> done = alice->edit(edits, update);
        ASSERT_FALSE(done);
        EXPECT_EQ(done.error().code, Code::invalid);
        EXPECT_FALSE(done.error().message.empty());
        EXPECT_TRUE(update.empty());
        EXPECT_EQ(alice->digest(), before);
        EXPECT_EQ(text(*alice), "abc");
    }
    insert(*alice, 3, "d");
    const auto bob = replica();
    catch_up(*bob, *alice);
    expect_same(*bob, *alice);
}

TEST_P(CrdtConformance, TextThatIsNotUtf8IsNotInserted) {
    const auto alice = replica(1);
    for (const char* bad : {"\xff", "a\xc3", "\xed\xa0\x80", "\xc0\xaf", "\xf5\x80\x80\x80"}) {
        const std::vector<Edit> edits{Edit::insert_text("a", 0, bad)};
        Bytes update;
        EXPECT_EQ(alice->edit(edits, update).error().code, Code::invalid) << bad;
    }
    EXPECT_EQ(text(*alice), "");
}

/// What every algorithm of this suite has.
inline const std::set<EditKind> text_edits{EditKind::text_insert, EditKind::text_delete};

/// An edit of this kind, behind those that it needs.
inline std::vector<Edit> edits_up_to(EditKind kind) {
    static const std::map<EditKind, EditKind> needs{
        {EditKind::text_delete, EditKind::text_insert},
        {EditKind::text_format, EditKind::text_insert},
        {EditKind::map_delete, EditKind::map_set},
        {EditKind::array_delete, EditKind::array_insert},
        {EditKind::xml_delete, EditKind::xml_insert_element},
        {EditKind::xml_set_attribute, EditKind::xml_insert_element},
        {EditKind::xml_delete_attribute, EditKind::xml_set_attribute}};
    const bool of_an_element =
        kind == EditKind::xml_set_attribute || kind == EditKind::xml_delete_attribute;
    Edit edit;
    edit.kind = kind;
    edit.root = "r";
    edit.length = 1;
    edit.key = "key";
    edit.text = "x";
    edit.value = kind == EditKind::array_insert ? "[1]" : R"("x")";
    edit.attributes = kind == EditKind::text_format ? R"({"bold":true})" : "";
    edit.path.resize(of_an_element ? 1 : 0);
    const auto needed = needs.find(kind);
    std::vector<Edit> edits =
        needed == needs.end() ? std::vector<Edit>() : edits_up_to(needed->second);
    edits.push_back(std::move(edit));
    return edits;
}

TEST_P(CrdtConformance, KindsOfEditsArePromisedOrUnsupported) {
    for (std::uint32_t number = 0; number <= 14; ++number) {
        const auto kind = static_cast<EditKind>(number);
        const auto alice = replica(1);
        const Digest empty = alice->digest();
        Bytes update;
        const Result<void> done = alice->edit(edits_up_to(kind), update);
        if (GetParam().edits.contains(kind)) {
            ASSERT_TRUE(done) << number << ": " << done.error().message;
            const auto bob = replica();
            receive(*bob, update);
            EXPECT_EQ(bob->json("r").ok(), alice->json("r").ok());
            EXPECT_EQ(*bob->json("r"), *alice->json("r")) << number;
            EXPECT_NE(alice->digest(), empty) << number;
        } else {
            ASSERT_FALSE(done) << number;
            EXPECT_EQ(done.error().code, Code::unsupported) << number;
            EXPECT_TRUE(update.empty());
            EXPECT_EQ(alice->digest(), empty) << number;
        }
    }
}

TEST_P(CrdtConformance, AReplicaWithoutAnActorDoesNotEdit) {
    const Edit insert = Edit::insert_text("a", 0, "x");
    Bytes update;
    EXPECT_EQ(replica()->edit({&insert, 1}, update).error().code, Code::state);
}

TEST_P(CrdtConformance, PositionsCountUtf16CodeUnits) {
    const auto alice = replica(1);
    insert(*alice, 0, "a\xf0\x9f\x98\x80\xc3\xa4z");
    EXPECT_EQ(*alice->text("a", 1, 2), "\xf0\x9f\x98\x80");
    EXPECT_EQ(*alice->text("a", 3, 1), "\xc3\xa4");
    EXPECT_EQ(*alice->text("a", 4, all_units), "z");
    EXPECT_EQ(*alice->text("a", 5, 1), "");
    insert(*alice, 3, "-");
    erase(*alice, 4, 1);
    EXPECT_EQ(text(*alice), "a\xf0\x9f\x98\x80-z");
    EXPECT_EQ(alice->text("nowhere", 0, 1).error().code, Code::not_found);
    EXPECT_EQ(alice->json("nowhere").error().code, Code::not_found);
}

TEST_P(CrdtConformance, ATextThatIsCutInsideACharacterStaysValidUtf8EverywhereAndTheSame) {
    const auto alice = replica(1);
    const auto bob = replica(2);
    receive(*bob, insert(*alice, 0, "\xf0\x9f\x98\x80\xf0\x9f\x98\x81"));
    // An algorithm may refuse to cut a character; none may show half of one.
    for (const Edit& cut : {Edit::insert_text("a", 1, "x"), Edit::delete_text("a", 1, 2)}) {
        Bytes update;
        if (alice->edit({&cut, 1}, update)) {
            receive(*bob, update);
        }
        expect_same(*bob, *alice);
        for (std::uint64_t at = 0; at < 5; ++at) {
            const Edit again = Edit::insert_text("c", 0, *alice->text("a", at, 3));
            Bytes ignored;
            EXPECT_TRUE(replica(9)->edit({&again, 1}, ignored)) << "it is valid UTF-8";
        }
    }
}

TEST_P(CrdtConformance, RootsAreListedByTheirNames) {
    const auto alice = replica(1);
    edit(*alice, {Edit::insert_text("b", 0, "x"), Edit::insert_text("a", 0, "y")});
    const auto roots = alice->roots();
    ASSERT_EQ(roots.size(), 2u);
    EXPECT_EQ(roots[0].name, "a");
    EXPECT_EQ(roots[1].name, "b");
    EXPECT_EQ(roots[0].kind, "text");
    EXPECT_EQ(*alice->json("a"), "\"y\"");
}

}  // namespace weft::conformance
