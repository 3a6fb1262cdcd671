#include "histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace weft::bench {

// Values below 64 have a bucket each. Above, the highest set bit picks the power of two, the six bits after it the bucket.
std::size_t Histogram::bucket_of(std::uint64_t value) {
    if (value < sub_buckets) {
        return value;
    }
    const auto shift = static_cast<unsigned>(std::bit_width(value)) - 1 - sub_bits;
    return (std::size_t{shift} + 1) * sub_buckets + ((value >> shift) - sub_buckets);
}

std::int64_t Histogram::bucket_end(std::size_t bucket) {
    if (bucket < sub_buckets) {
        return static_cast<std::int64_t>(bucket);
    }
    const auto shift = bucket / sub_buckets - 1;
    const auto first = (sub_buckets + bucket % sub_buckets) << shift;
    return static_cast<std::int64_t>(first + (std::size_t{1} << shift) - 1);
}

Histogram::Histogram() : counts_((64 - sub_bits) * sub_buckets, 0) {}

void Histogram::record(std::int64_t nanoseconds, std::uint64_t times) {
    const auto value = std::max<std::int64_t>(nanoseconds, 0);
    counts_[bucket_of(static_cast<std::uint64_t>(value))] += times;
    count_ += times;
    max_ = std::max(max_, value);
}

void Histogram::clear() {
    std::fill(counts_.begin(), counts_.end(), 0);
    count_ = 0;
    max_ = 0;
}

std::int64_t Histogram::quantile(double share) const {
    if (count_ == 0) {
        return 0;
    }
    const auto wanted = std::max<std::uint64_t>(
        1, static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_))));
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < counts_.size(); ++bucket) {
        seen += counts_[bucket];
        if (seen >= wanted) {
            return std::min(bucket_end(bucket), max_);
        }
    }
    return max_;
}

}  // namespace weft::bench
