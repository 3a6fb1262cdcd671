// A gate that holds nothing back: the one difference between `weft` and the program `weft-without-gate`, which shows that
// tests of the gate can fail. It stands before the real header on the include path, and has its layout and its counts.
#pragma once

#include <weft/function.hpp>

#include <cstdint>
#include <deque>

namespace weft {

/// Takes for committed what is only applied: every answer leaves at once, and every edit is called saved at once.
class Gate {
public:
    enum class Outcome { open, dropped };
    using Waiter = UniqueFunction<void(Outcome)>;

    std::uint64_t applied() const { return applied_; }
    std::uint64_t committed() const { return applied_; }
    bool settled() const { return true; }

    void count_applied() { ++applied_; }
    void count_committed(std::uint64_t) {}

    void when_committed(Waiter waiter) { waiter(Outcome::open); }
    void when_committed(std::uint64_t, Waiter waiter) { waiter(Outcome::open); }

    void reset() { applied_ = 0; }

private:
    struct Entry {
        std::uint64_t stamp;
        Waiter waiter;
    };

    std::uint64_t applied_ = 0;
    std::uint64_t committed_ =
        0;  // unused, as is the queue: the layout is what other files of the kernel were compiled with
    std::deque<Entry> waiting_;
};

}  // namespace weft
