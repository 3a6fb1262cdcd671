#pragma once

#include <cstdint>

namespace weft {

/// A stream of random numbers from a seed (SplitMix64: Steele, Lea, Flood 2014). Every component has its
/// own, so that one drawing more does not change what another draws.
class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {
        state_ += 0x9e3779b97f4a7c15u;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return z ^ (z >> 31);
    }

    /// Evenly from 0 to `bound` - 1; `bound` is at least 1.
    std::uint64_t below(std::uint64_t bound) { return next() % bound; }

private:
    std::uint64_t state_;
};

}  // namespace weft
