// The plugins that a configuration names, and whether they can keep what it promises.
#pragma once

#include "kernel/config/config.hpp"
#include "kernel/host/plugin_host.hpp"

#include <memory>
#include <string>
#include <vector>

namespace weft {

/// Created and configured, nothing started, so neither file nor socket is open. Complete when `errors` is empty.
struct PluginSet {
    std::unique_ptr<LoadedPlugin> storage;
    std::unique_ptr<LoadedPlugin> bus;
    std::vector<std::unique_ptr<LoadedPlugin>> crdts;
    std::vector<std::unique_ptr<LoadedPlugin>> transports;
    std::vector<std::string> errors;  // one line each
};

/// Loads what `config` names and can be read, and checks that store and bus fit what it promises. [main]
PluginSet load_plugins(PluginHost& host, const Config& config);

/// Checks once more when the storage is started: one on a server learns only then what it can keep. [main]
Result<void> check_started_storage(const Config& config, const PluginSet& plugins);

}  // namespace weft
