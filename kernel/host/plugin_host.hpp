// Finds, checks, starts and stops plugins. A bad plugin is an error with a sentence in it, never a crash: found, wanted,
// do this.
#pragma once

#include "kernel/host/host_services.hpp"
#include "kernel/host/plugin_description.hpp"
#include "kernel/host/plugin_options.hpp"

#include <weft/bus.hpp>
#include <weft/crdt.hpp>
#include <weft/storage.hpp>
#include <weft/transport.hpp>

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weft {

class HostContext;

/// Which plugin to load, and what the YAML says about it.
struct PluginRequest {
    std::string seam;  // "storage"
    std::string name;  // "sqlite"
    std::string
        where;  // of the choice, the beginning of messages: "config/weft.yaml:13:12: storage.plugin"
    PluginOptions options;
};

/// One configured instance of a plugin, as the C++ seam class that the kernel calls.
///
/// Threads   [main]; the seam objects as their classes say.
/// Lifetime  The seam object lives as long as this. Destroying it stops the instance if it still runs.
class LoadedPlugin {
public:
    LoadedPlugin(const LoadedPlugin&) = delete;
    LoadedPlugin& operator=(const LoadedPlugin&) = delete;
    ~LoadedPlugin();

    const PluginDescription& description() const { return description_; }

    /// Null unless the plugin is of this seam.
    Storage* storage() { return storage_.get(); }
    Bus* bus() { return bus_.get(); }
    Transport* transport() { return transport_.get(); }
    const Crdt* crdt() const { return crdt_.get(); }

    /// A bus and a transport are bound before. After a failure the instance can only be destroyed.
    Result<void> start();

    /// Shutdown has begun. Does nothing unless the instance runs.
    void drain();

    /// When it returns, no thread of the plugin runs and every operation has ended, those outstanding with `cancelled`.
    void stop();

private:
    friend class PluginHost;

    LoadedPlugin(PluginDescription description, std::shared_ptr<HostContext> context,
                 const PluginRequest& request);

    Result<void> create(const weft_plugin& plugin);
    Result<void> wrap();
    Result<void> configure();
    Error problem(weft_code code, const weft_error& error, std::string_view verb) const;
    void log_failure(weft_code code, const weft_error& error, std::string_view verb) const;

    const PluginDescription description_;
    const std::shared_ptr<HostContext> context_;
    const std::string where_;
    const PluginOptions options_;

    const weft_instance* instance_ = nullptr;
    bool running_ = false;

    std::unique_ptr<Storage> storage_;
    std::unique_ptr<Bus> bus_;
    std::unique_ptr<Transport> transport_;
    std::unique_ptr<Crdt> crdt_;
};

/// A file in plugins.path: a plugin, or the reason why not.
struct PluginListing {
    std::filesystem::path file;
    Result<PluginDescription> description;
};

/// Threads   [main]
/// Lifetime  Outlives what it has loaded; what late threads of plugins may still call lives as long as this.
class PluginHost {
public:
    /// `services` outlives this.
    explicit PluginHost(PluginHostServices& services) : services_(services) {}

    /// Finds <folder>/<seam>/<name>.so, checks it, makes an instance and configures it. `start` is left to the caller.
    /// The message of an error has a line for every problem, each beginning with where it stands.
    Result<std::unique_ptr<LoadedPlugin>> load(const PluginRequest& request,
                                               std::span<const std::filesystem::path> folders);

    /// The same from a descriptor in memory: a plugin that is linked in.
    Result<std::unique_ptr<LoadedPlugin>> load(const PluginRequest& request,
                                               const weft_plugin& plugin);

    /// Every file that could be meant, plugins or not.
    static std::vector<PluginListing> list(std::span<const std::filesystem::path> folders);

    /// Errors begin with the file.
    static Result<PluginDescription> inspect(const std::filesystem::path& file);

private:
    Result<std::unique_ptr<LoadedPlugin>> instantiate(const PluginRequest& request,
                                                      const weft_plugin& plugin,
                                                      PluginDescription description);

    PluginHostServices& services_;
    std::vector<std::shared_ptr<HostContext>> contexts_;
};

}  // namespace weft
