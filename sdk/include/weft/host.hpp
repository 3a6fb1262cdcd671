// What the kernel offers a plugin.
#pragma once

#include <weft/abi/host.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace weft {

enum class LogLevel : std::uint32_t {
    debug = WEFT_LOG_DEBUG,
    info = WEFT_LOG_INFO,
    warning = WEFT_LOG_WARNING,
    error = WEFT_LOG_ERROR,
};

enum class MetricKind : std::uint32_t {
    counter = WEFT_METRIC_COUNTER,
    gauge = WEFT_METRIC_GAUGE,
};

enum class MetricId : std::uint32_t {};

/// Who a plugin is: constant data that can be read before an instance exists.
struct About {
    std::string_view name;     // as in the YAML: "sqlite"
    std::string_view version;  // "1.0.0"
    std::string_view summary;  // one line
    std::string_view license;  // "MIT"
};

/// The kernel as one instance of a plugin sees it. Abstract, so that tests of a plugin implement it directly.
///
/// Threads   Any thread [any].
/// Lifetime  Outlives the instance.
class Host {
public:
    virtual ~Host() = default;

    virtual void log(LogLevel level, std::string_view text) = 0;

    /// Where an option was written, to begin a message with: "weft.yaml:14:9: storage.path".
    virtual std::string where(std::string_view option) const = 0;

    /// Wall clock: for what people read. May jump.
    virtual std::int64_t unix_ms() const = 0;

    /// Never goes back: for intervals.
    virtual std::int64_t monotonic_ns() const = 0;

    virtual std::uint64_t random() = 0;

    /// The same name gives the same metric again. Names are as Prometheus takes them, and the kernel adds what tells
    /// plugins and instances apart.
    virtual MetricId define_metric(MetricKind kind, std::string_view name,
                                   std::string_view help) = 0;

    /// Adds to a counter, sets a gauge.
    virtual void record(MetricId metric, double value) = 0;
};

}  // namespace weft
