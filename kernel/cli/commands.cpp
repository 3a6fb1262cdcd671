#include "kernel/cli/commands.hpp"

#include "kernel/cli/configuration.hpp"
#include "kernel/cli/plugin_set.hpp"
#include "kernel/cli/process_services.hpp"
#include "kernel/host/describe.hpp"

#include <iostream>

namespace weft {

int check_config(const CommandLine& line) {
    const ConfigReading reading = load_configuration(line);
    const auto log = make_stderr_log(LogLevel::warning, reading.config.log.format);
    Metrics metrics("");
    ProcessServices services(*log, metrics);
    PluginHost host(services);
    const PluginSet plugins = load_plugins(host, reading.config);
    if (report({reading.errors, plugins.errors})) {
        return 1;
    }
    std::cout << "OK: " << reading.config.source << '\n';
    return 0;
}

int show_config(const CommandLine& line) {
    const ConfigReading reading = load_configuration(line);
    if (report({reading.errors})) {
        return 1;
    }
    std::cout << show_config(reading.config);
    return 0;
}

int list_plugins(const CommandLine& line) {
    const ConfigReading reading = load_configuration(line);
    if (report({reading.errors})) {
        return 1;
    }
    std::cout << render_plugin_list(PluginHost::list(reading.config.plugins.path));
    return 0;
}

int inspect_plugin(const CommandLine& line) {
    const auto description = PluginHost::inspect(line.plugin_file);
    if (!description) {
        return report({{description.error().message}}), 1;
    }
    std::cout << render_plugin(*description);
    return 0;
}

}  // namespace weft
