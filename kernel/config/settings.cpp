// --set dotted.key=VALUE
#include "kernel/config/yaml_tree.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace weft {
namespace {

constexpr std::size_t depth_max = 32;

std::vector<std::string> split(std::string_view dotted) {
    std::vector<std::string> parts;
    for (;;) {
        const auto dot = dotted.find('.');
        parts.emplace_back(dotted.substr(0, dot));
        if (dot == std::string_view::npos) {
            return parts;
        }
        dotted.remove_prefix(dot + 1);
    }
}

std::optional<std::size_t> parse_index(std::string_view text) {
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional(index)
                                                                    : std::nullopt;
}

/// Rebuilds the nodes from the root to the one that is set; everything beside them is shared with the old tree.
class Setter {
public:
    Setter(std::string_view dotted, YamlPtr value, Place place)
        : dotted_(dotted), path_(split(dotted)), value_(std::move(value)),
          place_(std::move(place)) {}

    std::variant<YamlPtr, ConfigError> apply(const YamlPtr& root) {
        for (const std::string& part : path_) {
            if (part.empty() || path_.size() > depth_max) {
                return ConfigError{place_, "",
                                   fmt::format("\"{}\" is not a dotted key such as storage.path",
                                               printable(dotted_))};
            }
        }
        YamlPtr result = replace(root, 0);
        if (error_) {
            return std::move(*error_);
        }
        return result;
    }

private:
    YamlPtr replace(const YamlPtr& node, std::size_t depth) {
        if (depth == path_.size()) {
            return value_;
        }
        switch (node->kind) {
        case YamlNode::Kind::list: return replace_in_list(*node, depth);
        case YamlNode::Kind::scalar: return fail(depth, "is a single value and has no keys");
        case YamlNode::Kind::null:
        case YamlNode::Kind::mapping: break;
        }
        auto changed = std::make_shared<YamlNode>(*node);
        changed->kind = YamlNode::Kind::mapping;
        for (YamlEntry& entry : changed->entries) {
            if (entry.key == path_[depth]) {
                entry.value = replace(entry.value, depth + 1);
                return changed;
            }
        }
        changed->entries.push_back({path_[depth], place_, replace(nothing_at(place_), depth + 1)});
        return changed;
    }

    YamlPtr replace_in_list(const YamlNode& list, std::size_t depth) {
        const auto index = parse_index(path_[depth]);
        if (!index || *index >= list.items.size()) {
            return fail(depth,
                        fmt::format("is a list of {}; \"{}\" names none of them (the first is 0)",
                                    list.items.size(), printable(path_[depth])));
        }
        auto changed = std::make_shared<YamlNode>(list);
        changed->items[*index] = replace(changed->items[*index], depth + 1);
        return changed;
    }

    YamlPtr fail(std::size_t depth, std::string message) {
        std::string key;
        for (std::size_t i = 0; i < depth; ++i) {
            key += (i == 0 ? "" : ".") + path_[i];
        }
        error_ = ConfigError{place_, std::move(key), std::move(message)};
        return value_;
    }

    std::string_view dotted_;
    std::vector<std::string> path_;
    YamlPtr value_;
    Place place_;
    std::optional<ConfigError> error_;
};

}  // namespace

std::variant<YamlPtr, ConfigError> apply_setting(const YamlPtr& root, std::string_view setting,
                                                 std::string source) {
    const Place place{std::make_shared<const std::string>(source), 0, 0};
    const auto equals = setting.find('=');
    if (equals == std::string_view::npos) {
        return ConfigError{place, "",
                           fmt::format("\"{}\" is not dotted.key=VALUE", printable(setting))};
    }
    const std::string_view dotted = setting.substr(0, equals);
    auto value = parse_yaml(setting.substr(equals + 1), std::move(source), false);
    if (auto* error = std::get_if<ConfigError>(&value)) {
        error->key = std::string(dotted);
        return std::move(*error);
    }
    return Setter(dotted, std::get<YamlPtr>(std::move(value)), place).apply(root);
}

}  // namespace weft
