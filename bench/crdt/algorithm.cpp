#include "algorithm.hpp"

#include "kernel/host/plugin_host.hpp"
#include "yjs_crdt.hpp"

#include <stdexcept>
#include <vector>

namespace weft::bench {
namespace {

class LinkedYjs final : public Algorithm {
public:
    const Crdt& crdt() const override { return crdt_; }

private:
    yjs::YjsCrdt crdt_{yjs::YjsOptions{}};
};

/// A crdt is pure: nothing of this is ever asked while the clock runs.
class NoServices final : public PluginHostServices {
public:
    void log(LogLevel, std::string_view, std::string_view) override {}
    MetricId define_metric(std::string_view, MetricKind, std::string_view,
                           std::string_view) override {
        return MetricId{0};
    }
    void record(MetricId, double) override {}
    std::int64_t unix_ms() override { return 0; }
    std::int64_t monotonic_ns() override { return 0; }
    std::uint64_t random() override { return 0; }
};

class OpenedPlugin final : public Algorithm {
public:
    explicit OpenedPlugin(const std::filesystem::path& file) {
        const std::filesystem::path folder = file.parent_path().parent_path();
        const PluginRequest request{"crdt", file.stem().string(), file.string(), {}};
        auto loaded = host_.load(request, std::vector{std::filesystem::absolute(folder)});
        if (!loaded) {
            throw std::runtime_error(loaded.error().message);
        }
        plugin_ = std::move(*loaded);
        if (const Result<void> started = plugin_->start(); !started) {
            throw std::runtime_error(started.error().message);
        }
    }
    const Crdt& crdt() const override { return *plugin_->crdt(); }

private:
    NoServices services_;
    PluginHost host_{services_};
    std::unique_ptr<LoadedPlugin> plugin_;
};

}  // namespace

std::unique_ptr<Algorithm> linked_yjs() {
    return std::make_unique<LinkedYjs>();
}

std::unique_ptr<Algorithm> open_plugin_file(const std::filesystem::path& file) {
    return std::make_unique<OpenedPlugin>(file);
}

}  // namespace weft::bench
