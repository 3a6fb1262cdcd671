// A YAML file as the configuration reader wants it: every key and every value knows its place, and nothing is interpreted yet.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace weft {

/// Where something was written: `config/weft.yaml:14:9`, or `--set 2` for what the command line says.
struct Place {
    std::shared_ptr<const std::string> source;
    std::uint32_t line = 0;    // from 1; 0: the source has no lines
    std::uint32_t column = 0;  // from 1

    std::string text() const;

    /// The order in which a reader meets them: the file from top to bottom, then the command line.
    bool before(const Place& other) const;
};

/// One complaint about the configuration. `key` is empty when it is about the file as a whole.
struct ConfigError {
    Place place;
    std::string key;  // "transports.0.listen"
    std::string message;

    /// `config/weft.yaml:14:9: storage.path: wants text, is a list`: always one line.
    std::string text() const;
};

struct YamlNode;

/// Shared and immutable: an alias is the very node of its anchor.
using YamlPtr = std::shared_ptr<const YamlNode>;

struct YamlEntry {
    std::string key;
    Place place;    // of the key
    YamlPtr value;  // never null
};

struct YamlNode {
    enum class Kind { null, scalar, list, mapping };

    Kind kind = Kind::null;
    Place place;
    std::string text;                // scalar, as written, without quotes
    std::vector<YamlPtr> items;      // list
    std::vector<YamlEntry> entries;  // mapping, in the order of the file, duplicates included

    const YamlEntry* find(std::string_view key) const;
};

/// What stands where something was left out.
YamlPtr nothing_at(Place place);

/// Reads one YAML document; an empty text is a null node. `has_lines` false places everything at `source` as a whole.
std::variant<YamlPtr, ConfigError> parse_yaml(std::string_view text, std::string source,
                                              bool has_lines = true);

/// `root` with the value that `setting`, a `dotted.key=VALUE` of the command line, puts into it. VALUE is YAML and replaces what is
/// there; missing mappings on the way are made, a list entry is named by its index from 0 and must exist.
std::variant<YamlPtr, ConfigError> apply_setting(const YamlPtr& root, std::string_view setting,
                                                 std::string source);

/// Text from outside as it may stand in a line: control characters escaped, cut when it is very long.
std::string printable(std::string_view text);

}  // namespace weft
