#include "clock.hpp"

#include <cstdint>
#include <cstdio>
#include <vector>

extern "C" [[gnu::noinline]] void weft_bench_measured(void (*call)(void*), void* work) {
    call(work);
}

namespace weft::bench {

void repeat(Milliseconds budget, const std::function<Milliseconds()>& once) {
    const auto begin = std::chrono::steady_clock::now();
    const auto elapsed = [begin] {
        return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
            .count();
    };
    std::vector<Milliseconds> times{once()};
    while (elapsed() < budget && times.size() < 20) {
        times.push_back(once());
    }
    std::printf("{\"first_ms\":%.6f,\"ms\":[", times.front());
    for (std::size_t i = times.size() > 1 ? 1 : 0; i < times.size(); ++i) {
        std::printf("%.6f%s", times[i], i + 1 < times.size() ? "," : "");
    }
    std::printf("]}\n");
}

void report(const char* name, std::uint64_t value) {
    std::printf("{\"%s\":%llu}\n", name, static_cast<unsigned long long>(value));
}

}  // namespace weft::bench
