// Values of the crdt seam that C and C++ read at the same place: sizes and offsets are asserted where they are compiled
// (weft/detail/crdt_layout.hpp), and here is what they cannot tell, the order inside of spans, texts and bits.
#include <weft/detail/crdt_layout.hpp>

#include <gtest/gtest.h>

#include <array>

namespace weft::detail {
namespace {

constexpr std::array<std::uint8_t, 3> few_bytes{1, 2, 3};
constexpr std::array<std::uint64_t, 2> two_actors{5, 1u << 31};

weft_str c_text(std::string_view text) {
    return {text.data(), text.size()};
}

TEST(CrdtLayout, WhatBecameOfAnUpdateIsReadInCppAsCHasWrittenIt) {
    const weft_applied c{
        WEFT_LIMIT,       0, 77, {few_bytes.data(), 3}, c_text("too large"), two_actors.data(),
        two_actors.size()};
    const auto applied = std::bit_cast<Applied>(c);
    EXPECT_EQ(applied.code, Code::limit);
    EXPECT_EQ(applied.parked_bytes, 77u);
    EXPECT_EQ(applied.effective.data(), few_bytes.data());
    EXPECT_EQ(applied.effective.size(), few_bytes.size());
    EXPECT_EQ(applied.message, "too large");
    EXPECT_EQ(applied.actors.data(), two_actors.data());
    EXPECT_EQ(applied.actors.size(), two_actors.size());
}

TEST(CrdtLayout, WhatBecameOfAnUpdateIsReadInCAsCppHasWrittenIt) {
    Applied applied;
    applied.code = Code::corrupt;
    applied.parked_bytes = 77;
    applied.effective = few_bytes;
    applied.message = "damaged";
    applied.actors = two_actors;
    const auto c = std::bit_cast<weft_applied>(applied);
    EXPECT_EQ(c.code, WEFT_CORRUPT);
    EXPECT_EQ(c.parked_bytes, 77u);
    EXPECT_EQ(c.effective.data, few_bytes.data());
    EXPECT_EQ(c.effective.size, few_bytes.size());
    EXPECT_EQ(std::string_view(c.message.data, c.message.size), "damaged");
    EXPECT_EQ(c.actors, two_actors.data());
    EXPECT_EQ(c.actor_count, two_actors.size());
}

TEST(CrdtLayout, EachFlagOfAnUpdateIsOneBit) {
    for (std::uint32_t flags = 0; flags < 16; ++flags) {
        weft_applied c{};
        c.flags = flags | 0xfffffff0;  // what a newer side may add is ignored
        const auto applied = std::bit_cast<Applied>(c);
        EXPECT_EQ(applied.verbatim, (flags & WEFT_APPLIED_VERBATIM) != 0);
        EXPECT_EQ(applied.parked, (flags & WEFT_APPLIED_PARKED) != 0);
        EXPECT_EQ(applied.released, (flags & WEFT_APPLIED_RELEASED) != 0);
        EXPECT_EQ(applied.parked_dropped, (flags & WEFT_APPLIED_PARKED_DROPPED) != 0);
    }
}

TEST(CrdtLayout, AnEditIsReadInCAsCppHasWrittenIt) {
    PathStepView step;
    step.kind = StepKind::index;
    step.index = 7;
    step.key = "k";
    EditView edit;
    edit.kind = EditKind::array_delete;
    edit.root = "root";
    edit.path = {&step, 1};
    edit.position = 8;
    edit.length = 9;
    edit.key = "key";
    edit.text = "text";
    edit.value = "value";
    edit.attributes = "attributes";
    edit.type = "type";
    const auto c = std::bit_cast<weft_edit>(edit);
    EXPECT_EQ(c.kind, WEFT_EDIT_ARRAY_DELETE);
    EXPECT_EQ(static_cast<const void*>(c.path), &step);
    EXPECT_EQ(c.path_count, 1u);
    EXPECT_EQ(c.position, 8u);
    EXPECT_EQ(c.length, 9u);
    const auto text = [](weft_str from) { return std::string_view(from.data, from.size); };
    EXPECT_EQ(text(c.root), "root");
    EXPECT_EQ(text(c.key), "key");
    EXPECT_EQ(text(c.text), "text");
    EXPECT_EQ(text(c.value), "value");
    EXPECT_EQ(text(c.attributes), "attributes");
    EXPECT_EQ(text(c.type), "type");

    const auto c_step = std::bit_cast<weft_path_step>(step);
    EXPECT_EQ(c_step.kind, WEFT_STEP_INDEX);
    EXPECT_EQ(c_step.index, 7u);
    EXPECT_EQ(text(c_step.key), "k");
}

}  // namespace
}  // namespace weft::detail
