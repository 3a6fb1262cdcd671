// A plugin as a server would open it: the shared object with options, through the kernel's plugin host.
#pragma once

#include "kernel/host/plugin_host.hpp"

#include <filesystem>
#include <memory>
#include <span>
#include <string>

namespace weft::bench {

/// Nobody listens to the plugin; time and randomness are real.
class SilentServices final : public PluginHostServices {
public:
    void log(LogLevel, std::string_view, std::string_view) override {}
    MetricId define_metric(std::string_view, MetricKind, std::string_view,
                           std::string_view) override {
        return MetricId{0};
    }
    void record(MetricId, double) override {}
    std::int64_t unix_ms() override;
    std::int64_t monotonic_ns() override;
    std::uint64_t random() override;
};

class OpenedPlugin {
public:
    /// `file` is <folder>/<seam>/<name>.so; `options` are "key=value". Throws with what the plugin says if it does not start.
    OpenedPlugin(const std::filesystem::path& file, std::span<const std::string> options);
    ~OpenedPlugin() { plugin_->stop(); }
    OpenedPlugin(const OpenedPlugin&) = delete;
    OpenedPlugin& operator=(const OpenedPlugin&) = delete;

    LoadedPlugin* operator->() const { return plugin_.get(); }

private:
    SilentServices services_;
    PluginHost host_{services_};
    std::unique_ptr<LoadedPlugin> plugin_;
};

}  // namespace weft::bench
