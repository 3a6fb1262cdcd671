// What one replica promises beyond the conformance suite: the order of concurrent inserts, parking, limits.
#include "rga.hpp"

#include <weft/codec.hpp>

namespace weft::rga {
namespace {

TEST(RgaOrder, OfTwoWhoInsertAtOnceIsByTheActor) {
    const auto alice = replica(1);
    const auto bob = replica(2);
    const Bytes a = insert(*alice, 0, "aaa");
    const Bytes b = insert(*bob, 0, "bbb");
    receive(*alice, b);
    receive(*bob, a);
    EXPECT_EQ(text(*alice), "bbbaaa") << "runs are not interleaved; the greater actor stands first";
    EXPECT_EQ(text(*bob), "bbbaaa");
}

TEST(RgaOrder, OfWhoKnowsMoreIsFirst) {
    const auto alice = replica(1);
    const auto bob = replica(2);
    const Bytes base = insert(*alice, 0, "x");
    const Bytes more = insert(*alice, 1, "y");
    receive(*bob, base);
    const Bytes b = insert(*bob, 0, "b");    // knows one operation
    const Bytes a = insert(*alice, 0, "a");  // knows two
    receive(*bob, more);
    receive(*bob, a);
    receive(*alice, b);
    EXPECT_EQ(text(*alice), "abxy");
    EXPECT_EQ(text(*bob), "abxy");
}

TEST(RgaOrder, StaysWhenASumClaimsToKnowLessThanWhatItStandsBehind) {
    // "b" behind the "a" of actor 9 with sum 0, beside an honest "c" behind the same.
    const Bytes a = from_hex("01090006000174630161");
    const Bytes b = from_hex("01080006010900000162");
    const Bytes c = from_hex("01070006010900640163");
    std::string seen;
    for (const auto& order : {std::array{a, b, c}, std::array{a, c, b}, std::array{c, b, a}}) {
        const auto bob = replica();
        for (const Bytes& update : order) {
            EXPECT_EQ(receive(*bob, update).applied.code, Code::ok);
        }
        EXPECT_TRUE(seen.empty() || seen == text(*bob)) << seen << " and " << text(*bob);
        seen = text(*bob);
    }
}

TEST(RgaEdit, CountsUtf16AndNeverCutsACharacter) {
    const auto alice = replica(1);
    insert(*alice, 0, "a\xf0\x9f\x98\x80z");
    Bytes out;
    const std::array inside{Edit::insert_text("t", 2, "!")};
    EXPECT_EQ(alice->edit(inside, out).error().code, Code::invalid);
    const std::array half{Edit::delete_text("t", 0, 2)};
    EXPECT_EQ(alice->edit(half, out).error().code, Code::invalid);
    EXPECT_TRUE(out.empty());
    insert(*alice, 3, "!");
    EXPECT_EQ(text(*alice), "a\xf0\x9f\x98\x80!z");
    erase(*alice, 1, 2);
    EXPECT_EQ(text(*alice), "a!z");
    EXPECT_EQ(*alice->text("t", 1, 1), "!");
}

TEST(RgaEdit, ThatFailsHalfwayTakesBackWhatItDid) {
    const auto alice = replica(1);
    const auto bob = replica(2);
    receive(*alice, insert(*bob, 0, "from bob"));
    insert(*alice, 4, "ab");
    const Digest before = alice->digest();
    const std::array edits{Edit::insert_text("t", 6, "c"), Edit::delete_text("t", 0, 3),
                           Edit::insert_text("t", 99, "beyond")};
    Bytes out;
    EXPECT_EQ(alice->edit(edits, out).error().code, Code::invalid);
    EXPECT_TRUE(out.empty());
    EXPECT_EQ(alice->digest(), before);
    EXPECT_EQ(text(*alice), "fromab bob");
    receive(*bob, state(*alice));
    receive(*bob, insert(*alice, 6, "d"));
    EXPECT_EQ(text(*bob), "fromabd bob");
    EXPECT_EQ(alice->digest(), bob->digest());
}

TEST(RgaEdit, OfWhatItHasNotIsUnsupported) {
    const auto alice = replica(1);
    Bytes out;
    for (std::uint32_t kind = 1; kind <= 14; ++kind) {
        Edit edit = Edit::insert_text("t", 0, "x");
        edit.kind = static_cast<EditKind>(kind);
        const bool has = edit.kind == EditKind::text_insert || edit.kind == EditKind::text_delete;
        EXPECT_EQ(alice->edit({&edit, 1}, out).ok(), has) << kind;
    }
    Edit bold = Edit::insert_text("t", 0, "x");
    bold.attributes = R"({"bold":true})";
    EXPECT_EQ(alice->edit({&bold, 1}, out).error().code, Code::unsupported);
    Edit deep = Edit::insert_text("t", 0, "x");
    deep.path = {{true, 0, "inside"}};
    EXPECT_EQ(alice->edit({&deep, 1}, out).error().code, Code::unsupported);
}

TEST(RgaParked, RunsAreReleasedInOneGoBySomebodyElsesUpdate) {
    const auto alice = replica(1);
    const auto bob = replica(2);
    const Bytes a = insert(*alice, 0, "a");
    receive(*bob, a);
    const Bytes b = insert(*bob, 1, "b");
    const Bytes c = erase(*bob, 0, 1);
    const auto carol = replica();
    EXPECT_TRUE(receive(*carol, c).applied.parked);
    EXPECT_TRUE(receive(*carol, b).applied.parked);
    EXPECT_TRUE(receive(*carol, b).applied.parked) << "again: no news, and no more memory";
    EXPECT_EQ(receive(*carol, a).actors, (std::vector<std::uint64_t>{1, 2}));
    EXPECT_EQ(text(*carol), "b");
    EXPECT_EQ(carol->digest(), bob->digest());
}

TEST(RgaParked, PartsThatTurnOutToBeMalformedAreForgotten) {
    const auto alice = replica(7);
    const auto bob = replica();
    const Bytes a = insert(*alice, 0, "abc");
    const Bytes erased = erase(*alice, 0, 1);  // clock 3
    const Bytes behind_the_erase = from_hex("0108000601070301"
                                            "0161");
    EXPECT_TRUE(receive(*bob, behind_the_erase).applied.parked);
    EXPECT_EQ(receive(*bob, a).applied.code, Code::ok);
    const Outcome outcome = receive(*bob, erased);
    EXPECT_EQ(outcome.applied.code, Code::ok) << "it is not this sender's fault";
    EXPECT_EQ(outcome.applied.parked_bytes, 0u);
    EXPECT_EQ(bob->digest(), alice->digest());
}

TEST(RgaUpdate, ThatContinuesAnEraseAsIfItWereTextIsRefused) {
    const auto alice = replica(7);
    insert(*alice, 0, "ab");
    erase(*alice, 0, 1);  // clock 2
    // "abcd" from clock 0 on: its third letter would have the clock of the erase.
    const Bytes lie = from_hex("01"
                               "0700090001740104"
                               "61626364");
    EXPECT_EQ(receive(*alice, lie).applied.code, Code::corrupt);
    EXPECT_EQ(text(*alice), "b");
}

TEST(RgaParked, AHundredThousandRunsTakeNoQuadraticTime) {
    const auto alice = replica(1);
    std::vector<Bytes> letters;
    for (std::uint64_t i = 0; i < 100'000; ++i) {
        letters.push_back(insert(*alice, i, "x"));
    }
    const auto bob = replica();
    for (std::size_t i = letters.size(); i-- > 1;) {
        receive(*bob, letters[i]);
    }
    EXPECT_EQ(receive(*bob, letters[0]).applied.parked_bytes, 0u);
    EXPECT_EQ(text(*bob).size(), letters.size());
}

TEST(RgaErase, OfTheSameByManyTakesNoQuadraticTime) {
    const auto alice = replica(1);
    for (int i = 0; i < 5000; ++i) {
        insert(*alice, 0, "x");
    }
    Bytes update{1};
    Writer writer(update);
    for (std::uint64_t actor = 2; actor < 200'000; ++actor) {
        Bytes operation;
        Writer erase(operation);
        erase.u8(2);
        erase.varuint(1);
        erase.varuint(0);
        erase.varuint(5000);
        writer.varuint(actor);
        writer.varuint(0);
        writer.varbytes(operation);
    }
    EXPECT_EQ(receive(*alice, update).applied.code, Code::ok);
    EXPECT_EQ(text(*alice), "");
}

TEST(RgaLimit, RefusesWhatWouldNotFitAndTakesTheRest) {
    ReplicaOptions options;
    options.max_bytes = 4000;
    const auto small = replica(1, options);
    const auto other = replica(2);
    const Bytes large = insert(*other, 0, std::string(5000, 'x'));
    const Outcome outcome = receive(*small, large);
    EXPECT_EQ(outcome.applied.code, Code::limit);
    EXPECT_NE(std::string_view(outcome.applied.message).find("4000"), std::string::npos);
    insert(*small, 0, "fits");
    const Edit too_much = Edit::insert_text("t", 0, std::string(5000, 'x'));
    Bytes out;
    EXPECT_EQ(small->edit({&too_much, 1}, out).error().code, Code::limit);
    EXPECT_EQ(text(*small), "fits");
}

}  // namespace
}  // namespace weft::rga
