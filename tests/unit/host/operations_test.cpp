// The operations that a plugin owes an end: exactly once each, from any thread.
#include "kernel/host/operations.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace weft {
namespace {

weft_completion ok(weft_op op) {
    return {op, WEFT_OK, 0, {}, nullptr, 0};
}

TEST(Operations, AnEndIsCalledOnceHoweverOftenThePluginTells) {
    Operations operations;
    int ends = 0;
    const weft_op op = operations.add([&](const weft_completion&) { ++ends; });
    const std::vector<weft_completion> twice{ok(op), ok(op)};
    operations.complete(twice);
    EXPECT_EQ(ends, 1);
    EXPECT_EQ(operations.strays(), 1u);
    EXPECT_EQ(operations.outstanding(), 0u);
}

TEST(Operations, AnUnknownIdIsCountedAndIgnored) {
    Operations operations;
    const std::vector<weft_completion> unknown{ok(0), ok(~weft_op{0}), ok(12345)};
    operations.complete(unknown);
    EXPECT_EQ(operations.strays(), 3u);
}

TEST(Operations, AStaleIdNeverEndsTheOperationThatHasItsSlotNow) {
    Operations operations;
    int first = 0;
    int second = 0;
    const weft_op old = operations.add([&](const weft_completion&) { ++first; });
    const weft_completion ends_old = ok(old);
    operations.complete({&ends_old, 1});
    const weft_op fresh = operations.add([&](const weft_completion&) { ++second; });
    EXPECT_EQ(static_cast<std::uint32_t>(old), static_cast<std::uint32_t>(fresh))
        << "the slot is used again";
    operations.complete({&ends_old, 1});
    EXPECT_EQ(second, 0);
    EXPECT_EQ(operations.strays(), 1u);
}

TEST(Operations, CancellingEndsWhatIsOutstandingAndWhatComesLater) {
    Operations operations;
    std::vector<weft_code> codes;
    const auto end = [&](const weft_completion& completion) { codes.push_back(completion.code); };
    const weft_op op = operations.add(end);
    operations.cancel_all();
    EXPECT_EQ(codes, (std::vector<weft_code>{WEFT_CANCELLED}));
    const weft_completion late = ok(op);
    operations.complete({&late, 1});
    EXPECT_EQ(operations.add(end), 0u);
    EXPECT_EQ(codes, (std::vector<weft_code>{WEFT_CANCELLED, WEFT_CANCELLED}));
}

TEST(Operations, AnEndMayStartTheNextOperation) {
    Operations operations;
    weft_op next = 0;
    const weft_op op = operations.add(
        [&](const weft_completion&) { next = operations.add([](const weft_completion&) {}); });
    const weft_completion done = ok(op);
    operations.complete({&done, 1});
    EXPECT_NE(next, 0u);
    EXPECT_EQ(operations.outstanding(), 1u);
}

TEST(Operations, ThreadsThatRaceEndEachOperationOnce) {
    Operations operations;
    constexpr int count = 2000;
    std::vector<std::atomic<int>> ends(count);
    std::vector<weft_completion> completions;
    for (int i = 0; i < count; ++i) {
        completions.push_back(ok(operations.add(
            [&ends, i](const weft_completion&) { ++ends[static_cast<std::size_t>(i)]; })));
    }
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i) {
        threads.emplace_back([&] { operations.complete(completions); });
    }
    threads.emplace_back([&] { operations.cancel_all(); });
    for (std::thread& thread : threads) {
        thread.join();
    }
    for (const auto& end : ends) {
        EXPECT_EQ(end.load(), 1);
    }
}

}  // namespace
}  // namespace weft
