#include "update_reader.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "author.hpp"

using namespace weft::bench;

namespace {

Bytes from_hex(std::string_view hex) {
    Bytes bytes;
    for (std::size_t at = 0; at + 1 < hex.size(); at += 2) {
        bytes.push_back(
            static_cast<std::uint8_t>(std::stoul(std::string(hex.substr(at, 2)), nullptr, 16)));
    }
    return bytes;
}

struct Read {
    bool whole = false;
    std::vector<Run> runs;
};

Read read(BytesView update) {
    Read result;
    result.whole = read_update(update, [&](const Run& run) { result.runs.push_back(run); });
    return result;
}

}  // namespace

TEST(LoadUpdateReader, FindsTheTextOfAnInsert) {
    const auto update = from_hex("01010100040101740568656c6c6f00");
    const auto result = read(update);
    ASSERT_TRUE(result.whole);
    ASSERT_EQ(result.runs.size(), 1U);
    EXPECT_EQ(result.runs[0].client, 1U);
    EXPECT_EQ(result.runs[0].clock, 0U);
    EXPECT_EQ(result.runs[0].length, 5U);
    EXPECT_EQ(result.runs[0].text, "hello");
}

TEST(LoadUpdateReader, PassesOverAnInsertInTheMiddleAndADeletion) {
    const auto split = from_hex("0103010004010174026865840101036c6c6fc40101010202585800");
    const auto runs = read(split).runs;
    ASSERT_EQ(runs.size(), 3U);
    EXPECT_EQ(runs[1].clock, 2U);
    EXPECT_EQ(runs[2].text, "XX");
    EXPECT_EQ(runs[2].clock, 5U);
    const auto deleted = from_hex("0101010001010174030101010003");
    ASSERT_TRUE(read(deleted).whole);
    EXPECT_EQ(read(deleted).runs.at(0).length, 3U);
    EXPECT_TRUE(read(deleted).runs.at(0).text.empty());
}

TEST(LoadUpdateReader, RefusesEveryTruncation) {
    const auto update = from_hex("0103010004010174026865840101036c6c6fc40101010202585800");
    for (std::size_t size = 0; size < update.size(); ++size) {
        EXPECT_FALSE(read(BytesView(update).first(size)).whole) << size;
    }
}

TEST(LoadUpdateReader, CountsTextInUtf16Units) {
    EXPECT_EQ(utf16_length("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"), 5U);
}

TEST(LoadUpdateReader, FindsAClientInAStateVector) {
    const auto state_vector = from_hex("0207030105");
    EXPECT_EQ(clock_in_state_vector(state_vector, 7), 3U);
    EXPECT_EQ(clock_in_state_vector(state_vector, 1), 5U);
    EXPECT_EQ(clock_in_state_vector(state_vector, 2), 0U);
}

TEST(LoadAuthor, InsertsReadBackAsOneRunOfItsOwnText) {
    Author author(4'000'000'000, 17);
    std::uint64_t clock = 0;
    for (int insert = 0; insert < 300; ++insert) {
        Bytes update;
        author.append_insert(update, insert);
        const auto result = read(update);
        ASSERT_TRUE(result.whole);
        ASSERT_EQ(result.runs.size(), 1U);
        EXPECT_EQ(result.runs[0].clock, clock);
        EXPECT_EQ(result.runs[0].length, 17U);
        EXPECT_TRUE(author.typed(clock, result.runs[0].text));
        EXPECT_EQ(author.due_ns(static_cast<std::uint64_t>(insert)), insert);
        clock += 17;
    }
}

TEST(LoadAuthor, AFrameOfSeventeenCharactersIsFortyOneBytesOnceTheClockHasThreeBytes) {
    Author author(0xf0000000, 17);
    Bytes update;
    while (author.clock() < 20'000) {
        update.clear();
        author.append_insert(update, 0);
    }
    constexpr std::size_t sync_head = 3;
    EXPECT_EQ(sync_head + update.size(), 41U);
}

TEST(LoadAuthor, SaysAgainExactlyWhatAServerLacks) {
    Author author(9, 5);
    Bytes ignored;
    for (int insert = 0; insert < 10; ++insert) {
        author.append_insert(ignored, 0);
    }
    Bytes rest;
    author.append_since(rest, 23);
    const auto runs = read(rest).runs;
    ASSERT_EQ(runs.size(), 1U);
    EXPECT_EQ(runs[0].clock, 23U);
    EXPECT_EQ(runs[0].length, 27U);
    EXPECT_TRUE(author.typed(23, runs[0].text));
    Bytes nothing;
    author.append_since(nothing, 50);
    EXPECT_EQ(nothing, (Bytes{0, 0}));
}

TEST(LoadAuthor, NoticesTextThatItDidNotType) {
    Author author(9, 17);
    Bytes update;
    author.append_insert(update, 0);
    author.append_insert(update, 0);
    std::string text(read(update).runs.at(0).text);
    EXPECT_TRUE(author.typed(0, text));
    EXPECT_FALSE(author.typed(17, text));
    text.back() = '!';
    EXPECT_FALSE(author.typed(0, text));
    EXPECT_FALSE(author.typed(30, text)) << "more than was typed";
}

TEST(LoadAuthor, ANestedDocumentHasAllItsPieces) {
    Author author(9, 19);
    author.type_nested(100);
    Bytes update;
    author.append_since(update, 0);
    const auto result = read(update);
    ASSERT_TRUE(result.whole);
    ASSERT_EQ(result.runs.size(), 100U);
    EXPECT_EQ(result.runs.back().clock + result.runs.back().length, author.clock());
}
