#include "kernel/cli/store_commands.hpp"

#include "kernel/cli/configuration.hpp"
#include "kernel/cli/process_services.hpp"
#include "kernel/doctor/doctor.hpp"
#include "kernel/doctor/migration.hpp"
#include "kernel/doctor/store_address.hpp"
#include "kernel/host/plugin_host.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <iostream>
#include <map>
#include <memory>
#include <optional>

namespace weft {

namespace {

constexpr const char* use_hint = "A store is examined and copied while no server uses it: stop the "
                                 "server, or take a copy of the "
                                 "store.";

/// Services of a process in which the clock can be told to stand still, at the time at which something happened that is repeated now.
class RepeatingServices final : public PluginHostServices {
public:
    explicit RepeatingServices(PluginHostServices& own) : own_(own) {}

    /// 0: the present, and the clock goes on.
    void tell_time(std::int64_t unix_ms) { told_ = unix_ms; }

    void log(LogLevel level, std::string_view component, std::string_view text) override {
        own_.log(level, component, text);
    }
    MetricId define_metric(std::string_view component, MetricKind kind, std::string_view name,
                           std::string_view help) override {
        return own_.define_metric(component, kind, name, help);
    }
    void record(MetricId metric, double value) override { own_.record(metric, value); }
    std::int64_t unix_ms() override {
        const std::int64_t told = told_;
        return told != 0 ? told : own_.unix_ms();
    }
    std::int64_t monotonic_ns() override { return own_.monotonic_ns(); }
    std::uint64_t random() override { return own_.random(); }

private:
    PluginHostServices& own_;
    std::atomic<std::int64_t> told_{0};
};

/// What the command line and the configuration say, and the plugins that are loaded as they are needed.
class StoreCommand {
public:
    explicit StoreCommand(const CommandLine& line)
        : line_(line), reading_(load_configuration(line)),
          log_(make_stderr_log(LogLevel::warning, reading_.config.log.format)) {}

    const std::vector<std::string>& errors() const { return reading_.errors; }
    const Config& config() const { return reading_.config; }

    enum class Store { is_there, may_be_new };

    /// Opens what stands at `argument` ("STORE") of the command line; without `address` the configured store.
    Result<Storage*> open(const std::string& argument, const std::string& address, Store store) {
        const auto use =
            address.empty() ? Result<PluginUse>(config().storage) : use_of(argument, address);
        if (!use) {
            return use.error();
        }
        if (const auto there = check_file(*use); store == Store::is_there && !there) {
            return there.error();
        }
        auto plugin = load("storage", *use);
        if (!plugin) {
            return plugin.error();
        }
        if (const auto started = (*plugin)->start(); !started) {
            return Error{Code::config, fmt::format("{}\n{}", started.error().message, use_hint), 0};
        }
        return (*plugin)->storage();
    }

    FindAlgorithm algorithms() {
        return [this](const std::string& name) { return algorithm(name); };
    }

    TellTime tell_time() {
        return [this](std::int64_t unix_ms) { repeating_.tell_time(unix_ms); };
    }

private:
    const std::vector<PluginListing>& plugins() {
        if (plugins_.empty()) {
            plugins_ = PluginHost::list(config().plugins.path);
        }
        return plugins_;
    }

    /// The address as if it stood in the YAML; messages about it name the argument.
    Result<PluginUse> use_of(const std::string& argument, const std::string& address) {
        const auto setting = storage_setting(address, plugins());
        if (!setting) {
            return Error{Code::config, fmt::format("{}: {}", argument, setting.error().message), 0};
        }
        CommandLine line = line_;
        line.settings.push_back("storage=" + *setting);
        ConfigReading reading = load_configuration(line);
        if (!reading.errors.empty()) {
            return Error{Code::config, fmt::format("{}: {}", argument, reading.errors.front()), 0};
        }
        PluginUse use = std::move(reading.config.storage);
        use.where = use.options.where = argument;
        for (PluginOptions::Value& value : use.options.values) {
            value.where = fmt::format("{}: {}", argument, value.key);
        }
        return use;
    }

    /// Stores make what is not there, and here nothing shall be made.
    static Result<void> check_file(const PluginUse& use) {
        std::error_code error;
        for (const PluginOptions::Value& value : use.options.values) {
            if (value.key == "path" && !std::filesystem::exists(value.text, error)) {
                return Error{Code::config,
                             fmt::format("{}: there is no \"{}\"", value.where, value.text), 0};
            }
        }
        return {};
    }

    Result<LoadedPlugin*> load(const std::string& seam, const PluginUse& use) {
        auto plugin = host_.load({seam, use.plugin, use.where, use.options}, config().plugins.path);
        if (!plugin) {
            return plugin.error();
        }
        return loaded_.emplace_back(std::move(*plugin)).get();
    }

    Result<const Crdt*> algorithm(const std::string& name) {
        const auto known = algorithms_.find(name);
        if (known != algorithms_.end()) {
            return known->second;
        }
        const auto configured = std::ranges::find(config().crdt.plugins, name, &PluginUse::plugin);
        const bool is_there = std::ranges::any_of(plugins(), [&](const PluginListing& plugin) {
            return plugin.description && plugin.description->seam == "crdt" &&
                   plugin.description->name == name;
        });
        const std::string where = config().where("crdt.plugins");
        const PluginUse use = configured != config().crdt.plugins.end()
                                  ? *configured
                                  : PluginUse{name, where, {{}, where}};
        auto plugin = is_there ? load("crdt", use)
                               : Error{Code::not_found, "no plugin of that name is there", 0};
        if (plugin) {
            if (const auto started = (*plugin)->start(); !started) {
                plugin = started.error();
            }
        }
        return algorithms_
            .emplace(name, plugin ? Result<const Crdt*>((*plugin)->crdt()) : plugin.error())
            .first->second;
    }

    const CommandLine& line_;
    const ConfigReading reading_;
    const std::unique_ptr<Log> log_;
    Metrics metrics_{""};
    ProcessServices services_{*log_, metrics_};
    RepeatingServices repeating_{services_};
    PluginHost host_{repeating_};
    std::vector<PluginListing> plugins_;
    std::vector<std::unique_ptr<LoadedPlugin>> loaded_;
    std::map<std::string, Result<const Crdt*>> algorithms_;
};

/// Only where somebody watches.
std::ostream* watched_terminal() {
    return isatty(STDERR_FILENO) == 1 ? &std::cerr : nullptr;
}

int refuse(const Error& error) {
    report({{error.message}});
    return 1;
}

int exit_code(const Result<bool>& good) {
    return good ? (*good ? 0 : 1) : refuse(good.error());
}

}  // namespace

int doctor(const CommandLine& line) {
    StoreCommand command(line);
    if (report({command.errors()})) {
        return 1;
    }
    const auto storage = command.open("STORE", line.store, StoreCommand::Store::is_there);
    if (!storage) {
        return refuse(storage.error());
    }
    OfflineStore store(**storage);
    std::optional<OfflineStore> repaired;
    if (!line.repair_store.empty()) {
        const auto opened = command.open("NEW", line.repair_store, StoreCommand::Store::may_be_new);
        if (!opened) {
            return refuse(opened.error());
        }
        repaired.emplace(**opened);
    }
    const DoctorTask task{line.document, line.export_folder, repaired ? &*repaired : nullptr,
                          command.tell_time(), command.config().crdt.text_root};
    Progress progress(watched_terminal(), "examined");
    return exit_code(run_doctor(store, command.algorithms(), task, std::cout, progress));
}

int migrate(const CommandLine& line) {
    StoreCommand command(line);
    if (report({command.errors()})) {
        return 1;
    }
    const auto from = command.open("FROM", line.store, StoreCommand::Store::is_there);
    if (!from) {
        return refuse(from.error());
    }
    const auto to = command.open("TO", line.target_store, StoreCommand::Store::may_be_new);
    if (!to) {
        return refuse(to.error());
    }
    OfflineStore source(**from);
    OfflineStore target(**to);
    const MigrationTask task{command.config().crdt.text_root, command.tell_time()};
    Progress progress(watched_terminal(), "copied");
    return exit_code(
        run_migration(source, target, command.algorithms(), task, std::cout, progress));
}

}  // namespace weft
