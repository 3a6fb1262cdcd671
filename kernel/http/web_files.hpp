#pragma once

#include <weft/bytes.hpp>

#include <span>
#include <string_view>

namespace weft {

/// A file of the built page, as it was when the program was built.
struct WebFile {
    std::string_view path;  // "/assets/app.js"
    BytesView bytes;        // part of the program
};

std::span<const WebFile> web_files();

}  // namespace weft
