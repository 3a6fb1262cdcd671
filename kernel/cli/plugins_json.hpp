#pragma once

#include "kernel/cli/plugin_set.hpp"

#include <string>

namespace weft {

/// The body of GET /api/plugins: what is loaded, with capabilities, without options, which may be secret.
std::string plugins_json(const PluginSet& plugins);

}  // namespace weft
