#pragma once

#include <weft/function.hpp>

#include <chrono>
#include <cstdint>

namespace weft {

/// Time since some fixed but arbitrary moment. Never the wall clock.
using Time = std::chrono::nanoseconds;
using Duration = std::chrono::nanoseconds;
using TimerId = std::uint64_t;

/// The one thread that a shard's code runs on: its clock, its timers, its queue.
/// The server runs a `ShardThread` each; tests run all shards of all nodes on one simulated clock.
class Executor {
public:
    virtual ~Executor() = default;

    /// The time at which the present turn began. [shard]
    virtual Time now() const = 0;

    /// Runs `task` on the shard, in the order of posting per thread. [any]
    virtual void post(UniqueFunction<void()> task) = 0;

    /// Runs `task` on the shard once `delay` has passed. [shard]
    virtual TimerId after(Duration delay, UniqueFunction<void()> task) = 0;

    /// A timer that ran or was cancelled before is ignored. [shard]
    virtual void cancel(TimerId timer) = 0;
};

/// Cancels its timer when it goes away, so that a task never meets a dead object.
class Timer {
public:
    explicit Timer(Executor& executor) : executor_(executor) {}
    ~Timer() { cancel(); }
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

    bool armed() const { return id_ != 0; }

    /// Replaces what was armed before.
    void arm(Duration delay, UniqueFunction<void()> task) {
        cancel();
        id_ = executor_.after(delay, [this, task = std::move(task)]() mutable {
            id_ = 0;
            auto run = std::move(task);
            run();
        });
    }

    void cancel() {
        if (id_ != 0) {
            executor_.cancel(std::exchange(id_, 0));
        }
    }

private:
    Executor& executor_;
    TimerId id_ = 0;
};

}  // namespace weft
