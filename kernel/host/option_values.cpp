#include "kernel/host/option_values.hpp"

#include "kernel/config/values.hpp"
#include "kernel/config/yaml_tree.hpp"

#include <weft/detail/schema.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

namespace weft {
namespace {

std::uint32_t type_of(const OptionDescription& option) {
    const auto& names = detail::option_type_names;
    return static_cast<std::uint32_t>(std::ranges::find(names, option.type) - std::begin(names));
}

const char* wanted(std::uint32_t type) {
    switch (type) {
    case WEFT_OPTION_BOOL: return "true or false";
    case WEFT_OPTION_UINT32: return "a whole number from 0 to 4294967295";
    case WEFT_OPTION_UINT64: return "a whole number, not negative";
    case WEFT_OPTION_INT64: return "a whole number";
    case WEFT_OPTION_DURATION: return "a duration such as 100ms, 5s or 1m";
    case WEFT_OPTION_SIZE: return "a size such as 512KiB, 16MiB or 2GiB";
    case WEFT_OPTION_DOUBLE: return "a number";
    default: return "a text";
    }
}

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || text.empty()) {
        return std::nullopt;
    }
    return number;
}

std::optional<std::uint64_t> parse_nanoseconds(std::string_view text) {
    // Finer than the configuration's own durations: defaults and ranges of plugins may need it.
    for (const auto& [unit, size] :
         {std::pair{"us", std::uint64_t{1000}}, std::pair{"ns", std::uint64_t{1}}}) {
        if (text.ends_with(unit)) {
            const auto count = parse_number<std::uint64_t>(text.substr(0, text.size() - 2));
            return count && *count <= std::numeric_limits<std::int64_t>::max() / size
                       ? std::optional(*count * size)
                       : std::nullopt;
        }
    }
    const auto parsed = parse_duration(text);
    constexpr std::int64_t most_ms = std::numeric_limits<std::int64_t>::max() / 1'000'000;
    if (!parsed || parsed->count() < 0 || parsed->count() > most_ms) {
        return std::nullopt;
    }
    return static_cast<std::uint64_t>(parsed->count()) * 1'000'000;
}

std::optional<std::uint64_t> parse_integer(std::uint32_t type, std::string_view text) {
    switch (type) {
    case WEFT_OPTION_BOOL: {
        const auto parsed = parse_bool(text);
        return parsed ? std::optional<std::uint64_t>(*parsed ? 1 : 0) : std::nullopt;
    }
    case WEFT_OPTION_UINT32: {
        const auto parsed = parse_number<std::uint32_t>(text);
        return parsed ? std::optional<std::uint64_t>(*parsed) : std::nullopt;
    }
    case WEFT_OPTION_UINT64: return parse_number<std::uint64_t>(text);
    case WEFT_OPTION_INT64: {
        const auto parsed = parse_number<std::int64_t>(text);
        return parsed ? std::optional(static_cast<std::uint64_t>(*parsed)) : std::nullopt;
    }
    case WEFT_OPTION_DURATION: return parse_nanoseconds(text);
    default: {
        const auto parsed = parse_size(text);
        return parsed ? std::optional(*parsed) : std::nullopt;
    }
    }
}

/// A text of any length stays with the caller; only numbers are parsed.
std::optional<weft_value> parse_value(std::uint32_t type, std::string_view text) {
    weft_value value{type, 0, 0, 0, {}};
    if (type == WEFT_OPTION_STRING) {
        return value;
    }
    if (type == WEFT_OPTION_DOUBLE) {
        const auto parsed = parse_number<double>(text);
        if (!parsed || !std::isfinite(*parsed)) {
            return std::nullopt;
        }
        value.real = *parsed;
        return value;
    }
    const auto parsed = parse_integer(type, text);
    if (!parsed) {
        return std::nullopt;
    }
    value.integer = *parsed;
    return value;
}

bool less(const weft_value& a, const weft_value& b) {
    switch (a.type) {
    case WEFT_OPTION_DOUBLE: return a.real < b.real;
    case WEFT_OPTION_INT64:
    case WEFT_OPTION_DURATION:
        return static_cast<std::int64_t>(a.integer) < static_cast<std::int64_t>(b.integer);
    default: return a.integer < b.integer;
    }
}

bool in_range(const OptionDescription& option, const weft_value& value) {
    if (!option.least.empty()) {
        const auto least = parse_value(value.type, option.least);
        if (least && less(value, *least)) {
            return false;
        }
    }
    if (!option.most.empty()) {
        const auto most = parse_value(value.type, option.most);
        return !most || !less(*most, value);
    }
    return true;
}

std::string unknown_key(const std::vector<OptionDescription>& schema,
                        const PluginOptions::Value& written) {
    if (schema.empty()) {
        return fmt::format("{}: unknown option; this plugin has none", written.where);
    }
    std::vector<std::string_view> keys;
    for (const auto& option : schema) {
        keys.push_back(option.key);
    }
    if (const auto nearest = nearest_word(written.key, keys)) {
        return fmt::format("{}: unknown option; did you mean `{}`?", written.where, *nearest);
    }
    return fmt::format("{}: unknown option; there are: {}", written.where, fmt::join(keys, ", "));
}

Result<weft_value> check_value(const OptionDescription& option,
                               const PluginOptions::Value& written) {
    const std::uint32_t type = type_of(option);
    if (!written.is_scalar) {
        return Error{
            Code::config,
            fmt::format("{}: found a list or a mapping, wanted {}", written.where, wanted(type)),
            0};
    }
    const auto value = parse_value(type, written.text);
    if (!value) {
        return Error{Code::config,
                     fmt::format("{}: found `{}`, wanted {}", written.where,
                                 printable(written.text), wanted(type)),
                     0};
    }
    if (!in_range(option, *value)) {
        return Error{Code::config,
                     fmt::format("{}: found {}, wanted {} to {}", written.where,
                                 printable(written.text), option.least, option.most),
                     0};
    }
    return *value;
}

}  // namespace

OptionValues OptionValues::check(const std::vector<OptionDescription>& schema,
                                 const PluginOptions& written, std::vector<std::string>& problems) {
    OptionValues checked;
    checked.section_ = written.where;
    for (const auto& value : written.values) {
        const auto option = std::ranges::find(schema, value.key, &OptionDescription::key);
        if (option == schema.end()) {
            problems.push_back(unknown_key(schema, value));
            continue;
        }
        const auto typed = check_value(*option, value);
        if (!typed) {
            problems.push_back(typed.error().message);
            continue;
        }
        auto& kept = checked.values_[value.key];
        kept = {*typed, value.text, value.where};
        kept.value.text = detail::to_c(std::string_view(kept.text));
    }
    return checked;
}

const weft_value* OptionValues::find(std::string_view key) const {
    const auto found = values_.find(key);
    return found == values_.end() ? nullptr : &found->second.value;
}

std::string OptionValues::where(std::string_view key) const {
    const auto found = values_.find(key);
    return found == values_.end() ? fmt::format("{}.{}", section_, key) : found->second.where;
}

}  // namespace weft
