#include "kernel/doctor/export_document.hpp"

#include "kernel/document/document_name.hpp"
#include "kernel/document/readable_content.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace weft {

namespace {

namespace fs = std::filesystem;

// File systems take names of 255 bytes, and an ending follows.
constexpr std::size_t file_name_bytes_max = 200;

bool stands_for_itself(char c, std::size_t position) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || (c == '.' && position > 0);
}

Result<void> write_export(const fs::path& file, std::string_view bytes) {
    errno = 0;
    std::ofstream out(file, std::ios::binary);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    out.close();
    if (!out) {
        return Error{Code::unavailable,
                     fmt::format("{} cannot be written: {}", file.string(), std::strerror(errno)),
                     0};
    }
    return {};
}

}  // namespace

std::string file_name_of(std::string_view document) {
    std::string name;
    for (std::size_t i = 0; i < document.size(); ++i) {
        const char c = document[i];
        name += stands_for_itself(c, i) ? std::string(1, c)
                                        : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    if (name.size() > file_name_bytes_max) {
        name = fmt::format("{}-{:016x}", name.substr(0, file_name_bytes_max - 17),
                           document_hash(document));
    }
    return name;
}

Result<void> make_export_folder(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) {
        return Error{Code::config,
                     fmt::format("{} cannot be made: {}", folder.string(), error.message()), 0};
    }
    if (!fs::is_empty(folder, error) || error) {
        return Error{Code::config,
                     fmt::format("{} is not empty: name a new folder, so that nothing is written "
                                 "over",
                                 folder.string()),
                     0};
    }
    return {};
}

Result<void> export_document(const fs::path& folder, std::string_view document,
                             const Replica& replica, std::string_view text_root) {
    Bytes update;
    if (const auto whole = replica.diff({}, update); !whole) {
        return whole.error();
    }
    const std::string name = file_name_of(document);
    if (!readable_root(replica, text_root).empty()) {
        if (const auto written =
                write_export(folder / (name + ".txt"), readable_content(replica, text_root));
            !written) {
            return written;
        }
    }
    if (const auto written = write_export(folder / (name + ".json"), json_of_all_roots(replica));
        !written) {
        return written;
    }
    return write_export(folder / (name + ".update"), as_text(update));
}

}  // namespace weft
