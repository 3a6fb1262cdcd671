#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace weft::bench {

struct ClockRange {
    std::uint64_t from = 0;
    std::uint64_t to = 0;
};

/// Which of one author's clocks one connection has received. In the usual case, when they come in order, that is a
/// single number; what comes ahead of a hole is kept as a sorted list of ranges until the hole closes.
class Coverage {
public:
    /// Everything below this has come.
    [[nodiscard]] std::uint64_t contiguous() const { return contiguous_; }
    [[nodiscard]] bool has_hole() const { return !ahead_.empty(); }

    /// How many of the clocks below `end` have not come.
    [[nodiscard]] std::uint64_t missing_below(std::uint64_t end) const {
        auto missing = end - std::min(contiguous_, end);
        for (const auto& known : ahead_) {
            missing -= std::min(known.to, end) - std::min(known.from, end);
        }
        return missing;
    }

    /// Marks `range` as received and calls `on_new(ClockRange)` for each part of it that is new, in order. Answers how
    /// many of its clocks had come before.
    template <typename OnNew>
    std::uint64_t add(ClockRange range, OnNew&& on_new) {
        if (range.from == contiguous_ && ahead_.empty()) {
            contiguous_ = range.to;
            on_new(range);
            return 0;
        }
        auto at = range.from;
        std::uint64_t fresh = 0;
        const auto report = [&](std::uint64_t from, std::uint64_t to) {
            if (from < to) {
                on_new(ClockRange{from, to});
                fresh += to - from;
            }
        };
        at = std::max(at, contiguous_);
        for (const auto& known : ahead_) {
            if (known.from >= range.to) {
                break;
            }
            report(at, known.from);
            at = std::max(at, known.to);
        }
        report(at, range.to);
        insert(range);
        return range.to - range.from - fresh;
    }

private:
    /// Joins `range` with all that touch it.
    void insert(ClockRange range) {
        const auto touches = [&](const ClockRange& known) {
            return known.from <= range.to && range.from <= known.to;
        };
        const auto first = std::find_if(ahead_.begin(), ahead_.end(), touches);
        auto last = first;
        for (; last != ahead_.end() && touches(*last); ++last) {
            range = {std::min(range.from, last->from), std::max(range.to, last->to)};
        }
        auto place = ahead_.erase(first, last);
        if (range.from <= contiguous_) {
            contiguous_ = std::max(contiguous_, range.to);
            return;
        }
        place = std::find_if(ahead_.begin(), ahead_.end(),
                             [&](const ClockRange& known) { return known.from > range.from; });
        ahead_.insert(place, range);
    }

    std::uint64_t contiguous_ = 0;
    std::vector<ClockRange> ahead_;  ///< sorted, apart, all above `contiguous_`
};

}  // namespace weft::bench
