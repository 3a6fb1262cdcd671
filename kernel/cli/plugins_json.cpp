#include "kernel/cli/plugins_json.hpp"

#include <nlohmann/json.hpp>

namespace weft {
namespace {

nlohmann::ordered_json json_of(const PluginDescription& plugin) {
    nlohmann::ordered_json json;
    json["seam"] = plugin.seam;
    json["name"] = plugin.name;
    json["version"] = plugin.version;
    json["summary"] = plugin.summary;
    json["license"] = plugin.license;
    json["capabilities"] = nlohmann::ordered_json::parse(plugin.capabilities, nullptr, false);
    return json;
}

}  // namespace

std::string plugins_json(const PluginSet& plugins) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const auto& plugin : plugins.transports) {
        list.push_back(json_of(plugin->description()));
    }
    for (const auto& plugin : plugins.crdts) {
        list.push_back(json_of(plugin->description()));
    }
    list.push_back(json_of(plugins.bus->description()));
    list.push_back(json_of(plugins.storage->description()));
    const nlohmann::ordered_json body{{"plugins", std::move(list)}};
    return body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace weft
