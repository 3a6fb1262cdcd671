// Where the plugins of tests/fixtures/plugins are.
#pragma once

#include <filesystem>

namespace weft {

inline const std::filesystem::path fixtures = WEFT_FIXTURE_PLUGINS;

}  // namespace weft
