#pragma once

#include <weft/function.hpp>

#include <cstdint>
#include <deque>

namespace weft {

/// Bounds what large loads of one shard hold at a time: stored bytes, and the replica that grows from them. One that is larger
/// than all of it goes when it is alone.
///
/// Threads   Belongs to the shard.
class LoadBudget {
public:
    explicit LoadBudget(std::uint64_t bytes_max) : bytes_max_(bytes_max) {}

    /// Takes `bytes` if there is room for them and nobody waits.
    bool try_take(std::uint64_t bytes) {
        if (!waiting_.empty() || !has_room(bytes)) {
            return false;
        }
        taken_ += bytes;
        return true;
    }

    /// Takes `bytes` as soon as there is room, first come first served, then calls `granted`.
    void take_later(std::uint64_t bytes, UniqueFunction<void()> granted) {
        waiting_.push_back({bytes, std::move(granted)});
    }

    void give_back(std::uint64_t bytes) {
        taken_ -= bytes;
        while (!waiting_.empty() && has_room(waiting_.front().bytes)) {
            Waiting next = std::move(waiting_.front());
            waiting_.pop_front();
            taken_ += next.bytes;
            next.granted();
        }
    }

    std::uint64_t taken() const { return taken_; }

private:
    struct Waiting {
        std::uint64_t bytes;
        UniqueFunction<void()> granted;
    };

    bool has_room(std::uint64_t bytes) const { return taken_ == 0 || taken_ + bytes <= bytes_max_; }

    const std::uint64_t bytes_max_;
    std::uint64_t taken_ = 0;
    std::deque<Waiting> waiting_;
};

}  // namespace weft
