#include "coverage.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

using weft::bench::ClockRange;
using weft::bench::Coverage;

namespace {

const auto ignore = [](ClockRange) {};

}  // namespace

TEST(LoadCoverage, RangesInOrderAreOneNumber) {
    Coverage coverage;
    EXPECT_EQ(coverage.add({0, 17}, ignore), 0U);
    EXPECT_EQ(coverage.add({17, 34}, ignore), 0U);
    EXPECT_EQ(coverage.contiguous(), 34U);
    EXPECT_FALSE(coverage.has_hole());
}

TEST(LoadCoverage, AHoleIsMissingUntilItCloses) {
    Coverage coverage;
    coverage.add({0, 10}, ignore);
    coverage.add({20, 30}, ignore);
    EXPECT_EQ(coverage.missing_below(30), 10U);
    EXPECT_EQ(coverage.missing_below(40), 20U);
    coverage.add({10, 20}, ignore);
    EXPECT_EQ(coverage.missing_below(30), 0U);
    EXPECT_EQ(coverage.contiguous(), 30U);
}

TEST(LoadCoverage, ADiffThatRepeatsEverythingReportsOnlyWhatIsNew) {
    Coverage coverage;
    coverage.add({0, 10}, ignore);
    coverage.add({20, 30}, ignore);
    std::vector<ClockRange> fresh;
    EXPECT_EQ(coverage.add({0, 40}, [&](ClockRange range) { fresh.push_back(range); }), 20U);
    ASSERT_EQ(fresh.size(), 2U);
    EXPECT_EQ(fresh[0].from, 10U);
    EXPECT_EQ(fresh[0].to, 20U);
    EXPECT_EQ(fresh[1].from, 30U);
    EXPECT_EQ(fresh[1].to, 40U);
}

TEST(LoadCoverage, AgreesWithOneFlagForEachClockInAnyOrder) {
    for (std::uint32_t seed = 0; seed < 50; ++seed) {
        std::mt19937 random(seed);
        Coverage coverage;
        std::vector<bool> received(200, false);
        for (int step = 0; step < 60; ++step) {
            const auto from = random() % 190;
            const auto to = from + 1 + random() % 10;
            std::uint64_t repeated = 0, fresh = 0;
            for (auto clock = from; clock < to; ++clock) {
                repeated += received[clock] ? 1 : 0;
                received[clock] = true;
            }
            const auto known =
                coverage.add({from, to}, [&](ClockRange range) { fresh += range.to - range.from; });
            ASSERT_EQ(known, repeated) << "seed " << seed << " step " << step;
            ASSERT_EQ(fresh, to - from - repeated) << "seed " << seed << " step " << step;
            const auto missing =
                static_cast<std::uint64_t>(std::count(received.begin(), received.end(), false));
            ASSERT_EQ(coverage.missing_below(200), missing) << "seed " << seed << " step " << step;
        }
    }
}
