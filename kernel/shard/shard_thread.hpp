#pragma once

#include "kernel/shard/executor.hpp"
#include "kernel/shard/timer_queue.hpp"

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace weft {

/// Runs a shard on a thread of its own. A turn takes everything that was queued, runs the timers that
/// are due, then calls `end_of_turn` once: batches form by themselves when the shard is busy.
class ShardThread final : public Executor {
public:
    explicit ShardThread(std::string name) : name_(std::move(name)) {}
    ~ShardThread() override { stop(); }

    /// Starts the thread. `end_of_turn` runs on it after every turn. [main]
    void start(UniqueFunction<void()> end_of_turn);

    /// Runs what is queued, then ends the thread. Timers that are not due are dropped. [main]
    void stop();

    Time now() const override { return now_; }
    void post(UniqueFunction<void()> task) override;
    TimerId after(Duration delay, UniqueFunction<void()> task) override;
    void cancel(TimerId timer) override { timers_.cancel(timer); }

private:
    void run();
    bool wait_for_tasks(std::vector<UniqueFunction<void()>>& tasks);
    void run_turn(std::vector<UniqueFunction<void()>>& tasks);

    const std::string name_;
    std::thread thread_;

    // Shared between all threads.
    std::mutex mutex_;
    std::condition_variable wake_;
    std::vector<UniqueFunction<void()>> queue_;
    bool sleeping_ = false;
    bool stopping_ = false;

    // Belongs to the shard: no lock.
    UniqueFunction<void()> end_of_turn_;
    TimerQueue timers_;
    Time now_{};
};

}  // namespace weft
