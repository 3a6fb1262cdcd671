// The thread that documents live on.
#include "kernel/shard/shard_thread.hpp"

#include <gtest/gtest.h>

#include <future>

namespace weft {
namespace {

using std::chrono::milliseconds;

TEST(ShardThread, RunsWhatOneThreadPostsInItsOrder) {
    ShardThread shard("test");
    std::vector<int> order;
    shard.start([] {});
    for (int i = 0; i < 1000; ++i) {
        shard.post([&order, i] { order.push_back(i); });
    }
    shard.stop();
    ASSERT_EQ(order.size(), 1000u);
    for (int i = 0; i < 1000; ++i) {
        EXPECT_EQ(order[static_cast<std::size_t>(i)], i);
    }
}

TEST(ShardThread, RunsEverythingThatManyThreadsPostExactlyOnceAndNeverTwoAtATime) {
    ShardThread shard("test");
    std::size_t count = 0;  // unguarded: a race would be found by the thread sanitizer
    shard.start([] {});
    std::vector<std::thread> posters;
    for (int t = 0; t < 4; ++t) {
        posters.emplace_back([&] {
            for (int i = 0; i < 5000; ++i) {
                shard.post([&count] { ++count; });
            }
        });
    }
    for (auto& poster : posters) {
        poster.join();
    }
    shard.stop();
    EXPECT_EQ(count, 20'000u);
}

TEST(ShardThread, EndsEveryTurnOnceAfterItsTasks) {
    ShardThread shard("test");
    std::promise<void> seen;
    bool ran = false;
    bool told = false;
    shard.start([&] {
        if (ran && !told) {
            told = true;
            seen.set_value();
        }
    });
    shard.post([&] { ran = true; });
    seen.get_future().wait();
    shard.stop();
}

TEST(ShardThread, TimersRunInTheOrderOfTheirTimeAndCancelledOnesNever) {
    ShardThread shard("test");
    std::promise<std::vector<int>> done;
    std::vector<int> order;
    shard.start([] {});
    shard.post([&] {
        shard.after(milliseconds(20), [&] {
            order.push_back(2);
            done.set_value(order);
        });
        shard.after(milliseconds(10), [&] { order.push_back(1); });
        const TimerId cancelled = shard.after(milliseconds(5), [&] { order.push_back(0); });
        shard.cancel(cancelled);
    });
    EXPECT_EQ(done.get_future().get(), (std::vector<int>{1, 2}));
    shard.stop();
}

TEST(ShardThread, ATimerThatItsOwnTaskArmsAgainRunsAgain) {
    ShardThread shard("test");
    std::promise<void> done;
    Timer timer(shard);
    int runs = 0;
    std::function<void()> tick = [&] {
        if (++runs == 3) {
            done.set_value();
        } else {
            timer.arm(milliseconds(1), [&] { tick(); });
        }
    };
    shard.start([] {});
    shard.post([&] { timer.arm(milliseconds(1), [&] { tick(); }); });
    done.get_future().wait();
    shard.stop();
    EXPECT_EQ(runs, 3);
}

}  // namespace
}  // namespace weft
