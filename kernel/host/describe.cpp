#include "kernel/host/describe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace weft {
namespace {

using TableRow = std::array<std::string, 5>;

std::string shown_default(const OptionDescription& option) {
    return option.default_text.empty() ? "\"\"" : option.default_text;
}

std::string range_of(const OptionDescription& option) {
    return option.least.empty() && option.most.empty()
               ? ""
               : fmt::format("{} to {}", option.least, option.most);
}

// Columns as wide as their longest cell; the last one is not padded.
std::string render_table(const std::vector<TableRow>& rows) {
    std::array<std::size_t, 5> widths{};
    for (const TableRow& row : rows) {
        for (std::size_t column = 0; column < row.size(); ++column) {
            widths[column] = std::max(widths[column], row[column].size());
        }
    }
    std::string out;
    for (const TableRow& row : rows) {
        std::string line = " ";
        for (std::size_t column = 0; column < row.size(); ++column) {
            if (widths[column] != 0) {
                line += fmt::format(" {:<{}} ", row[column], widths[column]);
            }
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out += line + '\n';
    }
    return out;
}

std::string render_options(const std::vector<OptionDescription>& options) {
    if (options.empty()) {
        return "options        none\n";
    }
    std::vector<TableRow> rows{{"option", "type", "default", "range", "help"}};
    for (const OptionDescription& option : options) {
        rows.push_back(
            {option.key, option.type, shown_default(option), range_of(option), option.help});
    }
    return "options\n" + render_table(rows);
}

}  // namespace

std::string render_plugin(const PluginDescription& description) {
    std::string out;
    const auto line = [&](std::string_view name, std::string_view value) {
        out += fmt::format("{:<15}{}\n", name, value);
    };
    line("plugin",
         fmt::format("{} {} ({})", description.name, description.version, description.seam));
    line("", description.summary);
    line("license", description.license);
    if (!description.file.empty()) {
        line("file", description.file.string());
    }
    line("abi", fmt::format("{}.{}, runs on {}.{} and newer", description.abi_major,
                            description.abi_minor, description.abi_major, description.need_minor));
    line("build", description.build);
    line("capabilities", description.capabilities);
    return out + render_options(description.options);
}

std::string render_plugin_list(std::span<const PluginListing> listings) {
    std::vector<TableRow> rows;
    std::string refused;
    for (const PluginListing& listing : listings) {
        if (listing.description) {
            const PluginDescription& plugin = *listing.description;
            rows.push_back({plugin.seam, plugin.name, plugin.version, "", plugin.summary});
        } else {
            refused += fmt::format("not usable: {}\n", listing.description.error().message);
        }
    }
    return (listings.empty() ? "no plugins found\n" : render_table(rows)) + refused;
}

}  // namespace weft
