#include "kernel/shard/shard_thread.hpp"

#include <pthread.h>

namespace weft {

namespace {

Time monotonic_now() {
    return std::chrono::steady_clock::now().time_since_epoch();
}

}  // namespace

void ShardThread::start(UniqueFunction<void()> end_of_turn) {
    end_of_turn_ = std::move(end_of_turn);
    now_ = monotonic_now();
    thread_ = std::thread([this] { run(); });
    pthread_setname_np(thread_.native_handle(), name_.substr(0, 15).c_str());
}

void ShardThread::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) {
        thread_.join();
    }
}

void ShardThread::post(UniqueFunction<void()> task) {
    bool wake = false;
    {
        const std::lock_guard lock(mutex_);
        queue_.push_back(std::move(task));
        wake = std::exchange(sleeping_, false);
    }
    if (wake) {
        wake_.notify_one();
    }
}

TimerId ShardThread::after(Duration delay, UniqueFunction<void()> task) {
    return timers_.add(now_ + delay, std::move(task));
}

void ShardThread::run() {
    std::vector<UniqueFunction<void()>> tasks;
    while (wait_for_tasks(tasks)) {
        run_turn(tasks);
    }
}

bool ShardThread::wait_for_tasks(std::vector<UniqueFunction<void()>>& tasks) {
    std::unique_lock lock(mutex_);
    const auto has_work = [this] { return !queue_.empty() || stopping_; };
    while (!has_work()) {
        const auto next = timers_.next();
        if (next && *next <= monotonic_now()) {
            break;
        }
        sleeping_ = true;
        if (next) {
            wake_.wait_until(lock, std::chrono::steady_clock::time_point(*next));
        } else {
            wake_.wait(lock);
        }
        sleeping_ = false;
    }
    tasks.swap(queue_);
    return !tasks.empty() || !stopping_;
}

void ShardThread::run_turn(std::vector<UniqueFunction<void()>>& tasks) {
    now_ = monotonic_now();
    for (auto& task : tasks) {
        task();
    }
    tasks.clear();
    while (auto due = timers_.take_due(now_)) {
        due();
    }
    end_of_turn_();
}

}  // namespace weft
