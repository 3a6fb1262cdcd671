#pragma once

#include "kernel/host/host_services.hpp"
#include "kernel/log/log.hpp"
#include "kernel/metrics/metrics.hpp"

#include <mutex>
#include <random>

namespace weft {

/// What plugins of a real process get: its log and metrics, the clocks of the machine, randomness of the operating system.
class ProcessServices final : public PluginHostServices {
public:
    ProcessServices(Log& log, Metrics& metrics) : log_(log), metrics_(metrics) {}

    void log(LogLevel level, std::string_view component, std::string_view text) override;
    MetricId define_metric(std::string_view component, MetricKind kind, std::string_view name,
                           std::string_view help) override;
    void record(MetricId metric, double value) override;
    std::int64_t unix_ms() override;
    std::int64_t monotonic_ns() override;
    std::uint64_t random() override;

private:
    Log& log_;
    Metrics& metrics_;
    std::mutex mutex_;
    std::random_device device_;  // guarded by `mutex_`
};

}  // namespace weft
