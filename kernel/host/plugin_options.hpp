#pragma once

#include <string>
#include <vector>

namespace weft {

/// The options of one plugin as the YAML has them, before the plugin's schema has been looked at: the mapping of
/// its section without the key `plugin`.
struct PluginOptions {
    struct Value {
        std::string key;
        std::string text;       // the scalar as written, without quotes
        bool is_scalar = true;  // false: a list or a mapping stands here
        std::string where;      // the beginning of a message: "config/weft.yaml:14:9: storage.path"
    };
    std::vector<Value> values;
    std::string where;  // of the section: "config/weft.yaml:12:1: storage"
};

}  // namespace weft
