// What the configuration says to one plugin, before anybody knows what that plugin accepts.
#pragma once

#include <string>
#include <vector>

namespace weft {

/// The options of one plugin instance as they stand in the YAML: all keys of its entry but `plugin`, in their order, each key
/// once, variables already expanded. The plugin host reads them against the plugin's own table of options.
struct PluginOptions {
    struct Value {
        std::string key;
        std::string text;        // the scalar; empty for a list or a mapping, which no plugin takes
        bool is_scalar = true;
        std::string where;       // "config/weft.yaml:14:9: storage.path": a message about this value is `where + ": " + message`
    };
    std::vector<Value> values;
    std::string where;           // the same of the whole entry, for an option that is missing: "config/weft.yaml:14:3: storage"
};

}  // namespace weft
