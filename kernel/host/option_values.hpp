#pragma once

#include "kernel/host/plugin_description.hpp"
#include "kernel/host/plugin_options.hpp"

#include <weft/abi/host.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace weft {

/// The options of one instance, checked against the plugin's schema and typed.
class OptionValues {
public:
    // Moved, never copied: values point to their own texts.
    OptionValues() = default;
    OptionValues(OptionValues&&) = default;
    OptionValues& operator=(OptionValues&&) = default;

    /// Every problem is one line that begins with where it stands; with problems the values are not to be used.
    static OptionValues check(const std::vector<OptionDescription>& schema,
                              const PluginOptions& written, std::vector<std::string>& problems);

    /// Null: not written, so the plugin's default holds. Texts live as long as this object.
    const weft_value* find(std::string_view key) const;

    std::string where(std::string_view key) const;

private:
    struct Typed {
        weft_value value{};
        std::string text;
        std::string where;
    };
    std::map<std::string, Typed, std::less<>> values_;
    std::string section_;
};

}  // namespace weft
