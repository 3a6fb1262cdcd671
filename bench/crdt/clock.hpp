// The clock of the benchmarks, and the lines of JSON that a run prints.
#pragma once

#include <chrono>
#include <functional>
#include <type_traits>
#include <utility>

/// Where all measured work runs: one name that `valgrind --toggle-collect` can count instructions inside of.
extern "C" void weft_bench_measured(void (*call)(void*), void* work);

namespace weft::bench {

using Milliseconds = double;

template <class Work>
Milliseconds timed(Work&& work) {
    using Plain = std::remove_reference_t<Work>;
    const auto begin = std::chrono::steady_clock::now();
    weft_bench_measured([](void* plain) { (*static_cast<Plain*>(plain))(); }, &work);
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
        .count();
}

/// Repeats the work while the budget lasts, at most 20 times, and prints all times. `once` times its own middle and
/// verifies behind it. The first of several runs warms up and does not count.
void repeat(Milliseconds budget, const std::function<Milliseconds()>& once);

void report(const char* name, std::uint64_t value);

}  // namespace weft::bench
