// How a history grows coarser.
#include "kernel/history/thinning.hpp"

#include "unit/history/typed_rows.hpp"

#include <gtest/gtest.h>

namespace weft {
namespace {

class ThinningOf : public testing::TestWithParam<std::string> {
protected:
    /// Segments of `rows` rows each.
    std::vector<StoredPart> segments(std::size_t count, std::size_t rows) {
        std::vector<StoredPart> made;
        for (std::size_t i = 0; i < count; ++i) {
            typed.type_words(rows);
            std::vector<BytesView> updates;
            for (std::size_t row = i * rows; row < (i + 1) * rows; ++row) {
                updates.push_back(typed.rows[row].bytes.view());
            }
            Bytes merged;
            EXPECT_TRUE(crdt->merge(updates, merged).ok());
            made.push_back({StoredPart::Kind::segment,
                            {i * rows + 1, (i + 1) * rows},
                            100 * (i + 1) * rows,
                            Buffer(std::move(merged))});
        }
        return made;
    }

    ThinningInput input_of(std::vector<StoredPart> segments) const {
        ThinningInput input;
        input.document = "notes";
        input.epoch = 1;
        input.segments = std::move(segments);
        input.versions_gone = {1};
        return input;
    }

    std::unique_ptr<Crdt> crdt = crdt_named(GetParam());
    TypedRows typed{*crdt};
};

INSTANTIATE_TEST_SUITE_P(Algorithms, ThinningOf, testing::Values("yjs", "rga"),
                         [](const auto& name) { return name.param; });

TEST_P(ThinningOf, MergesNeighboursIntoWhatReplaysToTheSameDocument) {
    const auto made = make_thinning(*crdt, input_of(segments(4, 5)));
    ASSERT_TRUE(made.ok());
    ASSERT_EQ(made->merges.size(), 1u);
    EXPECT_EQ(made->merges[0].first_seq, 1u);
    EXPECT_EQ(made->merges[0].last_seqs, (std::vector<std::uint64_t>{5, 10, 15, 20}));
    EXPECT_EQ(made->merges[0].mark, 2000u);
    EXPECT_EQ(typed.text_of_parts({made->merges[0].bytes.view()}), typed.text());
    EXPECT_EQ(made->versions_gone, (std::vector<std::uint64_t>{1}));
}

TEST_P(ThinningOf, NeverMergesAcrossAVersionThatIsKept) {
    ThinningInput input = input_of(segments(6, 5));
    input.kept_seqs = {20, 10};
    const auto made = make_thinning(*crdt, input);
    ASSERT_TRUE(made.ok());
    ASSERT_EQ(made->merges.size(), 3u);
    EXPECT_EQ(made->merges[0].last_seqs, (std::vector<std::uint64_t>{5, 10}));
    EXPECT_EQ(made->merges[1].last_seqs, (std::vector<std::uint64_t>{15, 20}));
    EXPECT_EQ(made->merges[2].last_seqs, (std::vector<std::uint64_t>{25, 30}));
}

TEST_P(ThinningOf, ASegmentWithoutANeighbourStaysAsItIs) {
    const auto made = make_thinning(*crdt, input_of(segments(1, 5)));
    ASSERT_TRUE(made.ok());
    EXPECT_TRUE(made->merges.empty());
}

TEST_P(ThinningOf, BuildsOnWhatStandsBeforeTheStretch) {
    ThinningInput input = input_of(segments(4, 5));
    input.before = {input.segments[0], input.segments[1]};
    input.segments.erase(input.segments.begin(), input.segments.begin() + 2);
    const auto made = make_thinning(*crdt, input);
    ASSERT_TRUE(made.ok());
    ASSERT_EQ(made->merges.size(), 1u);
    EXPECT_EQ(made->merges[0].first_seq, 11u);
    EXPECT_EQ(typed.text_of_parts({input.before[0].bytes.view(), input.before[1].bytes.view(),
                                   made->merges[0].bytes.view()}),
              typed.text());
}

TEST_P(ThinningOf, SegmentsThatAreNoUpdatesAreNotMerged) {
    ThinningInput input = input_of(segments(2, 5));
    input.segments[1].bytes = Buffer(Bytes{0xff, 0xff, 0xff});
    EXPECT_FALSE(make_thinning(*crdt, input).ok());
}

/// Merges into something that has lost the newest half.
class ForgetfulMerge final : public Crdt {
public:
    explicit ForgetfulMerge(const Crdt& crdt) : crdt_(crdt) {}
    std::unique_ptr<Replica> create_replica(const ReplicaOptions& options) const override {
        return crdt_.create_replica(options);
    }
    Result<void> merge(std::span<const BytesView> updates, Bytes& out) const override {
        return crdt_.merge(updates.first((updates.size() + 1) / 2), out);
    }
    Result<void> check(BytesView update) const override { return crdt_.check(update); }
    Result<bool> overlaps(BytesView update, BytesView state_vector) const override {
        return crdt_.overlaps(update, state_vector);
    }

private:
    const Crdt& crdt_;
};

TEST_P(ThinningOf, WhatReplaysToAnotherDocumentIsNotWritten) {
    const ThinningInput input = input_of(segments(4, 5));
    EXPECT_EQ(make_thinning(ForgetfulMerge(*crdt), input).error().code, Code::internal);
}

}  // namespace
}  // namespace weft
