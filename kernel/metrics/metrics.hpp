// The numbers behind GET /metrics.
#pragma once

#include <weft/host.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weft {

/// One number as it stands when somebody asks. Shards count in plain variables of their own and are asked for copies, so that
/// counting costs them nothing.
struct MetricSample {
    MetricKind kind = MetricKind::counter;
    std::string name;  // "weft_updates_applied_total"
    std::string help;
    double value = 0;
    std::vector<std::pair<std::string, std::string>> labels;
};

/// Everything that is measured of one node: what plugins record, what the process costs, and what the caller brings.
///
/// Threads   Any thread.
class Metrics {
public:
    /// `version` is shown as weft_build_info.
    explicit Metrics(std::string_view version);
    ~Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;

    /// A metric of the plugin `component` ("storage/sqlite"), shown as weft_<name>{seam="storage",plugin="sqlite"}. The same name of
    /// the same component gives the same metric again. A name that Prometheus does not take, or one that already counts something
    /// of another kind, gives a metric that is not shown: a plugin's mistake must not stop a server.
    MetricId define(std::string_view component, MetricKind kind, std::string_view name,
                    std::string_view help);

    /// Adds to a counter, sets a gauge. An unknown id is ignored, and so is a counter's step back.
    void record(MetricId metric, double value);

    /// Prometheus text format.
    std::string render(std::span<const MetricSample> samples = {}) const;

private:
    struct Registered;
    std::unique_ptr<Registered> registered_;
};

/// What the operating system says of this process, in the names that every Prometheus dashboard knows: process_….
std::vector<MetricSample> process_samples();

}  // namespace weft
