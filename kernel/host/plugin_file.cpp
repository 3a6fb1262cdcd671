#include "kernel/host/plugin_file.hpp"

#include "kernel/config/values.hpp"

#include <vector>

#define BOOST_DLL_USE_STD_FS
#include <boost/dll/library_info.hpp>
#include <boost/dll/shared_library.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <fstream>
#include <mutex>
#include <string>

namespace weft {
namespace {

namespace fs = std::filesystem;

constexpr const char* entry_symbol = "weft_plugin_entry";
constexpr std::array<std::string_view, 4> seams = {"bus", "crdt", "storage", "transport"};

bool is_name(std::string_view name) {
    return !name.empty() &&
           name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == name.npos;
}

std::vector<std::string> names_in(std::string_view seam, std::span<const fs::path> folders) {
    std::vector<std::string> names;
    for (const fs::path& file : plugin_files(folders)) {
        if (file.parent_path().filename() == seam) {
            names.push_back(file.stem().string());
        }
    }
    return names;
}

std::string suggestion(std::string_view name, const std::vector<std::string>& known) {
    if (known.empty()) {
        return "; there is none in plugins.path";
    }
    const std::vector<std::string_view> words(known.begin(), known.end());
    if (const auto nearest = nearest_word(name, words)) {
        return fmt::format("; did you mean `{}`?", *nearest);
    }
    return fmt::format("; there are: {}", fmt::join(known, ", "));
}

// Whoever can replace a plugin runs code in the server.
bool others_may_write(const fs::path& path) {
    boost::dll::fs::error_code error;
    const auto status = fs::status(path, error);
    const auto open = (status.permissions() & fs::perms::others_write) != fs::perms::none;
    const auto sticky = fs::is_directory(status) &&
                        (status.permissions() & fs::perms::sticky_bit) != fs::perms::none;
    return !error && open && !sticky;
}

Result<void> check_file(const fs::path& file) {
    boost::dll::fs::error_code error;
    if (!fs::is_regular_file(file, error)) {
        return unusable(fs::exists(file, error) ? "is no regular file" : "does not exist");
    }
    if (others_may_write(file) || others_may_write(file.parent_path())) {
        return unusable("may be written by every user of this machine: take that right away (chmod "
                        "o-w) from it and its folder");
    }
    std::ifstream in(file, std::ios::binary);
    if (!in) {
        return unusable("cannot be read: give this user the right to");
    }
    std::array<char, 4> magic{};
    in.read(magic.data(), magic.size());
    if (in.gcount() != 4 || std::string_view(magic.data(), 4) != "\x7f"
                                                                 "ELF") {
        return unusable("is no shared object");
    }
    return {};
}

// Looked up in the file, because opening a library runs its constructors.
Result<void> check_symbol(const fs::path& file) {
    try {
        boost::dll::library_info info(file);
        const auto symbols = info.symbols();
        if (std::ranges::find(symbols, entry_symbol) != symbols.end()) {
            return {};
        }
    } catch (const std::exception& exception) {
        return unusable(fmt::format("is a damaged shared object: {}", exception.what()));
    }
    return unusable(fmt::format("has no symbol {}, so it is no Weft plugin", entry_symbol));
}

// Libraries belong to the process, as the dynamic linker sees it too. Never destroyed: that would close them.
const boost::dll::shared_library& keep_open(boost::dll::shared_library library) {
    static std::mutex mutex;
    static auto& open = *new std::deque<boost::dll::shared_library>();
    const std::lock_guard lock(mutex);
    return open.emplace_back(std::move(library));
}

}  // namespace

Error unusable(std::string message) {
    return {Code::config, std::move(message), 0};
}

Result<fs::path> find_plugin(std::string_view seam, std::string_view name,
                             std::span<const fs::path> folders) {
    boost::dll::fs::error_code error;
    for (const fs::path& folder : folders) {
        const fs::path file = folder / seam / fmt::format("{}.so", name);
        if (is_name(name) && folder.is_absolute() && fs::exists(file, error)) {
            return file;
        }
    }
    std::vector<std::string> places;
    for (const fs::path& folder : folders) {
        places.push_back((folder / seam).string());
    }
    return unusable(fmt::format("no {} plugin `{}` in {}{}", seam, name, fmt::join(places, ", "),
                                suggestion(name, names_in(seam, folders))));
}

std::vector<fs::path> plugin_files(std::span<const fs::path> folders) {
    std::vector<fs::path> files;
    for (const fs::path& folder : folders) {
        for (const std::string_view seam : seams) {
            boost::dll::fs::error_code error;
            for (fs::directory_iterator entry(folder / seam, error), end; !error && entry != end;
                 entry.increment(error)) {
                if (entry->path().extension() == ".so") {
                    files.push_back(entry->path());
                }
            }
        }
    }
    std::ranges::sort(files);
    return files;
}

Result<const weft_plugin*> open_plugin(const fs::path& file) {
    if (const auto checked = check_file(file); !checked) {
        return checked.error();
    }
    if (const auto checked = check_symbol(file); !checked) {
        return checked.error();
    }
    using boost::dll::load_mode::type;
    try {
        // The throwing overload: only it carries what the dynamic linker says.
        const auto& library =
            keep_open(boost::dll::shared_library(file, type::rtld_now | type::rtld_local));
        const weft_plugin* plugin = library.get<const weft_plugin*()>(entry_symbol)();
        if (plugin == nullptr) {
            return unusable("has an entry that gives no descriptor");
        }
        return plugin;
    } catch (const std::exception& exception) {
        return unusable(fmt::format("cannot be opened: {}", exception.what()));
    }
}

}  // namespace weft
