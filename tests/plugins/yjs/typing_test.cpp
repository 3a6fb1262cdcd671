// Typing and deleting in plain text, which the engine does in place, comes to what the general way comes to.
#include "vectors.hpp"
#include "yjs_crdt.hpp"

#include <weft/codec.hpp>

#include <gtest/gtest.h>

#include <random>

namespace weft::yjs {
namespace {

std::unique_ptr<Replica> replica(std::uint64_t actor, std::uint64_t max_bytes = 0) {
    ReplicaOptions options;
    options.actor = actor;
    options.max_bytes = max_bytes;
    return YjsCrdt({true}).create_replica(options);
}

Bytes state(const Replica& of) {
    Bytes out;
    EXPECT_TRUE(of.diff({}, out));
    return out;
}

std::string utf8(const std::u16string& text) {
    std::string out;
    for (const char16_t unit : text) {
        if (unit < 0x80) {
            out += static_cast<char>(unit);
        } else {  // two bytes are all that the letters below need
            out += static_cast<char>(0xc0 | unit >> 6);
            out += static_cast<char>(0x80 | (unit & 0x3f));
        }
    }
    return out;
}

/// Somebody writes: runs of letters, runs of deletes in both directions, jumps.
class Writing : public ::testing::TestWithParam<unsigned> {
protected:
    void SetUp() override {
        std::mt19937 random(GetParam());
        const auto upto = [&](std::size_t limit) {
            return std::uniform_int_distribution<std::size_t>(0, limit)(random);
        };
        std::size_t at = 0;
        for (int i = 0; i < 3000; ++i) {
            at = upto(12) == 0 ? upto(text_.size()) : std::min(at, text_.size());
            const std::size_t what = upto(9);
            if (what < 6 || text_.empty()) {
                const std::u16string typed = upto(9) == 0 ? u"\u00e9\u00df" : u"x";
                edits_.push_back(Edit::insert_text("t", at, utf8(typed)));
                text_.insert(at, typed);
                at += typed.size();
            } else {
                at -= what < 9 && at > 0 ? 1 : 0;
                const std::size_t units = std::min(text_.size() - at, 1 + upto(3) / 3 * upto(20));
                if (units > 0) {
                    edits_.push_back(Edit::delete_text("t", at, units));
                    text_.erase(at, units);
                }
            }
        }
    }

    std::vector<Edit> edits_;
    std::u16string text_;
};

TEST_P(Writing, EditByEditGivesTheTextAndUpdatesThatGiveTheSameBytes) {
    const auto author = replica(7);
    const auto reader = replica(0);
    for (const Edit& edit : edits_) {
        Bytes update;
        ASSERT_TRUE(author->edit({&edit, 1}, update));
        const BytesView view = update;
        Applied applied;
        reader->apply({&view, 1}, {&applied, 1});
        ASSERT_TRUE(applied.verbatim);
    }
    EXPECT_EQ(*author->text("t", 0, all_units), utf8(text_));
    EXPECT_EQ(state(*author), state(*reader));
}

TEST_P(Writing, InOneCallGivesTheSameTextAndDigestAsEditByEdit) {
    const auto at_once = replica(7);
    const auto one_by_one = replica(7);
    Bytes update;
    ASSERT_TRUE(at_once->edit(edits_, update));
    for (const Edit& edit : edits_) {
        Bytes ignored;
        ASSERT_TRUE(one_by_one->edit({&edit, 1}, ignored));
    }
    EXPECT_EQ(*at_once->text("t", 0, all_units), utf8(text_));
    EXPECT_EQ(at_once->digest(), one_by_one->digest());
}

INSTANTIATE_TEST_SUITE_P(Seeds, Writing, ::testing::Range(1u, 9u));

TEST(DocumentLimit, HoldsForKeysThatTakeMoreThanTheirBytes) {
    constexpr std::uint64_t limit = 256 * 1024;
    const auto document = replica(0, limit);
    Applied applied;
    for (std::uint64_t i = 0; applied.code == Code::ok; ++i) {
        ASSERT_LT(i, 100'000u);
        Bytes update;
        Writer writer(update);
        for (const std::uint64_t number : {1, 1, 9}) {
            writer.varuint(number);
        }
        writer.varuint(i);
        writer.u8(0x28);
        writer.varuint(1);
        writer.varstring("m");
        writer.varstring("key " + std::to_string(i));
        for (const int number : {1, 125, 1, 0}) {
            writer.u8(static_cast<std::uint8_t>(number));
        }
        const BytesView view = update;
        document->apply({&view, 1}, {&applied, 1});
        ASSERT_LE(document->memory_bytes(), limit);
    }
    EXPECT_EQ(applied.code, Code::limit);
    EXPECT_NE(std::string_view(applied.message).find("limit of " + std::to_string(limit)),
              std::string::npos);
    EXPECT_GT(document->memory_bytes(), limit / 2);
}

TEST(ClockLimit, OfTheStoreIsNamedAndChangesNothing) {
    Bytes update;
    Writer writer(update);
    for (const std::uint64_t number : {1, 1, 9, 0}) {
        writer.varuint(number);
    }
    writer.u8(0);
    writer.varuint(std::uint64_t{1} << 40);
    writer.varuint(0);
    const auto document = replica(0);
    const BytesView view = update;
    Applied applied;
    document->apply({&view, 1}, {&applied, 1});
    EXPECT_EQ(applied.code, Code::limit);
    EXPECT_NE(std::string_view(applied.message).find("limit of 4294967295"), std::string::npos);
    EXPECT_EQ(to_hex(state(*document)), "0000");
}

}  // namespace
}  // namespace weft::yjs
