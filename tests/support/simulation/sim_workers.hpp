#pragma once

#include "kernel/shard/workers.hpp"
#include "tests/support/simulation/sim_time.hpp"

#include <memory>

namespace weft::sim {

/// One worker on the simulated clock: each piece of work takes its time, and is done at the end of it.
class SimWorkers final : public Workers {
public:
    SimWorkers(SimTime& time, Duration each) : time_(time), each_(each) {}
    ~SimWorkers() override { *alive_ = false; }

    void post(UniqueFunction<void()> work) override {
        ++posted_;
        free_at_ = std::max(free_at_, time_.now()) + each_;
        time_.after(free_at_ - time_.now(), [alive = alive_, work = std::move(work)]() mutable {
            if (*alive) {
                work();
            }
        });
    }

    std::size_t posted() const { return posted_; }

private:
    SimTime& time_;
    const Duration each_;
    Time free_at_{};
    std::size_t posted_ = 0;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace weft::sim
