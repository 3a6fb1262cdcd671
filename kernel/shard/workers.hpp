#pragma once

#include <weft/function.hpp>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace weft {

/// Where work is done that would hold up all documents of a shard: it takes what it needs with it and posts what it made
/// back to the shard. The server runs `WorkerThreads`; tests do the work at a simulated time.
class Workers {
public:
    virtual ~Workers() = default;

    /// Begins `work` when those posted before have begun. It must not touch what belongs to a shard. [any]
    virtual void post(UniqueFunction<void()> work) = 0;
};

/// Threads that all shards of a node share.
class WorkerThreads final : public Workers {
public:
    ~WorkerThreads() override { stop(); }

    void start(std::size_t count);  // [main]

    /// Ends the threads once they have done what they had begun; what waits is dropped. [main]
    void stop();

    void post(UniqueFunction<void()> work) override;

private:
    void run();
    UniqueFunction<void()> next();

    std::vector<std::thread> threads_;

    // Shared between all threads.
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<UniqueFunction<void()>> queue_;
    bool stopping_ = false;
};

}  // namespace weft
