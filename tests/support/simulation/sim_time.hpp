#pragma once

#include "kernel/shard/executor.hpp"
#include "kernel/shard/timer_queue.hpp"

#include <memory>
#include <vector>

namespace weft::sim {

/// The one clock of a simulation, and everything that will happen on it: equal programs with equal seeds see
/// equal events. Nothing here sleeps.
class SimTime {
public:
    Time now() const { return now_; }

    void after(Duration delay, UniqueFunction<void()> task) {
        events_.add(now_ + delay, std::move(task));
    }

    /// Runs everything that happens within `duration`, then stands at its end.
    void run_for(Duration duration) {
        const Time end = now_ + duration;
        while (events_.next() && *events_.next() <= end) {
            now_ = *events_.next();
            auto task = events_.take_due(now_);
            task();
        }
        now_ = end;
    }

private:
    TimerQueue events_;
    Time now_ = std::chrono::seconds(1);
};

/// A shard's thread on the simulated clock: turns gather what was posted, as the real one does.
class SimExecutor final : public Executor {
public:
    explicit SimExecutor(SimTime& time) : time_(time) {}

    void set_end_of_turn(UniqueFunction<void()> end_of_turn) {
        end_of_turn_ = std::move(end_of_turn);
    }

    /// The node crashed: nothing of it runs any more.
    void kill() {
        *alive_ = false;
        queue_.clear();
        timers_ = {};
    }

    /// Timers that wait; to see that a quiet node is back at its baseline.
    std::size_t timer_count() const { return timers_.size(); }

    Time now() const override { return time_.now(); }

    void post(UniqueFunction<void()> task) override {
        if (*alive_) {
            queue_.push_back(std::move(task));
            schedule_turn(Duration::zero());
        }
    }

    TimerId after(Duration delay, UniqueFunction<void()> task) override {
        const TimerId id = timers_.add(time_.now() + delay, std::move(task));
        time_.after(delay, [this, alive = alive_] {
            if (*alive) {
                turn();
            }
        });
        return id;
    }

    void cancel(TimerId timer) override { timers_.cancel(timer); }

private:
    void schedule_turn(Duration delay) {
        if (std::exchange(turn_scheduled_, true)) {
            return;
        }
        time_.after(delay, [this, alive = alive_] {
            if (*alive) {
                turn_scheduled_ = false;
                turn();
            }
        });
    }

    void turn() {
        for (auto& task : std::exchange(queue_, {})) {
            task();
        }
        while (auto due = timers_.take_due(time_.now())) {
            due();
        }
        end_of_turn_();
    }

    SimTime& time_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
    std::vector<UniqueFunction<void()>> queue_;
    TimerQueue timers_;
    UniqueFunction<void()> end_of_turn_;
    bool turn_scheduled_ = false;
};

}  // namespace weft::sim
