// The bytes of "rga-update-v1": what is written, what is refused.
#include "rga.hpp"

namespace weft::rga {
namespace {

TEST(RgaUpdate, HoldsAnInsertAtTheBeginningAsDocumented) {
    const auto alice = replica(7);
    EXPECT_EQ(to_hex(insert(*alice, 0, "hi")),
              "01"        // version
              "07000700"  // actor 7 from clock 0 on, 7 bytes; insert at the beginning
              "0174"      // of the root "t"
              "01"        // the first operation there is
              "026869");
}

TEST(RgaUpdate, HoldsAnInsertBehindACharacterAsDocumented) {
    const auto alice = replica(7);
    insert(*alice, 0, "hi");
    EXPECT_EQ(to_hex(insert(*alice, 1, "e")), "01"
                                              "0702060107000301"
                                              "65");
}

TEST(RgaUpdate, HoldsAnEraseAsDocumented) {
    const auto alice = replica(7);
    insert(*alice, 0, "abc");
    EXPECT_EQ(to_hex(erase(*alice, 1, 2)), "01"
                                           "070304"
                                           "02070102");
}

TEST(RgaUpdate, JoinsWhatWasTypedLetterByLetter) {
    const auto alice = replica(7);
    const auto bob = replica(8);
    Bytes letters;
    for (std::uint64_t i = 0; i < 5; ++i) {
        insert(*alice, i, std::string(1, static_cast<char>('a' + i)));
    }
    insert(*bob, 0, "abcde");
    Bytes expected = state(*bob);
    expected[1] = 7;
    EXPECT_EQ(to_hex(state(*alice)), to_hex(expected));
}

TEST(RgaUpdate, OfWhichEveryPrefixIsRefused) {
    const auto alice = replica(300);
    insert(*alice, 0, "a\xc3\xa4\xf0\x9f\x98\x80z");
    erase(*alice, 0, 1);
    const Bytes whole = state(*alice);
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const BytesView cut = BytesView(whole).first(size);
        if (size == 1) {
            EXPECT_TRUE(RgaCrdt().check(cut)) << "the version alone is the empty update";
            continue;
        }
        EXPECT_FALSE(RgaCrdt().check(cut)) << size;
        EXPECT_EQ(receive(*replica(), cut).applied.code, Code::corrupt) << size;
    }
}

struct Refused {
    const char* name;
    const char* bytes;
};

class RefusedRgaUpdate : public testing::TestWithParam<Refused> {};

TEST_P(RefusedRgaUpdate, ChangesNothing) {
    const auto alice = replica(7);
    insert(*alice, 0, "abc");
    erase(*alice, 2, 1);
    const Digest before = alice->digest();
    const Bytes update = from_hex(GetParam().bytes);
    const Outcome outcome = receive(*alice, update);
    EXPECT_EQ(outcome.applied.code, Code::corrupt);
    EXPECT_FALSE(outcome.applied.message.empty());
    EXPECT_EQ(alice->digest(), before);
    EXPECT_EQ(text(*alice), "ab");
    EXPECT_EQ(outcome.applied.parked_bytes, 0u);
}

INSTANTIATE_TEST_SUITE_P(
    All, RefusedRgaUpdate,
    testing::Values(Refused{"OfAnotherVersion", "02"}, Refused{"WithoutAnyByte", ""},
                    Refused{"WithAnEmptySection", "01080000"},
                    Refused{"WithAnUnknownOperation", "0108000403070001"},
                    Refused{"WithTextThatIsNotUtf8", "010800060001740101ff"},
                    Refused{"WithASurrogateAsUtf8", "010800080001740103eda080"},
                    Refused{"WithARootThatIsNotUtf8", "010800060001ff010161"},
                    Refused{"WithoutText", "0108000500017401"
                                           "00"},
                    Refused{"ThatErasesNothing", "0108000402070000"},
                    Refused{"ThatErasesAnErase", "0108000402070301"},
                    Refused{"ThatInsertsBehindAnErase", "010800060107030101"
                                                        "61"},
                    Refused{"ThatInsertsBehindItself", "01080006010800010161"},
                    Refused{"WithSectionsOutOfOrder", "01"
                                                      "0800060001740101"
                                                      "61"
                                                      "0700060001740101"
                                                      "61"},
                    Refused{"WithSectionsThatOverlap", "01"
                                                       "0800060001740101"
                                                       "61"
                                                       "0800060001740101"
                                                       "61"},
                    Refused{"WithAClockBeyondCounting", "0108ffffffffffffff0f060001740101"
                                                        "61"},
                    Refused{"WithASumBeyondCounting", "0108000d000174ffffffffffffff0f0161"}),
    [](const auto& refused) { return std::string(refused.param.name); });

TEST(RgaMerge, OfUpdatesWithGapsKeepsTheGaps) {
    const auto alice = replica(7);
    std::vector<Bytes> letters;
    for (std::uint64_t i = 0; i < 6; ++i) {
        letters.push_back(insert(*alice, i, std::string(1, static_cast<char>('a' + i))));
    }
    Bytes merged;
    const std::array<BytesView, 4> some{letters[4], letters[0], letters[1], letters[4]};
    ASSERT_TRUE(RgaCrdt().merge(some, merged));
    const auto bob = replica();
    EXPECT_TRUE(receive(*bob, merged).applied.parked);
    EXPECT_EQ(text(*bob), "ab");
    receive(*bob, letters[2]);
    receive(*bob, letters[3]);
    EXPECT_EQ(text(*bob), "abcde");
}

TEST(RgaMerge, OfAllLettersIsTheState) {
    const auto alice = replica(7);
    std::vector<Bytes> letters;
    for (std::uint64_t i = 0; i < 50; ++i) {
        letters.push_back(insert(*alice, i / 2, "\xc3\xa4"));
        if (i % 3 == 2) {
            letters.push_back(erase(*alice, i / 3, 1));
        }
    }
    std::vector<BytesView> backwards(letters.rbegin(), letters.rend());
    Bytes merged;
    ASSERT_TRUE(RgaCrdt().merge(backwards, merged));
    EXPECT_EQ(merged, state(*alice));
}

TEST(RgaOverlaps, TellsWhetherAnythingIsKnown) {
    const auto alice = replica(7);
    const Bytes first = insert(*alice, 0, "ab");
    Bytes known;
    alice->state_vector(known);
    const Bytes second = insert(*alice, 2, "c");
    EXPECT_TRUE(*RgaCrdt().overlaps(first, known));
    EXPECT_FALSE(*RgaCrdt().overlaps(second, known));
    EXPECT_TRUE(*RgaCrdt().overlaps(state(*alice), known));
    EXPECT_FALSE(*RgaCrdt().overlaps(first, {}));
}

}  // namespace
}  // namespace weft::rga
