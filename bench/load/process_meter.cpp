#include "process_meter.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <thread>

namespace weft::bench {

namespace {

std::int64_t clock_ns(clockid_t clock) {
    timespec time{};
    if (clock_gettime(clock, &time) != 0) {
        return 0;
    }
    return time.tv_sec * 1'000'000'000 + time.tv_nsec;
}

std::int64_t cpu_ns_of(pid_t pid) {
    clockid_t clock{};
    return clock_getcpuclockid(pid, &clock) == 0 ? clock_ns(clock) : 0;
}

std::uint64_t resident_bytes_of(pid_t pid) {
    std::ifstream status("/proc/" + std::to_string(pid) + "/status");
    std::string word;
    while (status >> word) {
        if (word == "VmRSS:") {
            std::uint64_t kibibytes = 0;
            status >> kibibytes;
            return kibibytes * 1024;
        }
    }
    return 0;
}

/// The fourth field of /proc/PID/stat, after a name that may hold anything but ends at the last bracket.
pid_t parent_of(const std::filesystem::path& process) {
    std::ifstream file(process / "stat");
    std::string stat;
    std::getline(file, stat);
    const auto name_end = stat.rfind(')');
    return name_end == std::string::npos || name_end + 4 > stat.size()
               ? 0
               : std::atoi(stat.c_str() + name_end + 4);
}

}  // namespace

std::int64_t own_cpu_ns() {
    return clock_ns(CLOCK_PROCESS_CPUTIME_ID);
}

std::vector<pid_t> ProcessMeter::processes() const {
    std::vector<pid_t> found{pid_};
    if (scope_ == Scope::process) {
        return found;
    }
    std::multimap<pid_t, pid_t> children;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        const auto name = entry.path().filename().string();
        pid_t pid = 0;
        if (std::from_chars(name.data(), name.data() + name.size(), pid).ec == std::errc{}) {
            children.emplace(parent_of(entry.path()), pid);
        }
    }
    for (std::size_t at = 0; at < found.size(); ++at) {
        const auto [first, last] = children.equal_range(found[at]);
        std::for_each(first, last, [&](const auto& child) { found.push_back(child.second); });
    }
    return found;
}

std::int64_t ProcessMeter::cpu_ns() const {
    std::int64_t sum = 0;
    if (present()) {
        for (const auto pid : processes()) {
            sum += cpu_ns_of(pid);
        }
    }
    return sum;
}

std::uint64_t ProcessMeter::resident_bytes() const {
    std::uint64_t sum = 0;
    if (present()) {
        for (const auto pid : processes()) {
            sum += resident_bytes_of(pid);
        }
    }
    return sum;
}

std::uint64_t ProcessMeter::settled_resident_bytes() const {
    constexpr std::uint64_t still = 64 * 1024;
    auto before = resident_bytes();
    for (int attempt = 0; present() && attempt < 10; ++attempt) {
        std::this_thread::sleep_for(std::chrono::milliseconds(500));
        const auto now = resident_bytes();
        const bool settled = std::max(now, before) - std::min(now, before) <= still;
        before = now;
        if (settled) {
            break;
        }
    }
    return before;
}

}  // namespace weft::bench
