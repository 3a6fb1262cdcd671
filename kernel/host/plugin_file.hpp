// From a name to the descriptor in a shared object. Opened libraries stay open until the process ends: threads,
// thread-local destructors and buffers of a plugin may outlive what the host knows of it.
#pragma once

#include <weft/abi/host.h>
#include <weft/result.hpp>

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weft {

/// <folder>/<seam>/<name>.so in the first folder that has it. Folders are absolute; nothing else is searched.
Result<std::filesystem::path> find_plugin(std::string_view seam, std::string_view name,
                                          std::span<const std::filesystem::path> folders);

/// All <folder>/<seam>/*.so, sorted.
std::vector<std::filesystem::path> plugin_files(std::span<const std::filesystem::path> folders);

/// Opens the file and asks its entry. Errors end a sentence that begins with the file: "… is no shared object".
/// A file that shows no entry is not opened, so none of its code runs.
Result<const weft_plugin*> open_plugin(const std::filesystem::path& file);

/// What is said of a file that is no plugin for this server; ends the same sentence.
Error unusable(std::string message);

}  // namespace weft
