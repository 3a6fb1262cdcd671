// Which storage plugin opens what was typed as STORE, found by the options that plugins say they have: this server knows no store
// by name.
#pragma once

#include "kernel/host/plugin_host.hpp"

#include <span>
#include <string>
#include <string_view>

namespace weft {

/// The value of `storage` in the YAML for a file ("data/weft.db": the plugin with an option `path`), for a URL
/// ("postgresql://…": the one with an option `url`), or for that value itself ("{plugin: …}").
Result<std::string> storage_setting(std::string_view store, std::span<const PluginListing> plugins);

}  // namespace weft
