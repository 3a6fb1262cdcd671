// A host for tests of a store on its own: real clocks, and a log that can be asked.
#pragma once

#include <weft/host.hpp>

#include <chrono>
#include <mutex>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace weft::conformance {

class RecordingHost final : public Host {
public:
    void log(LogLevel level, std::string_view text) override {
        const std::lock_guard lock(mutex_);
        lines_.emplace_back(level, text);
    }

    std::vector<std::string> lines(LogLevel level) const {
        const std::lock_guard lock(mutex_);
        std::vector<std::string> found;
        for (const auto& [of, line] : lines_) {
            if (of == level) {
                found.push_back(line);
            }
        }
        return found;
    }

    std::string where(std::string_view option) const override {
        return "storage." + std::string(option) + " (weft.yaml:14:9)";
    }

    std::int64_t unix_ms() const override {
        using namespace std::chrono;
        return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
    }

    std::int64_t monotonic_ns() const override {
        return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
    }

    std::uint64_t random() override {
        const std::lock_guard lock(mutex_);
        return random_();
    }

    MetricId define_metric(MetricKind, std::string_view name, std::string_view) override {
        const std::lock_guard lock(mutex_);
        for (std::size_t i = 0; i < metrics_.size(); ++i) {
            if (metrics_[i] == name) {
                return MetricId{static_cast<std::uint32_t>(i)};
            }
        }
        metrics_.emplace_back(name);
        return MetricId{static_cast<std::uint32_t>(metrics_.size() - 1)};
    }

    void record(MetricId, double) override {}

private:
    mutable std::mutex mutex_;
    std::mt19937_64 random_{4711};
    std::vector<std::pair<LogLevel, std::string>> lines_;
    std::vector<std::string> metrics_;
};

}  // namespace weft::conformance
