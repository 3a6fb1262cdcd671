// Which automatic versions stay.
#include "kernel/history/retention.hpp"

#include <gtest/gtest.h>

namespace weft {
namespace {

constexpr std::int64_t minute = 60'000;
constexpr std::int64_t hour = 60 * minute;
constexpr std::int64_t day = 24 * hour;
constexpr std::int64_t now = 20'000 * day;

HistoryPolicy policy() {
    HistoryPolicy policy;
    policy.keep_all = std::chrono::hours(24);
    policy.keep_hourly = std::chrono::hours(24 * 7);
    policy.keep_daily = std::chrono::hours(24 * 90);
    return policy;
}

std::vector<Version> every(std::int64_t interval, std::int64_t from_age, std::int64_t to_age) {
    std::vector<Version> versions;
    for (std::int64_t age = from_age; age >= to_age; age -= interval) {
        Version version;
        version.number = versions.size() + 1;
        version.seq = version.number * 10;
        version.kind = VersionKind::automatic;
        version.unix_ms = now - age;
        versions.push_back(version);
    }
    return versions;
}

std::size_t left(const std::vector<Version>& versions) {
    return versions.size() - versions_to_let_go(versions, now, policy()).size();
}

TEST(Retention, AllVersionsOfTheNewestDayStay) {
    EXPECT_EQ(left(every(10 * minute, day - minute, 0)), 144u);
}

TEST(Retention, OneAnHourStaysForAWeekThenOneADayThenOneAWeek) {
    EXPECT_EQ(left(every(10 * minute, 3 * day - 5 * minute, 2 * day)), 24u);
    EXPECT_EQ(left(every(hour, 20 * day - hour / 2, 10 * day)), 10u);
    EXPECT_NEAR(static_cast<double>(left(every(day, 365 * day, 295 * day))), 11.0, 1.0);
}

TEST(Retention, TheNewestOfEachStretchStays) {
    const auto versions = every(10 * minute, 2 * day - 5 * minute, 2 * day - 60 * minute);
    EXPECT_EQ(versions_to_let_go(versions, now, policy()),
              (std::vector<std::uint64_t>{1, 2, 3, 4, 5}));
}

TEST(Retention, VersionsThatSomebodyNamedAndThatARestoreKeptStayForEver) {
    auto versions = every(minute, 400 * day, 400 * day - hour);
    for (auto& version : versions) {
        version.kind = version.number % 2 == 0 ? VersionKind::named : VersionKind::restore;
    }
    EXPECT_EQ(left(versions), versions.size());
}

TEST(Retention, TheNewestVersionStaysHoweverOldItIs) {
    const auto versions = every(minute, 400 * day, 400 * day);
    ASSERT_EQ(versions.size(), 1u);
    EXPECT_EQ(left(versions), 1u);
}

TEST(Retention, WhatStaysTodayStillStaysWhenItIsAskedAgain) {
    auto versions = every(7 * minute, 120 * day, 0);
    const auto gone = versions_to_let_go(versions, now, policy());
    std::erase_if(versions, [&](const Version& version) {
        return std::binary_search(gone.begin(), gone.end(), version.number);
    });
    EXPECT_EQ(left(versions), versions.size());
}

TEST(Retention, NothingGoesWithoutARule) {
    EXPECT_TRUE(versions_to_let_go(every(minute, 400 * day, 399 * day), now, {}).empty());
}

}  // namespace
}  // namespace weft
