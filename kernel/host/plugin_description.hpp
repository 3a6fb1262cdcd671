// What can be known of a plugin without making an instance of it.
#pragma once

#include <weft/abi/host.h>
#include <weft/result.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace weft {

/// One option that a plugin accepts. Values are as they are written in YAML.
struct OptionDescription {
    std::string key;
    std::string
        type;  // "bool", "uint32", "uint64", "int64", "duration", "size", "double", "string"
    std::string default_text;
    std::string least;  // empty: no range
    std::string most;
    std::string help;
};

struct PluginDescription {
    std::filesystem::path file;  // empty for a plugin that is linked in
    std::string seam;
    std::string name;
    std::string version;
    std::string license;
    std::string summary;
    std::string build;
    std::string capabilities;  // a JSON object
    std::uint32_t abi_major = 0;
    std::uint32_t abi_minor = 0;
    std::uint32_t need_minor = 0;
    std::vector<OptionDescription> options;

    /// A capability that is a string, a boolean or a number, as text; empty if there is none of this name.
    std::string capability(std::string_view key) const;
};

/// Checks a descriptor before anything else of it is used: ABI, sizes, names, JSON.
Result<PluginDescription> describe_plugin(const weft_plugin& plugin);

}  // namespace weft
