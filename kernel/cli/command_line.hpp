// What was typed after `weft`.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace weft {

struct CommandLine {
    enum class Command {
        serve,
        config_check,
        config_show,
        plugin_list,
        plugin_inspect,
        doctor,
        migrate
    };

    Command command = Command::serve;
    std::optional<std::string>
        config_file;  // --config; without it config/weft.yaml, or the built-in copy
    std::vector<std::string> settings;  // --set, in the order given
    std::string plugin_file;            // of plugin inspect
    std::string store;          // of doctor: STORE, empty: the configured one; of migrate: FROM
    std::string target_store;   // of migrate: TO
    std::string document;       // of doctor: --document
    std::string export_folder;  // of doctor: --export
    std::string repair_store;   // of doctor: --repair
};

/// The answer was printed already (help, version, a mistake); the program ends with this code.
struct ExitCode {
    int code = 0;
};

std::variant<CommandLine, ExitCode> parse_command_line(int argc, const char* const* argv);

}  // namespace weft
