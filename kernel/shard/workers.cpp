#include "kernel/shard/workers.hpp"

#include <pthread.h>

#include <string>

namespace weft {

void WorkerThreads::start(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        threads_.emplace_back([this] { run(); });
        pthread_setname_np(threads_.back().native_handle(),
                           ("worker-" + std::to_string(i)).c_str());
    }
}

void WorkerThreads::stop() {
    std::deque<UniqueFunction<void()>> dropped;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        dropped = std::move(queue_);
        queue_.clear();
    }
    dropped.clear();
    wake_.notify_all();
    for (auto& thread : threads_) {
        thread.join();
    }
    threads_.clear();
}

void WorkerThreads::post(UniqueFunction<void()> work) {
    {
        const std::lock_guard lock(mutex_);
        if (stopping_) {
            return;
        }
        queue_.push_back(std::move(work));
    }
    wake_.notify_one();
}

void WorkerThreads::run() {
    while (auto work = next()) {
        work();
    }
}

/// Empty when the threads are to end.
UniqueFunction<void()> WorkerThreads::next() {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (stopping_) {
        return {};
    }
    auto work = std::move(queue_.front());
    queue_.pop_front();
    return work;
}

}  // namespace weft
