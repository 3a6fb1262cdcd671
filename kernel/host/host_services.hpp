#pragma once

#include <weft/host.hpp>

#include <cstdint>
#include <string_view>

namespace weft {

/// What the kernel gives plugins: the log, the metrics, the clocks and the randomness of this node. The simulator
/// gives its own.
///
/// Threads   Any thread [any].
/// Lifetime  Outlives the PluginHost.
class PluginHostServices {
public:
    virtual ~PluginHostServices() = default;

    /// `component` tells who speaks: "storage/sqlite".
    virtual void log(LogLevel level, std::string_view component, std::string_view text) = 0;

    virtual MetricId define_metric(std::string_view component, MetricKind kind,
                                   std::string_view name, std::string_view help) = 0;
    virtual void record(MetricId metric, double value) = 0;

    virtual std::int64_t unix_ms() = 0;
    virtual std::int64_t monotonic_ns() = 0;
    virtual std::uint64_t random() = 0;
};

}  // namespace weft
