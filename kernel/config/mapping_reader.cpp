#include "kernel/config/mapping_reader.hpp"

#include <algorithm>
#include <set>

namespace weft {
namespace {

std::string_view kind_name(YamlNode::Kind kind) {
    switch (kind) {
    case YamlNode::Kind::null: return "nothing";
    case YamlNode::Kind::scalar: return "a single value";
    case YamlNode::Kind::list: return "a list";
    case YamlNode::Kind::mapping: break;
    }
    return "a mapping";
}

std::string joined(std::span<const std::string_view> words) {
    std::vector<std::string_view> sorted(words.begin(), words.end());
    std::ranges::sort(sorted);
    return fmt::format("{}", fmt::join(sorted, ", "));
}

}  // namespace

MappingReader::MappingReader(ReadingContext& context, YamlPtr node, std::string path)
    : context_(&context), node_(std::move(node)), path_(std::move(path)) {
    if (node_->kind != YamlNode::Kind::mapping && node_->kind != YamlNode::Kind::null) {
        refuse("", fmt::format("wants a mapping (key: value), is {}", kind_name(node_->kind)));
        node_ = nothing_at(node_->place);
        is_mapping_ = false;
    }
}

std::string MappingReader::path_of(std::string_view key) const {
    if (path_.empty() || key.empty()) {
        return path_ + std::string(key);
    }
    return fmt::format("{}.{}", path_, key);
}

bool MappingReader::has(std::string_view key) const {
    return node_->find(key) != nullptr;
}

bool MappingReader::is_known(std::string_view key) const {
    return std::ranges::find(known_, key) != known_.end();
}

const YamlEntry* MappingReader::find(std::string_view key) {
    if (!is_known(key)) {
        known_.emplace_back(key);
    }
    const YamlEntry* entry = node_->find(key);
    if (entry != nullptr) {
        const std::string path = path_of(key);
        context_->places[path] = fmt::format("{}: {}", entry->value->place.text(), printable(path));
    }
    return entry;
}

void MappingReader::refuse(std::string_view key, std::string message) {
    const YamlEntry* entry = node_->find(key);
    const Place& place = entry == nullptr ? node_->place : entry->value->place;
    context_->errors.push_back({place, path_of(key), std::move(message)});
}

std::optional<std::string> MappingReader::expand(const YamlNode& scalar, std::string_view key) {
    auto expanded = expand_variables(scalar.text, context_->environment);
    if (!expanded) {
        context_->errors.push_back({scalar.place, path_of(key), expanded.error().message});
        return std::nullopt;
    }
    return std::move(*expanded);
}

std::optional<std::string> MappingReader::text(std::string_view key) {
    const YamlEntry* entry = find(key);
    if (entry == nullptr) {
        return std::nullopt;
    }
    if (entry->value->kind != YamlNode::Kind::scalar) {
        refuse(key, fmt::format("wants a single value, is {}", kind_name(entry->value->kind)));
        return std::nullopt;
    }
    return expand(*entry->value, key);
}

void MappingReader::read(std::string_view key, std::string& out) {
    if (auto value = text(key)) {
        out = std::move(*value);
    }
}

void MappingReader::read(std::string_view key, std::uint64_t& out, Range<std::uint64_t> range) {
    const auto value = text(key);
    if (!value) {
        return;
    }
    const auto count = parse_count(*value);
    if (!count) {
        refuse(key, count.error().message);
    } else if (*count < range.low || *count > range.high) {
        refuse(key, fmt::format("wants {} to {}, is {}", range.low, range.high, *count));
    } else {
        out = *count;
    }
}

void MappingReader::read(std::string_view key, std::chrono::milliseconds& out,
                         Range<std::chrono::milliseconds> range) {
    const auto value = text(key);
    if (!value) {
        return;
    }
    const auto duration = parse_duration(*value);
    if (!duration) {
        refuse(key, duration.error().message);
    } else if (*duration < range.low || *duration > range.high) {
        refuse(key, fmt::format("wants {} to {}, is {}", format_duration(range.low),
                                format_duration(range.high), *value));
    } else {
        out = *duration;
    }
}

void MappingReader::read_size(std::string_view key, std::uint64_t& out,
                              Range<std::uint64_t> range) {
    const auto value = text(key);
    if (!value) {
        return;
    }
    const auto size = parse_size(*value);
    if (!size) {
        refuse(key, size.error().message);
    } else if (*size < range.low || *size > range.high) {
        refuse(key, fmt::format("wants {} to {}, is {}", format_size(range.low),
                                format_size(range.high), *value));
    } else {
        out = *size;
    }
}

MappingReader MappingReader::section(std::string_view key) {
    const YamlEntry* entry = find(key);
    const YamlPtr node = entry != nullptr ? entry->value : nothing_at(node_->place);
    return {*context_, node, path_of(key)};
}

std::vector<YamlPtr> MappingReader::list(std::string_view key) {
    const YamlEntry* entry = find(key);
    if (entry == nullptr || entry->value->kind == YamlNode::Kind::null) {
        return {};
    }
    if (entry->value->kind != YamlNode::Kind::list) {
        refuse(key, fmt::format("wants a list, is {}", kind_name(entry->value->kind)));
        return {};
    }
    return entry->value->items;
}

MappingReader MappingReader::entry(std::string_view key, std::size_t index, const YamlPtr& node) {
    return {*context_, node, fmt::format("{}.{}", path_of(key), index)};
}

PluginOptions MappingReader::take_rest() {
    rest_is_taken_ = true;
    PluginOptions options;
    options.where = fmt::format("{}: {}", node_->place.text(), printable(path_));
    std::set<std::string_view> seen(known_.begin(), known_.end());
    for (const YamlEntry& entry : node_->entries) {
        if (!seen.insert(entry.key).second) {
            continue;
        }
        const bool is_scalar = entry.value->kind == YamlNode::Kind::scalar;
        auto text = is_scalar ? expand(*entry.value, entry.key) : std::string();
        if (text) {
            std::string where =
                fmt::format("{}: {}", entry.value->place.text(), printable(path_of(entry.key)));
            options.values.push_back({entry.key, std::move(*text), is_scalar, std::move(where)});
        }
    }
    return options;
}

std::vector<std::string> MappingReader::keys() const {
    std::vector<std::string> keys;
    std::set<std::string_view> seen;
    for (const YamlEntry& entry : node_->entries) {
        if (seen.insert(entry.key).second) {
            keys.push_back(entry.key);
        }
    }
    return keys;
}

void MappingReader::report_duplicates() {
    std::map<std::string_view, const YamlEntry*> first;
    for (const YamlEntry& entry : node_->entries) {
        const auto [seen, is_new] = first.try_emplace(entry.key, &entry);
        if (!is_new) {
            context_->errors.push_back({entry.place, path_of(entry.key),
                                        fmt::format("stands here a second time, the first is at {}",
                                                    seen->second->place.text())});
        }
    }
}

void MappingReader::finish() {
    report_duplicates();
    const std::vector<std::string_view> known(known_.begin(), known_.end());
    std::set<std::string_view> reported;
    for (const YamlEntry& entry : node_->entries) {
        if (rest_is_taken_ || is_known(entry.key) || !reported.insert(entry.key).second) {
            continue;
        }
        const auto nearest = nearest_word(entry.key, known);
        const std::string hint = nearest ? fmt::format("did you mean \"{}\"?", *nearest)
                                         : fmt::format("known here: {}", joined(known));
        context_->errors.push_back({entry.place, path_of(entry.key), "unknown key, " + hint});
    }
}

}  // namespace weft
