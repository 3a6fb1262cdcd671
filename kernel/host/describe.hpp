// What `weft plugin list` and `weft plugin inspect` print.
#pragma once

#include "kernel/host/plugin_host.hpp"

#include <span>
#include <string>

namespace weft {

/// Identity, ABI, capabilities and the table of options.
std::string render_plugin(const PluginDescription& description);

/// One line a file: seam, name, version and summary, or why it is none.
std::string render_plugin_list(std::span<const PluginListing> listings);

}  // namespace weft
