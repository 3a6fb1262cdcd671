#include "kernel/doctor/store_address.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace weft {

namespace {

std::vector<std::string> stores_with_option(std::string_view key,
                                            std::span<const PluginListing> plugins) {
    std::vector<std::string> names;
    for (const PluginListing& plugin : plugins) {
        if (!plugin.description || plugin.description->seam != "storage") {
            continue;
        }
        const auto& options = plugin.description->options;
        const std::string& name = plugin.description->name;
        if (std::ranges::find(options, key, &OptionDescription::key) != options.end() &&
            std::ranges::find(names, name) == names.end()) {
            names.push_back(name);
        }
    }
    return names;
}

/// In single quotes, where only the quote itself means something.
std::string yaml_quoted(std::string_view text) {
    std::string quoted = "'";
    for (const char c : text) {
        quoted += c == '\'' ? "''" : std::string(1, c);
    }
    return quoted + "'";
}

}  // namespace

Result<std::string> storage_setting(std::string_view store,
                                    std::span<const PluginListing> plugins) {
    if (store.starts_with('{')) {
        return std::string(store);
    }
    const std::string_view key = store.find("://") == std::string_view::npos ? "path" : "url";
    const auto names = stores_with_option(key, plugins);
    if (names.size() != 1) {
        return Error{Code::config,
                     fmt::format("{} storage plugin{} an option `{}`: say which one you mean, such "
                                 "as '{{plugin: NAME, {}: …}}', with its folder in plugins.path",
                                 names.empty() ? "no" : "more than one",
                                 names.empty() ? " has" : " have", key, key),
                     0};
    }
    return fmt::format("{{plugin: {}, {}: {}}}", names.front(), key, yaml_quoted(store));
}

}  // namespace weft
