#include "kernel/metrics/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <mutex>
#include <shared_mutex>
#include <sstream>
#include <stdexcept>
#include <variant>

namespace weft {
namespace {

prometheus::MetricType type_of(MetricKind kind) {
    return kind == MetricKind::counter ? prometheus::MetricType::Counter
                                       : prometheus::MetricType::Gauge;
}

prometheus::ClientMetric client_metric(const MetricSample& sample) {
    prometheus::ClientMetric metric;
    for (const auto& [name, value] : sample.labels) {
        prometheus::ClientMetric::Label label;
        label.name = name;
        label.value = value;
        metric.label.push_back(std::move(label));
    }
    metric.counter.value = sample.value;
    metric.gauge.value = sample.value;
    return metric;
}

/// Adds `samples` to `families`, those of one name in one family.
void append(std::vector<prometheus::MetricFamily>& families,
            std::span<const MetricSample> samples) {
    for (const MetricSample& sample : samples) {
        auto family = std::ranges::find(families, sample.name, &prometheus::MetricFamily::name);
        if (family == families.end()) {
            families.push_back({sample.name, sample.help, type_of(sample.kind), {}});
            family = families.end() - 1;
        }
        family->metric.push_back(client_metric(sample));
    }
}

std::string full_name(std::string_view name) {
    return name.starts_with("weft_") ? std::string(name) : "weft_" + std::string(name);
}

prometheus::Labels component_labels(std::string_view component) {
    const auto slash = component.find('/');
    if (slash == std::string_view::npos) {
        return {{"plugin", std::string(component)}};
    }
    return {{"seam", std::string(component.substr(0, slash))},
            {"plugin", std::string(component.substr(slash + 1))}};
}

}  // namespace

struct Metrics::Registered {
    using Metric = std::variant<std::monostate, prometheus::Counter*, prometheus::Gauge*>;

    Metric add(std::string_view component, MetricKind kind, std::string_view name,
               std::string_view help) {
        const std::string full = full_name(name);
        const prometheus::Labels labels = component_labels(component);
        try {
            if (kind == MetricKind::counter) {
                return &prometheus::BuildCounter()
                            .Name(full)
                            .Help(std::string(help))
                            .Register(registry)
                            .Add(labels);
            }
            return &prometheus::BuildGauge()
                        .Name(full)
                        .Help(std::string(help))
                        .Register(registry)
                        .Add(labels);
        } catch (const std::exception&) {
            return std::monostate();  // an impossible name, or one that is taken by the other kind
        }
    }

    std::string version;
    prometheus::Registry registry;

    std::shared_mutex mutex;
    std::vector<Metric> by_id;  // appended to only, so that an id stays what it is
    std::map<std::string, MetricId> ids;
};

Metrics::Metrics(std::string_view version) : registered_(std::make_unique<Registered>()) {
    registered_->version = version;
}

Metrics::~Metrics() = default;

MetricId Metrics::define(std::string_view component, MetricKind kind, std::string_view name,
                         std::string_view help) {
    const std::unique_lock lock(registered_->mutex);
    const auto next = static_cast<MetricId>(registered_->by_id.size());
    const auto [known, is_new] =
        registered_->ids.try_emplace(std::string(component) + ' ' + std::string(name), next);
    if (is_new) {
        registered_->by_id.push_back(registered_->add(component, kind, name, help));
    }
    return known->second;
}

void Metrics::record(MetricId metric, double value) {
    const std::shared_lock lock(registered_->mutex);
    const auto index = static_cast<std::size_t>(metric);
    if (index >= registered_->by_id.size()) {
        return;
    }
    if (auto* const* counter = std::get_if<prometheus::Counter*>(&registered_->by_id[index]);
        counter != nullptr && value >= 0) {
        (*counter)->Increment(value);
    } else if (auto* const* gauge = std::get_if<prometheus::Gauge*>(&registered_->by_id[index])) {
        (*gauge)->Set(value);
    }
}

std::string Metrics::render(std::span<const MetricSample> samples) const {
    std::vector<prometheus::MetricFamily> families = registered_->registry.Collect();
    append(families, samples);
    append(families, process_samples());
    const MetricSample build{MetricKind::gauge,
                             "weft_build_info",
                             "The version of this server",
                             1,
                             {{"version", registered_->version}}};
    append(families, {&build, 1});
    std::ranges::sort(families, {}, &prometheus::MetricFamily::name);
    std::ostringstream out;
    prometheus::TextSerializer().Serialize(out, families);
    return out.str();
}

}  // namespace weft
