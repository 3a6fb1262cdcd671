#include "kernel/document/readable_content.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace weft {

namespace {

constexpr std::string_view replacement_character = "\xEF\xBF\xBD";

std::string without_nul(std::string text) {
    for (std::size_t at = text.find('\0'); at != std::string::npos; at = text.find('\0', at)) {
        text.replace(at, 1, replacement_character);
    }
    return text;
}

}  // namespace

std::string readable_root(const Replica& replica, std::string_view configured) {
    if (!configured.empty()) {
        return std::string(configured);
    }
    std::vector<std::string> texts;
    for (auto& root : replica.roots()) {
        if (root.kind == "text") {
            texts.push_back(std::move(root.name));
        }
    }
    if (texts.size() == 1) {
        return texts.front();
    }
    const bool has_named = std::find(texts.begin(), texts.end(), "text") != texts.end();
    return has_named ? "text" : "";
}

std::string readable_content(const Replica& replica, std::string_view configured_root) {
    const std::string root = readable_root(replica, configured_root);
    if (!root.empty()) {
        if (auto text = replica.text(root, 0, all_units)) {
            return without_nul(std::move(*text));
        }
    }
    const bool is_empty = replica.roots().empty();
    return is_empty ? std::string() : json_of_all_roots(replica);
}

std::string json_of_all_roots(const Replica& replica) {
    std::string json = "{";
    for (const auto& root : replica.roots()) {
        const auto value = replica.json(root.name);
        json += json.size() > 1 ? "," : "";
        json += nlohmann::json(root.name).dump();
        json += ':';
        json += value ? *value : "null";
    }
    return json + "}";
}

}  // namespace weft
