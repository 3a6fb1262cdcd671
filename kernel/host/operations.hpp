#pragma once

#include <weft/abi/host.h>
#include <weft/function.hpp>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <span>
#include <vector>

namespace weft {

/// The operations that one plugin instance still owes an end. Each ends exactly once: what a plugin says about an
/// unknown operation, or says twice, is counted and ignored.
///
/// Threads   Any thread [any]. An end is called outside the lock.
class Operations {
public:
    /// Borrows the completion.
    using End = UniqueFunction<void(const weft_completion&)>;

    Operations() = default;
    Operations(const Operations&) = delete;
    Operations& operator=(const Operations&) = delete;

    /// The id that the plugin is given. After `cancel_all` the end is called at once and the id names nothing.
    weft_op add(End end);

    void complete(std::span<const weft_completion> completions);

    /// Ends what is outstanding, and all that is added from now on, with `cancelled`.
    void cancel_all();

    std::size_t outstanding() const;

    /// Completions of operations that were not, or no longer, outstanding.
    std::uint64_t strays() const { return strays_.load(std::memory_order_relaxed); }

private:
    struct Slot {
        std::uint32_t generation = 1;
        End end;  // empty: free
    };

    End take(weft_op op);

    mutable std::mutex mutex_;
    std::vector<Slot> slots_;
    std::vector<std::uint32_t> free_;
    bool cancelled_ = false;

    std::atomic<std::uint64_t> strays_{0};
};

}  // namespace weft
