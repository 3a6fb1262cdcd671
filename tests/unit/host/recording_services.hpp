#pragma once

#include "kernel/host/host_services.hpp"

#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace weft {

/// What plugins do with the host, to look at afterwards; fixed clocks and randomness.
class RecordingServices final : public PluginHostServices {
public:
    void log(LogLevel, std::string_view component, std::string_view text) override {
        const std::lock_guard lock(mutex_);
        lines_.push_back(std::string(component) + ": " + std::string(text));
    }
    MetricId define_metric(std::string_view component, MetricKind kind, std::string_view name,
                           std::string_view) override {
        const std::lock_guard lock(mutex_);
        metrics_.push_back(std::string(component) +
                           (kind == MetricKind::counter ? " counter " : " gauge ") +
                           std::string(name));
        return MetricId{static_cast<std::uint32_t>(metrics_.size() - 1)};
    }
    void record(MetricId metric, double value) override {
        const std::lock_guard lock(mutex_);
        recorded_[metrics_.at(static_cast<std::uint32_t>(metric))] = value;
    }
    std::int64_t unix_ms() override { return 1'700'000'000'123; }
    std::int64_t monotonic_ns() override { return 42; }
    std::uint64_t random() override { return 0xfeedfacecafebeef; }

    std::vector<std::string> lines() const {
        const std::lock_guard lock(mutex_);
        return lines_;
    }
    std::map<std::string, double> recorded() const {
        const std::lock_guard lock(mutex_);
        return recorded_;
    }

private:
    mutable std::mutex mutex_;
    std::vector<std::string> lines_;
    std::vector<std::string> metrics_;
    std::map<std::string, double> recorded_;
};

}  // namespace weft
