#include "kernel/metrics/metrics.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace weft {
namespace {

/// Fields of /proc/self/stat that are used here, numbered as in proc(5).
struct ProcessStat {
    double user_ticks = 0;      // 14
    double system_ticks = 0;    // 15
    double threads = 0;         // 20
    double start_ticks = 0;     // 22, since boot
    double virtual_bytes = 0;   // 23
    double resident_pages = 0;  // 24
};

ProcessStat read_stat() {
    std::ifstream in("/proc/self/stat");
    std::string line;
    std::getline(in, line);
    // The second field is the program's name in brackets, which may hold spaces and brackets of its own.
    std::istringstream fields(line.substr(std::min(line.rfind(')') + 1, line.size())));
    std::string state;
    fields >> state;
    double value[25] = {};
    for (int i = 4; i < 25; ++i) {
        fields >> value[i];
    }
    return {value[14], value[15], value[20], value[22], value[23], value[24]};
}

double boot_unix_seconds() {
    std::ifstream in("/proc/stat");
    std::string word;
    double seconds = 0;
    while (in >> word) {
        if (word == "btime") {
            in >> seconds;
            break;
        }
    }
    return seconds;
}

double open_files() {
    double count = 0;
    std::error_code error;
    for (std::filesystem::directory_iterator at("/proc/self/fd", error), end; !error && at != end;
         at.increment(error)) {
        ++count;
    }
    return count;
}

}  // namespace

std::vector<MetricSample> process_samples() {
    const ProcessStat stat = read_stat();
    const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
    const auto page = static_cast<double>(sysconf(_SC_PAGESIZE));
    const auto gauge = MetricKind::gauge;
    return {
        {MetricKind::counter,
         "process_cpu_seconds_total",
         "Processor time that was used",
         (stat.user_ticks + stat.system_ticks) / ticks,
         {}},
        {gauge, "process_open_fds", "Open file descriptors", open_files(), {}},
        {gauge,
         "process_resident_memory_bytes",
         "Memory that is held",
         stat.resident_pages * page,
         {}},
        {gauge,
         "process_start_time_seconds",
         "When the process began, in Unix time",
         boot_unix_seconds() + stat.start_ticks / ticks,
         {}},
        {gauge, "process_threads", "Threads", stat.threads, {}},
        {gauge,
         "process_virtual_memory_bytes",
         "Address space that is reserved",
         stat.virtual_bytes,
         {}},
    };
}

}  // namespace weft
