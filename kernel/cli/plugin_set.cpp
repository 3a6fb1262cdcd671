#include "kernel/cli/plugin_set.hpp"

#include "kernel/host/plugin_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

namespace weft {
namespace {

PluginRequest request_of(std::string_view seam, const PluginUse& use) {
    return {std::string(seam), use.plugin, use.where, use.options};
}

/// Null beside an error, or when the name itself was refused before.
std::unique_ptr<LoadedPlugin> load(PluginHost& host, const Config& config,
                                   const PluginRequest& request, std::vector<std::string>& errors) {
    if (request.name.empty()) {
        return nullptr;
    }
    auto loaded = host.load(request, config.plugins.path);
    if (loaded) {
        return std::move(*loaded);
    }
    std::istringstream lines(loaded.error().message);
    for (std::string line; std::getline(lines, line);) {
        errors.push_back(line);
    }
    return nullptr;
}

/// Gives `request` the value that the key of `limits` has, if the plugin has such an option and its entry does not say otherwise.
void add_limit(PluginRequest& request, const PluginDescription& plugin, const Config& config,
               std::string_view key, std::uint64_t value) {
    const bool is_option =
        std::ranges::find(plugin.options, key, &OptionDescription::key) != plugin.options.end();
    const bool is_written =
        std::ranges::find(request.options.values, key, &PluginOptions::Value::key) !=
        request.options.values.end();
    if (is_option && !is_written) {
        request.options.values.push_back({std::string(key), fmt::format("{}", value), true,
                                          config.where(fmt::format("limits.{}", key))});
    }
}

/// What the operator limits for the whole node holds in every transport.
PluginRequest transport_request(const PluginUse& use, const Config& config) {
    PluginRequest request = request_of("transport", use);
    const auto file = find_plugin(request.seam, request.name, config.plugins.path);
    const auto description =
        file ? PluginHost::inspect(*file) : Result<PluginDescription>(file.error());
    if (description) {  // otherwise loading it tells why
        add_limit(request, *description, config, "message", config.limits.message_bytes);
        add_limit(request, *description, config, "connections", config.limits.connections);
    }
    return request;
}

std::string_view what_survives(Durability durability) {
    return durability == Durability::memory ? "keeps documents in memory only"
                                            : "does not wait for stable storage";
}

void check_durability(const Config& config, const PluginSet& plugins,
                      std::vector<std::string>& errors) {
    const Durability kept = plugins.storage->storage()->durability();
    if (config.durability == DurabilityPromise::strict && kept < Durability::stable) {
        errors.push_back(fmt::format("{}: strict promises that what others have seen survives a "
                                     "power cut, and the storage `{}` ({}) {}: "
                                     "set durability: relaxed, or choose a storage that is durable",
                                     config.where("durability"), config.storage.plugin,
                                     config.storage.where, what_survives(kept)));
    }
}

void check_sharing(const Config& config, const PluginSet& plugins,
                   std::vector<std::string>& errors) {
    const bool is_shared =
        plugins.storage->description().capability("shared_between_nodes") == "true";
    if (plugins.bus->bus()->reaches_other_nodes() && !is_shared) {
        errors.push_back(fmt::format("{}: the bus `{}` reaches other nodes, and they cannot reach "
                                     "the storage `{}` ({}): choose a "
                                     "storage that nodes share, or a bus that stays on this node",
                                     config.bus.where, config.bus.plugin, config.storage.plugin,
                                     config.storage.where));
    }
}

}  // namespace

PluginSet load_plugins(PluginHost& host, const Config& config) {
    PluginSet plugins;
    for (const PluginUse& use : config.transports) {
        plugins.transports.push_back(
            load(host, config, transport_request(use, config), plugins.errors));
    }
    for (const PluginUse& use : config.crdt.plugins) {
        plugins.crdts.push_back(load(host, config, request_of("crdt", use), plugins.errors));
    }
    plugins.bus = load(host, config, request_of("bus", config.bus), plugins.errors);
    plugins.storage = load(host, config, request_of("storage", config.storage), plugins.errors);
    if (plugins.storage) {
        check_durability(config, plugins, plugins.errors);
        if (plugins.bus) {
            check_sharing(config, plugins, plugins.errors);
        }
    }
    return plugins;
}

Result<void> check_started_storage(const Config& config, const PluginSet& plugins) {
    std::vector<std::string> errors;
    check_durability(config, plugins, errors);
    return errors.empty() ? Result<void>{} : Error{Code::config, errors.front(), 0};
}

}  // namespace weft
