// Reads one mapping of the YAML key by key into typed values.
#pragma once

#include "kernel/config/values.hpp"
#include "kernel/config/yaml_tree.hpp"
#include "kernel/host/plugin_options.hpp"

#include <fmt/format.h>

#include <initializer_list>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weft {

/// What all readers of one configuration share.
struct ReadingContext {
    const Environment& environment;
    std::vector<ConfigError> errors;
    std::map<std::string, std::string>
        places;  // key to "file:line:column: key", of all that was read
};

template <class T>
struct Range {
    T low{};
    T high = std::numeric_limits<T>::max();
};

/// Every `read` leaves its target alone when the key is absent, and reports and leaves it alone when the value is wrong: the target
/// holds the default. The keys asked for are the known ones; `finish` reports the others.
class MappingReader {
public:
    /// `node` is a mapping, or null for one that is left empty. Anything else is reported, and then reads as empty.
    MappingReader(ReadingContext& context, YamlPtr node, std::string path);

    void read(std::string_view key, std::string& out);
    void read(std::string_view key, std::uint64_t& out, Range<std::uint64_t> range);
    void read(std::string_view key, std::chrono::milliseconds& out,
              Range<std::chrono::milliseconds> range);
    void read_size(std::string_view key, std::uint64_t& out, Range<std::uint64_t> range);

    template <class Enum>
    void read(std::string_view key, Enum& out,
              std::initializer_list<std::pair<std::string_view, Enum>> words);

    /// The value of `key` as text, variables expanded; nothing when it is absent or was reported.
    std::optional<std::string> text(std::string_view key);

    /// The mapping at `key`, an empty one when it is absent.
    MappingReader section(std::string_view key);

    /// The entries of the list at `key`; nothing when it is absent or not a list.
    std::vector<YamlPtr> list(std::string_view key);

    /// The mapping of entry `index` of the list at `key`.
    MappingReader entry(std::string_view key, std::size_t index, const YamlPtr& node);

    /// All keys that nothing has asked for, as options of a plugin, without those that had to be reported; `finish` reports none of them.
    PluginOptions take_rest();

    std::vector<std::string> keys() const;
    bool has(std::string_view key) const;
    bool is_mapping() const { return is_mapping_; }  // false: already reported

    /// Reports what is wrong with the value of `key`, or when `key` is empty or absent with this mapping.
    void refuse(std::string_view key, std::string message);

    /// Reports duplicate keys and the keys that nothing has asked for.
    void finish();

    std::string path_of(std::string_view key) const;

private:
    const YamlEntry* find(std::string_view key);
    std::optional<std::string> expand(const YamlNode& scalar, std::string_view key);
    void report_duplicates();
    bool is_known(std::string_view key) const;

    ReadingContext* context_;
    YamlPtr node_;
    std::string path_;                // "limits"; empty for the whole file
    std::vector<std::string> known_;  // copies: a caller's key may be gone before `finish`
    bool is_mapping_ = true;
    bool rest_is_taken_ = false;
};

template <class Enum>
void MappingReader::read(std::string_view key, Enum& out,
                         std::initializer_list<std::pair<std::string_view, Enum>> words) {
    const auto value = text(key);
    if (!value) {
        return;
    }
    std::string wanted;
    for (const auto& [word, meaning] : words) {
        if (*value == word) {
            out = meaning;
            return;
        }
        wanted += fmt::format("{}{}", wanted.empty() ? "" : " or ", word);
    }
    refuse(key, fmt::format("wants {}, is \"{}\"", wanted, printable(*value)));
}

}  // namespace weft
