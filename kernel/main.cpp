// weft: read the configuration, load the plugins, run, drain.
#include "kernel/cli/command_line.hpp"
#include "kernel/cli/configuration.hpp"

#include <cstdio>
#include <iostream>

int main(int argc, char** argv) {
    const auto parsed = weft::parse_command_line(argc, argv);
    if (const auto* ending = std::get_if<weft::ExitCode>(&parsed)) {
        return ending->code;
    }
    const auto& line = std::get<weft::CommandLine>(parsed);
    const weft::ConfigReading reading = weft::load_configuration(line);
    for (const std::string& error : reading.errors) {
        std::cerr << error << '\n';
    }
    if (!reading.errors.empty()) {
        return 1;
    }
    std::cout << weft::show_config(reading.config);
}
