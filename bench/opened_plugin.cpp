#include "bench/opened_plugin.hpp"

#include <chrono>
#include <random>
#include <stdexcept>
#include <vector>

namespace weft::bench {

std::int64_t SilentServices::unix_ms() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

std::int64_t SilentServices::monotonic_ns() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

std::uint64_t SilentServices::random() {
    thread_local std::mt19937_64 numbers(std::random_device{}());
    return numbers();
}

OpenedPlugin::OpenedPlugin(const std::filesystem::path& file,
                           std::span<const std::string> options) {
    const std::filesystem::path seam = std::filesystem::absolute(file).parent_path();
    PluginRequest request{seam.filename().string(), file.stem().string(), file.string(), {}};
    request.options.where = file.string();
    for (const std::string& option : options) {
        const std::size_t equals = option.find('=');
        if (equals == std::string::npos) {
            throw std::runtime_error("an option is KEY=VALUE, not '" + option + "'");
        }
        request.options.values.push_back(
            {option.substr(0, equals), option.substr(equals + 1), true, "--option " + option});
    }
    auto loaded = host_.load(request, std::vector{seam.parent_path()});
    if (!loaded) {
        throw std::runtime_error(loaded.error().message);
    }
    plugin_ = std::move(*loaded);
    if (const Result<void> started = plugin_->start(); !started) {
        throw std::runtime_error(started.error().message);
    }
}

}  // namespace weft::bench
