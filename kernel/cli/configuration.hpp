// From the command line to the configuration: which file, which folders.
#pragma once

#include "kernel/cli/command_line.hpp"
#include "kernel/config/config.hpp"

#include <filesystem>
#include <initializer_list>
#include <string>
#include <vector>

namespace weft {

/// Finds and reads the configuration that `line` asks for. `errors` also tells of a file that cannot be read.
ConfigReading load_configuration(const CommandLine& line);

/// Writes every error on a line of its own to stderr. Gives whether there was one.
bool report(std::initializer_list<std::vector<std::string>> errors);

/// The plugins that belong to the program in `program_folder`: those it was built with, or was installed with.
std::vector<std::filesystem::path>
default_plugin_folders(const std::filesystem::path& program_folder);

}  // namespace weft
