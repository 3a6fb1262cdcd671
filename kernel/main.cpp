// weft: read the configuration, load the plugins, run, drain. The whole program on one page.
#include "kernel/cli/command_line.hpp"
#include "kernel/cli/commands.hpp"
#include "kernel/cli/configuration.hpp"
#include "kernel/cli/plugin_set.hpp"
#include "kernel/cli/process_services.hpp"
#include "kernel/cli/server.hpp"
#include "kernel/cli/shutdown_signals.hpp"
#include "kernel/cli/store_commands.hpp"

#include <cstdlib>
#include <iostream>

namespace {

using namespace weft;

constexpr int exit_saved = 0;
constexpr int exit_refused = 1;
constexpr int exit_unsaved = 2;

/// There are no logins yet, and whoever starts a server shall know who can reach it.
void announce(const std::vector<std::string>& endpoints) {
    for (const std::string& endpoint : endpoints) {
        const bool is_local =
            endpoint.starts_with("http://127.") || endpoint.starts_with("http://[::1]");
        std::cout
            << "listening on " << endpoint
            << (is_local
                    ? " (this machine only, without login)\n"
                    : " (without login: whoever reaches it may read and write every document)\n");
    }
    std::cout.flush();
}

int serve(const CommandLine& line) {
    const ShutdownSignals signals;
    const ConfigReading reading = load_configuration(line);
    const Config& config = reading.config;

    auto log = make_stderr_log(config.log.level, config.log.format);
    Metrics metrics(WEFT_VERSION);
    ProcessServices services(*log, metrics);
    PluginHost host(services);
    PluginSet plugins = load_plugins(host, config);
    if (report({reading.errors, plugins.errors})) {
        return exit_refused;
    }

    Server server(config, plugins, *log, metrics, services.random());
    if (const auto started = server.start(); !started) {
        report({{started.error().message}});
        return exit_refused;
    }
    announce(server.endpoints());

    signals.wait();
    if (server.drain(signals) == Drained::all_saved) {
        return exit_saved;
    }
    log.reset();  // writes what is still to be told
    std::_Exit(exit_unsaved);
}

}  // namespace

int main(int argc, char** argv) {
    const auto parsed = parse_command_line(argc, argv);
    if (const auto* ending = std::get_if<ExitCode>(&parsed)) {
        return ending->code;
    }
    const auto& line = std::get<CommandLine>(parsed);
    switch (line.command) {
    case CommandLine::Command::serve: return serve(line);
    case CommandLine::Command::config_check: return check_config(line);
    case CommandLine::Command::config_show: return show_config(line);
    case CommandLine::Command::plugin_list: return list_plugins(line);
    case CommandLine::Command::doctor: return doctor(line);
    case CommandLine::Command::migrate: return migrate(line);
    case CommandLine::Command::plugin_inspect: break;
    }
    return inspect_plugin(line);
}
