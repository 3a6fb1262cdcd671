// The only file that includes CLI11: it costs seconds wherever it is included.
#include "kernel/cli/command_line.hpp"

#include <CLI/CLI.hpp>

#include <iostream>

namespace weft {
namespace {

constexpr const char* examples = R"(Examples:
  weft serve                                       start with config/weft.yaml, or with the built-in copy of it
  weft serve --set transports.0.listen=127.0.0.1:0 on a free port: the line "listening on" says which
  weft serve --set 'storage={plugin: memory}' --set durability=relaxed
                                                   keep nothing, to try things out
  weft config check --config my.yaml               find every mistake, start nothing
  weft plugin list                                 what can be named in the YAML
  weft plugin inspect build/plugins/storage/sqlite.so
                                                   what a plugin can do, and its options with their defaults)";

constexpr const char* serve_help =
    R"(Exit code: 0 after SIGTERM or SIGINT once everything is saved, 1 when it cannot start (one line for each reason),
2 when drain.timeout passed with unsaved edits.)";

void add_config_options(CLI::App& command, CommandLine& line) {
    command
        .add_option_function<std::string>(
            "--config", [&line](const std::string& file) { line.config_file = file; },
            "YAML file (default: config/weft.yaml, or the built-in copy of it)")
        ->type_name("FILE");
    command
        .add_option("--set", line.settings,
                    "One value for this start; VALUE is YAML, a list entry is its index, a mapping "
                    "replaces a mapping")
        ->type_name("dotted.key=VALUE")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

using Command = CommandLine::Command;

/// Declares one command; giving it on the command line stores `command` in `chosen`.
CLI::App* add_command(CLI::App& parent, std::optional<Command>& chosen, Command command,
                      const char* name, const char* help) {
    CLI::App* app = parent.add_subcommand(name, help);
    app->callback([&chosen, command] { chosen = command; });
    return app;
}

void declare(CLI::App& app, CommandLine& line, std::optional<Command>& chosen) {
    app.set_version_flag("--version", "weft " WEFT_VERSION, "Print the version");
    app.footer(examples);

    CLI::App* serve =
        add_command(app, chosen, Command::serve, "serve", "Run the server until SIGTERM or SIGINT");
    add_config_options(*serve, line);
    serve->footer(serve_help);

    CLI::App* config = app.add_subcommand("config", "Check or show the configuration");
    add_config_options(*add_command(*config, chosen, Command::config_check, "check",
                                    "Print OK, or every mistake on a line of its own; opens no "
                                    "file but the YAML and the plugins"),
                       line);
    add_config_options(*add_command(*config, chosen, Command::config_show, "show",
                                    "Print what is in force, secrets hidden"),
                       line);

    CLI::App* plugin = app.add_subcommand("plugin", "See what plugins there are");
    add_config_options(*add_command(*plugin, chosen, Command::plugin_list, "list",
                                    "Print the plugins in plugins.path"),
                       line);
    CLI::App* inspect = add_command(*plugin, chosen, Command::plugin_inspect, "inspect",
                                    "Print what a plugin says of itself");
    inspect
        ->add_option("FILE", line.plugin_file, "A plugin, such as build/plugins/storage/sqlite.so")
        ->required();
}

}  // namespace

std::variant<CommandLine, ExitCode> parse_command_line(int argc, const char* const* argv) {
    CommandLine line;
    CLI::App app("Weft, a real-time collaboration server made of plugins.", "weft");
    std::optional<Command> chosen;
    declare(app, line, chosen);
    try {
        app.parse(argc, argv);
        if (!chosen) {
            std::cerr << app.help("", CLI::AppFormatMode::All);
            return ExitCode{1};
        }
        line.command = *chosen;
        return line;
    } catch (const CLI::ParseError& ending) {
        if (ending.get_exit_code() == 0) {
            return ExitCode{app.exit(ending)};
        }
        std::cerr << "weft: " << ending.what() << " (weft --help)\n";
        return ExitCode{1};
    }
}

}  // namespace weft
