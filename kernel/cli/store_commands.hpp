// The commands of `weft` that work on a store while no server uses it. Each gives the exit code.
#pragma once

#include "kernel/cli/command_line.hpp"

namespace weft {

int doctor(const CommandLine& line);
int migrate(const CommandLine& line);

}  // namespace weft
