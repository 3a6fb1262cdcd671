#include "kernel/config/values.hpp"

#include "kernel/config/yaml_tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <limits>
#include <utility>
#include <vector>

namespace weft {
namespace {

Error wrong(std::string message) {
    return {Code::config, std::move(message)};
}

struct Unit {
    std::string_view name;
    std::uint64_t factor;
};

constexpr Unit duration_units[] = {
    {"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
constexpr Unit size_units[] = {
    {"B", 1}, {"KiB", 1ULL << 10}, {"MiB", 1ULL << 20}, {"GiB", 1ULL << 30}, {"TiB", 1ULL << 40}};

/// A count, then one of `units`. Milliseconds are kept signed elsewhere, so that is the limit of both.
std::optional<std::uint64_t> parse_with_unit(std::string_view text, std::span<const Unit> units) {
    const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto count = parse_count(text.substr(0, digits));
    const auto unit = std::ranges::find(units, text.substr(digits), &Unit::name);
    if (!count || unit == units.end() ||
        *count > std::uint64_t{std::numeric_limits<std::int64_t>::max()} / unit->factor) {
        return std::nullopt;
    }
    return *count * unit->factor;
}

std::string format_with_unit(std::uint64_t value, std::span<const Unit> units) {
    std::size_t best = 0;
    for (std::size_t i = 0; i < units.size(); ++i) {
        if (value != 0 && value % units[i].factor == 0) {
            best = i;
        }
    }
    return fmt::format("{}{}", value / units[best].factor, units[best].name);
}

bool is_name_character(char c, bool first) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
           (!first && c >= '0' && c <= '9');
}

bool is_variable_name(std::string_view name) {
    bool first = true;
    for (const char c : name) {
        if (!is_name_character(c, first)) {
            return false;
        }
        first = false;
    }
    return !first;
}

/// What stands for `NAME` or `NAME:-default`.
Result<std::string> variable_value(std::string_view reference, const Environment& environment) {
    const auto separator = reference.find(":-");
    const std::string name(reference.substr(0, separator));
    if (!is_variable_name(name)) {
        return wrong(fmt::format("\"${{{}}}\" is not a variable: ${{NAME}} or ${{NAME:-default}}",
                                 printable(reference)));
    }
    auto value = environment(name);
    if (separator != std::string_view::npos && (!value || value->empty())) {
        return std::string(reference.substr(separator + 2));
    }
    if (!value) {
        return wrong(fmt::format(
            "the environment variable {0} is not set; set it, or write ${{{0}:-default}}", name));
    }
    return std::move(*value);
}

std::size_t next_character(std::string_view utf8, std::size_t at) {
    do {
        ++at;
    } while (at < utf8.size() && (static_cast<unsigned char>(utf8[at]) & 0xc0) == 0x80);
    return at;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        row[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = std::exchange(row[j], std::min({replaced, row[j] + 1, row[j - 1] + 1}));
        }
    }
    return row[b.size()];
}

}  // namespace

Result<std::uint64_t> parse_count(std::string_view text) {
    std::uint64_t value = 0;
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || rest != end || (text.size() > 1 && text[0] == '0')) {
        return wrong(
            fmt::format("wants a whole number in decimal digits, is \"{}\"", printable(text)));
    }
    return value;
}

Result<bool> parse_bool(std::string_view text) {
    if (text != "true" && text != "false") {
        return wrong(fmt::format("wants true or false, is \"{}\"", printable(text)));
    }
    return text == "true";
}

Result<std::chrono::milliseconds> parse_duration(std::string_view text) {
    const auto value = parse_with_unit(text, duration_units);
    if (!value) {
        return wrong(fmt::format("wants a duration such as 100ms, 30s, 10m, 2h or 90d, is \"{}\"",
                                 printable(text)));
    }
    return std::chrono::milliseconds(*value);
}

Result<std::uint64_t> parse_size(std::string_view text) {
    if (const auto bytes = parse_count(text)) {
        return *bytes;
    }
    const auto value = parse_with_unit(text, size_units);
    if (!value) {
        return wrong(fmt::format("wants a size such as 65536, 64KiB, 16MiB or 2GiB, is \"{}\"",
                                 printable(text)));
    }
    return *value;
}

std::string format_duration(std::chrono::milliseconds duration) {
    return duration.count() == 0
               ? "0s"
               : format_with_unit(static_cast<std::uint64_t>(duration.count()), duration_units);
}

std::string format_size(std::uint64_t bytes) {
    return bytes % 1024 != 0 || bytes == 0 ? fmt::format("{}", bytes)
                                           : format_with_unit(bytes, size_units);
}

Environment process_environment() {
    return [](const std::string& name) -> std::optional<std::string> {
        const char* value = std::getenv(name.c_str());
        return value == nullptr ? std::nullopt : std::optional<std::string>(value);
    };
}

Result<std::string> expand_variables(std::string_view text, const Environment& environment) {
    std::string out;
    for (;;) {
        const auto begin = text.find("${");
        out += text.substr(0, begin);
        if (begin == std::string_view::npos) {
            return out;
        }
        const auto end = text.find('}', begin);
        if (end == std::string_view::npos) {
            return wrong(fmt::format("\"{}\" has no closing brace: ${{NAME}} or ${{NAME:-default}}",
                                     printable(text.substr(begin))));
        }
        auto value = variable_value(text.substr(begin + 2, end - begin - 2), environment);
        if (!value) {
            return value.error();
        }
        out += *value;
        text.remove_prefix(end + 1);
    }
}

std::optional<std::string_view> nearest_word(std::string_view word,
                                             std::span<const std::string_view> known) {
    constexpr std::size_t word_bytes_max =
        64;  // no key is longer, and the time goes with the product of both lengths
    std::optional<std::string_view> best;
    std::size_t best_distance = 0;
    for (const std::string_view candidate : known) {
        const std::size_t distance =
            word.size() > word_bytes_max ? word.size() : edit_distance(word, candidate);
        const bool close =
            distance <= std::max<std::size_t>(1, std::max(word.size(), candidate.size()) / 2) &&
            distance < candidate.size();
        if (close && (!best || distance < best_distance)) {
            best = candidate;
            best_distance = distance;
        }
    }
    return best;
}

bool glob_matches(std::string_view glob, std::string_view name) {
    // On a mismatch the last star swallows one byte more: one star to go back to is enough, so this is never exponential.
    std::size_t g = 0;
    std::size_t n = 0;
    std::size_t star = std::string_view::npos;
    std::size_t swallowed = 0;
    while (n < name.size()) {
        if (g < glob.size() && glob[g] == '*') {
            star = g++;
            swallowed = n;
        } else if (g < glob.size() && glob[g] == '?') {
            ++g;
            n = next_character(name, n);
        } else if (g < glob.size() && glob[g] == name[n]) {
            ++g;
            ++n;
        } else if (star != std::string_view::npos) {
            g = star + 1;
            n = ++swallowed;
        } else {
            return false;
        }
    }
    return glob.find_first_not_of('*', g) == std::string_view::npos;
}

}  // namespace weft
