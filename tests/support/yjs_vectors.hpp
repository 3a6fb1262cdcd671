#pragma once

#include <nlohmann/json.hpp>

#include <fstream>
#include <string>

namespace weft {

/// A section of the vectors that were made by running the published packages.
inline nlohmann::json yjs_vectors(const std::string& section) {
    std::ifstream file(WEFT_SOURCE_DIR "/tests/plugins/yjs/yjs-vectors.json");
    return nlohmann::json::parse(file).at(section);
}

}  // namespace weft
