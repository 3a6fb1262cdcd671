#include "histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

using weft::bench::Histogram;

TEST(LoadHistogram, AnswersNothingWithoutSamples) {
    const Histogram histogram;
    EXPECT_EQ(histogram.quantile(0.5), 0);
    EXPECT_EQ(histogram.count(), 0U);
}

TEST(LoadHistogram, IsExactBelowSixtyFourNanoseconds) {
    Histogram histogram;
    for (int value = 0; value < 64; ++value) {
        histogram.record(value);
    }
    EXPECT_EQ(histogram.quantile(0.5), 31);
    EXPECT_EQ(histogram.quantile(1), 63);
}

TEST(LoadHistogram, NeverUnderstatesAQuantileAndOverstatesItByAtMostTwoPercent) {
    std::mt19937_64 random(4711);
    std::lognormal_distribution<double> durations(13, 2);
    Histogram histogram;
    std::vector<std::int64_t> sorted;
    for (int sample = 0; sample < 20'000; ++sample) {
        sorted.push_back(static_cast<std::int64_t>(durations(random)));
        histogram.record(sorted.back());
    }
    std::sort(sorted.begin(), sorted.end());
    for (const double share : {0.5, 0.9, 0.99, 1.0}) {
        const auto rank = static_cast<std::size_t>(share * static_cast<double>(sorted.size())) - 1;
        EXPECT_GE(histogram.quantile(share), sorted[rank]) << share;
        EXPECT_LE(static_cast<double>(histogram.quantile(share)),
                  static_cast<double>(sorted[rank]) * 1.02)
            << share;
    }
}

TEST(LoadHistogram, CountsANegativeDurationAsZero) {
    Histogram histogram;
    histogram.record(-5);
    EXPECT_EQ(histogram.count(), 1U);
    EXPECT_EQ(histogram.max(), 0);
}
