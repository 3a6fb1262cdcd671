#include "kernel/cli/configuration.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <sstream>

namespace weft {
namespace {

namespace fs = std::filesystem;

constexpr const char* usual_file = "config/weft.yaml";

fs::path program_folder() {
    std::error_code ignored;  // without /proc there is no folder beside the program to look into
    return fs::read_symlink("/proc/self/exe", ignored).parent_path();
}

Result<std::string> read_file(const std::string& name) {
    std::error_code error;
    if (fs::is_directory(name, error)) {
        return Error{Code::config, fmt::format("{}: is a folder, not a YAML file", name), 0};
    }
    errno = 0;
    std::ifstream in(name, std::ios::binary);
    std::ostringstream text;
    if (!in || (in.peek() != std::ifstream::traits_type::eof() && !(text << in.rdbuf()))) {
        return Error{Code::config,
                     fmt::format("{}: cannot be read: {}", name,
                                 errno == 0 ? "unknown reason" : std::strerror(errno)),
                     0};
    }
    return text.str();
}

}  // namespace

std::vector<fs::path> default_plugin_folders(const fs::path& program_folder) {
    std::error_code error;
    const fs::path beside = program_folder / "plugins";
    if (fs::is_directory(beside, error)) {
        return {beside};
    }
    return {(program_folder / ".." / WEFT_LIBRARY_FOLDER / "weft/plugins").lexically_normal()};
}

bool report(std::initializer_list<std::vector<std::string>> errors) {
    bool any = false;
    for (const auto& lines : errors) {
        for (const std::string& line : lines) {
            std::cerr << line << '\n';
            any = true;
        }
    }
    return any;
}

ConfigReading load_configuration(const CommandLine& line) {
    ConfigRequest request;
    request.settings = line.settings;
    request.environment = process_environment();
    request.plugin_folders = default_plugin_folders(program_folder());

    std::error_code error;
    if (!line.config_file && !fs::exists(usual_file, error)) {
        request.source = "built-in weft.yaml";
        request.text = builtin_config();
        request.folder = program_folder();
        return read_config(request);
    }
    request.source = line.config_file.value_or(usual_file);
    request.folder = fs::absolute(fs::path(request.source))
                         .parent_path();  // a plugin is never searched relative to where one stands
    auto text = read_file(request.source);
    if (!text) {
        return {Config{}, {text.error().message}};
    }
    request.text = std::move(*text);
    return read_config(request);
}

}  // namespace weft
