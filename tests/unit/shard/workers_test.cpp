// Threads for work that would hold up a shard.
#include "kernel/shard/workers.hpp"

#include <gtest/gtest.h>

#include <future>
#include <latch>

namespace weft {
namespace {

TEST(Workers, DoWorkAsideOfWhoPostsIt) {
    WorkerThreads workers;
    workers.start(1);
    std::promise<std::thread::id> done;
    workers.post([&] { done.set_value(std::this_thread::get_id()); });
    EXPECT_NE(done.get_future().get(), std::this_thread::get_id());
}

TEST(Workers, WorkSideBySide) {
    WorkerThreads workers;
    workers.start(2);
    std::latch both(2);
    std::promise<void> done[2];
    for (auto& one : done) {
        workers.post([&] {
            both.arrive_and_wait();
            one.set_value();
        });
    }
    done[0].get_future().get();
    done[1].get_future().get();
}

TEST(Workers, FinishWhatTheyHaveBegunAndDropTheRest) {
    WorkerThreads workers;
    workers.start(1);
    std::latch begun(1);
    std::latch stopping(1);
    bool finished = false;
    bool next_began = false;
    std::promise<void> dropped;
    const auto tell = [&dropped](bool*) { dropped.set_value(); };
    workers.post([&] {
        begun.count_down();
        stopping.wait();
        finished = true;
    });
    workers.post(
        [next = std::unique_ptr<bool, decltype(tell)>(&next_began, tell)] { *next = true; });
    begun.wait();
    std::thread stopper([&] { workers.stop(); });
    dropped.get_future().get();
    stopping.count_down();
    stopper.join();
    EXPECT_TRUE(finished);
    EXPECT_FALSE(next_began);
}

}  // namespace
}  // namespace weft
