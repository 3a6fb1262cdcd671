#include "shown_values.hpp"

namespace weft::yjs {
namespace {

std::string base64(const Bytes& bytes) {
    constexpr const char* alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    unsigned bits = 0;
    unsigned held = 0;
    for (const std::uint8_t byte : bytes) {
        bits = bits << 8 | byte;
        for (held += 8; held >= 6; held -= 6) {
            text += alphabet[bits >> (held - 6) & 63];
        }
    }
    if (held > 0) {
        text += alphabet[bits << (6 - held) & 63];
    }
    text.resize((text.size() + 3) / 4 * 4, '=');
    return text;
}

}  // namespace

Json as_shown(const Json& tagged) {
    if (tagged.is_array()) {
        Json list = Json::array();
        for (const Json& value : tagged) {
            list.push_back(as_shown(value));
        }
        return list;
    }
    if (!tagged.is_object()) {
        return tagged;
    }
    if (tagged.contains("$undefined")) {
        return nullptr;
    }
    if (tagged.contains("$bigint")) {
        return std::stoll(tagged["$bigint"].get<std::string>());
    }
    if (tagged.contains("$float")) {
        return tagged["$float"] == "-0" ? Json(0) : Json(nullptr);
    }
    if (tagged.contains("$bytes")) {
        return base64(from_hex(tagged["$bytes"]));
    }
    if (tagged.contains("$doc")) {
        return Json{{"guid", tagged["$doc"]}};
    }
    for (const char* shown : {"$xml", "$text"}) {
        if (tagged.contains(shown)) {
            return tagged[shown];
        }
    }
    Json object = Json::object();
    for (const auto& [key, value] : tagged.items()) {
        object[key] = as_shown(value);
    }
    return object;
}

}  // namespace weft::yjs
