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
                                                   what a plugin can do, and its options with their defaults
  weft doctor data/weft.db                         is every stored document sound? (while no server runs)
  weft doctor --help                               look into a store, take documents out, repair
  weft migrate data/weft.db postgresql://weft@127.0.0.1/weft
                                                   copy all documents to another store)";

constexpr const char* doctor_help =
    R"(STORE is a file, a URL, or what stands under `storage` in the YAML:
  weft doctor data/weft.db                         verify every document: a line for each that is not sound
  weft doctor 'postgresql://weft@127.0.0.1/weft'   the same in a database
  weft doctor '{plugin: sqlite, path: data/weft.db, cache: 256MiB}'
  weft doctor --config config/weft.yaml            the store that this file configures
  weft doctor data/weft.db --document notes        what is in this one, and why is it so large
  weft doctor data/weft.db --export out            every document as text, JSON and update, in the folder out
  weft doctor damaged.db --repair new.db           copy what is sound to a new store, and say what was left behind

A store that a server uses is refused where that can be known: stop the server, or take a copy. Nothing in it is
changed, except that a store of an older release is brought up to date by being opened.
Exit code: 0 when all is sound, 1 when something is not, or could not be opened.)";

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

constexpr const char* migrate_help =
    R"(FROM and TO are a file, a URL, or what stands under `storage` in the YAML. Stop every server first.
  weft migrate data/weft.db 'postgresql://weft@127.0.0.1/weft'
  weft migrate '{plugin: postgres, url: "postgresql://db/weft"}' back.db

Copies every document with its history: seqs, segments, keyframes, versions with their numbers, labels and authors, epochs.
Each copy is compared with its original and loaded, and must have an equal digest. Started again after whatever ended
it, it goes on. TO must be new, or begun by an earlier run; what stands there otherwise is refused.
Not copied: the tombstones of documents that are deleted now. A client that was offline since before the deletion and
comes back within `deleted.keep` makes such a document anew. A store with a clock of its own (postgres) gives versions
the time of the copy.
Exit code: 0 when all is copied, 1 when something is not (a line for each document says why).)";

void declare_migrate(CLI::App& app, CommandLine& line, std::optional<Command>& chosen) {
    CLI::App* migrate = add_command(app, chosen, Command::migrate, "migrate",
                                    "Copy all documents with their history to another store");
    migrate->add_option("FROM", line.store, "The store to read")->required();
    migrate->add_option("TO", line.target_store, "The store to fill")->required();
    add_config_options(*migrate, line);
    migrate->footer(migrate_help);
}

void declare_doctor(CLI::App& app, CommandLine& line, std::optional<Command>& chosen) {
    CLI::App* doctor = add_command(app, chosen, Command::doctor, "doctor",
                                   "Verify, explain, export or repair the documents of a store");
    doctor->add_option("STORE", line.store, "The store (default: the configured one)");
    add_config_options(*doctor, line);
    doctor->add_option("--document", line.document, "Only this one, and explain it")
        ->type_name("NAME");
    doctor->add_option("--export", line.export_folder, "Write documents to a new or empty folder")
        ->type_name("DIR");
    doctor->add_option("--repair", line.repair_store, "Copy what is sound to a new store")
        ->type_name("NEW")
        ->excludes("--export");
    doctor->footer(doctor_help);
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
    declare_doctor(app, line, chosen);
    declare_migrate(app, line, chosen);
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
