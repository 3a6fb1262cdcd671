#pragma once

#include <weft/function.hpp>

#include <algorithm>
#include <cstdint>
#include <deque>

namespace weft {

/// Holds back what was derived from a replica until the local edits in it are committed.
///
/// Local edits are counted when applied and when committed. An answer is stamped with the applied count
/// and leaves once the committed count has reached the stamp.
class Gate {
public:
    enum class Outcome { open, dropped };
    using Waiter = UniqueFunction<void(Outcome)>;

    std::uint64_t applied() const { return applied_; }
    std::uint64_t committed() const { return committed_; }
    bool settled() const { return applied_ == committed_; }

    void count_applied() { ++applied_; }

    /// Lets through what waited for the next `count` local edits.
    void count_committed(std::uint64_t count) {
        committed_ += count;
        while (!waiting_.empty() && waiting_.front().stamp <= committed_) {
            auto waiter = std::move(waiting_.front().waiter);
            waiting_.pop_front();
            waiter(Outcome::open);
        }
    }

    /// Runs `waiter` once everything that is applied now is committed; at once if it is already.
    void when_committed(Waiter waiter) { when_committed(applied_, std::move(waiter)); }

    /// The same for the first `stamp` local edits.
    void when_committed(std::uint64_t stamp, Waiter waiter) {
        if (stamp <= committed_) {
            waiter(Outcome::open);
            return;
        }
        const auto behind = std::upper_bound(
            waiting_.begin(), waiting_.end(), stamp,
            [](std::uint64_t wanted, const Entry& entry) { return wanted < entry.stamp; });
        waiting_.insert(behind, {stamp, std::move(waiter)});
    }

    /// The replica was dropped: both counts start anew, and so do all who waited.
    void reset() {
        applied_ = 0;
        committed_ = 0;
        auto dropped = std::exchange(waiting_, {});
        for (auto& entry : dropped) {
            entry.waiter(Outcome::dropped);
        }
    }

private:
    struct Entry {
        std::uint64_t stamp;
        Waiter waiter;
    };

    std::uint64_t applied_ = 0;
    std::uint64_t committed_ = 0;
    std::deque<Entry> waiting_;  // in the order of their stamps
};

}  // namespace weft
