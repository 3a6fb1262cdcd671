// The commands of `weft` that end by themselves. Each gives the exit code.
#pragma once

#include "kernel/cli/command_line.hpp"

namespace weft {

int check_config(const CommandLine& line);
int show_config(const CommandLine& line);
int list_plugins(const CommandLine& line);
int inspect_plugin(const CommandLine& line);

}  // namespace weft
