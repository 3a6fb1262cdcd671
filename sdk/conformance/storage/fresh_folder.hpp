// A folder that begins empty and goes with the object.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace weft::conformance {

class FreshFolder {
public:
    FreshFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "weft-XXXXXX").string();
        path_ = mkdtemp(name.data()) == nullptr
                    ? throw std::filesystem::filesystem_error(
                          "mkdtemp", name, std::error_code(errno, std::generic_category()))
                    : name;
    }
    ~FreshFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    FreshFolder(const FreshFolder&) = delete;
    FreshFolder& operator=(const FreshFolder&) = delete;

    std::string operator/(const std::string& name) const { return (path_ / name).string(); }
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace weft::conformance
