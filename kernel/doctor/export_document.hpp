#pragma once

#include <weft/crdt.hpp>

#include <filesystem>
#include <string>
#include <string_view>

namespace weft {

/// What a document is called in a folder: its name, in which all but letters, digits, ".", "_" and "-" is percent-encoded. A long one
/// is cut, with a number behind it that is the name's own.
std::string file_name_of(std::string_view document);

/// Makes the folder if it is not there. A folder with something in it is refused: nothing is written over.
Result<void> make_export_folder(const std::filesystem::path& folder);

/// Writes <name>.txt (the readable root, if the document has one), <name>.json (all roots) and <name>.update (all of it as one
/// update of its algorithm, which `POST /api/documents/{d}/update` takes).
Result<void> export_document(const std::filesystem::path& folder, std::string_view document,
                             const Replica& replica, std::string_view text_root);

}  // namespace weft
