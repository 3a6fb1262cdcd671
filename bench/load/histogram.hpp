#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace weft::bench {

/// Counts durations in buckets whose width grows with the value: 64 to each power of two, so a quantile is at most
/// 1.6 % above the true one. Constant memory, a few nanoseconds a sample, no limit on the number of samples.
class Histogram {
public:
    Histogram();

    /// Negative durations (clock steps of a sample that was taken early) count as 0.
    void record(std::int64_t nanoseconds, std::uint64_t times = 1);
    void clear();

    [[nodiscard]] std::uint64_t count() const { return count_; }
    [[nodiscard]] std::int64_t max() const { return max_; }

    /// The smallest bucket end that at least `share` (0 to 1) of the samples do not exceed; 0 without samples.
    [[nodiscard]] std::int64_t quantile(double share) const;

private:
    static constexpr unsigned sub_bits = 6;
    static constexpr std::size_t sub_buckets = std::size_t{1} << sub_bits;

    static std::size_t bucket_of(std::uint64_t value);
    static std::int64_t bucket_end(std::size_t bucket);

    std::vector<std::uint64_t> counts_;
    std::uint64_t count_ = 0;
    std::int64_t max_ = 0;
};

}  // namespace weft::bench
