#include "kernel/cli/process_services.hpp"

#include <chrono>

namespace weft {

void ProcessServices::log(LogLevel level, std::string_view component, std::string_view text) {
    if (log_.enabled(level)) {
        log_.write(level, component, text, {});
    }
}

MetricId ProcessServices::define_metric(std::string_view component, MetricKind kind,
                                        std::string_view name, std::string_view help) {
    return metrics_.define(component, kind, name, help);
}

void ProcessServices::record(MetricId metric, double value) {
    metrics_.record(metric, value);
}

std::int64_t ProcessServices::unix_ms() {
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

std::int64_t ProcessServices::monotonic_ns() {
    using namespace std::chrono;
    return duration_cast<nanoseconds>(steady_clock::now().time_since_epoch()).count();
}

std::uint64_t ProcessServices::random() {
    const std::lock_guard lock(mutex_);
    return std::uint64_t{device_()} << 32 | device_();
}

}  // namespace weft
