#include "kernel/host/plugin_description.hpp"

#include "kernel/host/plugin_file.hpp"

#include <weft/detail/schema.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace weft {
namespace {

using Json = nlohmann::json;

std::string copy(weft_str text) {
    return text.data == nullptr ? std::string() : std::string(text.data, text.size);
}

Json parse(std::string_view text) {
    return Json::parse(text, nullptr, false);
}

// Numbers and booleans as YAML has them, strings without their quotes.
std::string scalar_text(const Json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end()) {
        return {};
    }
    return found->is_string() ? found->get<std::string>() : found->dump();
}

Result<void> check_abi(const weft_plugin& plugin) {
    if (plugin.abi_major != WEFT_ABI_MAJOR) {
        return unusable(fmt::format("was built for plugin ABI {}.{}, this server speaks {}.{}: "
                                    "build it with the SDK of this server",
                                    plugin.abi_major, plugin.abi_minor, WEFT_ABI_MAJOR,
                                    WEFT_ABI_MINOR));
    }
    if (plugin.need_minor > WEFT_ABI_MINOR) {
        return unusable(fmt::format(
            "needs plugin ABI {}.{} or newer, this server speaks {}.{}: update the server",
            plugin.abi_major, plugin.need_minor, WEFT_ABI_MAJOR, WEFT_ABI_MINOR));
    }
    if (plugin.size < sizeof(weft_plugin) || plugin.create == nullptr) {
        return unusable(fmt::format("has a descriptor of {} bytes without all of its fields, "
                                    "wanted {}: build it with the SDK of this server",
                                    plugin.size, sizeof(weft_plugin)));
    }
    return {};
}

Result<OptionDescription> describe_option(const Json& option) {
    if (!option.is_object()) {
        return unusable("has a schema of options with an entry that is no object");
    }
    OptionDescription described{scalar_text(option, "key"),     scalar_text(option, "type"),
                                scalar_text(option, "default"), scalar_text(option, "min"),
                                scalar_text(option, "max"),     scalar_text(option, "help")};
    if (described.key.empty() ||
        std::ranges::count(detail::option_type_names, described.type) == 0) {
        return unusable(fmt::format("has an option `{}` of the unknown type `{}`", described.key,
                                    described.type));
    }
    return described;
}

Result<std::vector<OptionDescription>> describe_options(std::string_view schema) {
    const Json json = parse(schema);
    if (!json.is_object() || !json.contains("options") || !json["options"].is_array()) {
        return unusable("has a schema of options that is no JSON object with a list `options`");
    }
    std::vector<OptionDescription> options;
    for (const Json& option : json["options"]) {
        auto described = describe_option(option);
        if (!described) {
            return described.error();
        }
        options.push_back(std::move(*described));
    }
    return options;
}

}  // namespace

std::string PluginDescription::capability(std::string_view key) const {
    const Json json = parse(capabilities);
    return json.is_object() ? scalar_text(json, std::string(key).c_str()) : std::string();
}

Result<PluginDescription> describe_plugin(const weft_plugin& plugin) {
    if (const auto checked = check_abi(plugin); !checked) {
        return checked.error();
    }
    PluginDescription described;
    described.seam = copy(plugin.seam);
    described.name = copy(plugin.name);
    described.version = copy(plugin.version);
    described.license = copy(plugin.license);
    described.summary = copy(plugin.summary);
    described.build = copy(plugin.build);
    described.capabilities = copy(plugin.capabilities);
    described.abi_major = plugin.abi_major;
    described.abi_minor = plugin.abi_minor;
    described.need_minor = plugin.need_minor;
    if (!parse(described.capabilities).is_object()) {
        return unusable("has capabilities that are no JSON object: " + described.capabilities);
    }
    auto options = describe_options(copy(plugin.config_schema));
    if (!options) {
        return options.error();
    }
    described.options = std::move(*options);
    return described;
}

}  // namespace weft
