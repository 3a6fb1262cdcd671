// The schema of a plugin's options as JSON, and loading them by it.
#pragma once

#include <weft/detail/values.hpp>
#include <weft/json_text.hpp>
#include <weft/options.hpp>

#include <charconv>
#include <string>

namespace weft::detail {

/// A count with the largest unit that leaves it whole, as it is written in YAML: "16MiB", "1500ms".
template <std::size_t N>
std::string with_unit(std::uint64_t count,
                      const std::pair<std::uint64_t, const char*> (&units)[N]) {
    for (const auto& [size, unit] : units) {
        if (count % size == 0 && (count != 0 || size == 1)) {
            return std::to_string(count / size) + unit;
        }
    }
    return std::to_string(count);
}

inline std::string size_text(ByteSize size) {
    constexpr std::pair<std::uint64_t, const char*> units[] = {{std::uint64_t{1} << 30, "GiB"},
                                                               {std::uint64_t{1} << 20, "MiB"},
                                                               {std::uint64_t{1} << 10, "KiB"},
                                                               {1, "B"}};
    return with_unit(size.bytes, units);
}

inline std::string duration_text(std::chrono::nanoseconds duration) {
    constexpr std::pair<std::uint64_t, const char*> units[] = {
        {3'600'000'000'000, "h"}, {60'000'000'000, "m"}, {1'000'000'000, "s"},
        {1'000'000, "ms"},        {1'000, "us"},         {1, "ns"}};
    if (duration.count() == 0) {
        return "0s";
    }
    const auto count = static_cast<std::uint64_t>(duration.count());
    return duration.count() < 0 ? "-" + with_unit(0 - count, units) : with_unit(count, units);
}

inline void append_json(std::string& out, bool value) {
    out += value ? "true" : "false";
}
inline void append_json(std::string& out, const std::string& value) {
    append_json_string(out, value);
}
inline void append_json(std::string& out, ByteSize value) {
    append_json_string(out, size_text(value));
}
inline void append_json(std::string& out, std::chrono::nanoseconds value) {
    append_json_string(out, duration_text(value));
}

template <class Number>
requires((std::is_integral_v<Number> || std::is_floating_point_v<Number>)&&!std::is_same_v<
         Number, bool>) void append_json(std::string& out, Number value) {
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    out.append(digits, end);
}

template <class Options, class Value>
void append_field(std::string& out, const Options& defaults, const Field<Options, Value>& field) {
    if (out.back() == '}') {
        out += ',';
    }
    out += R"({"key":)";
    append_json_string(out, field.key);
    out += R"(,"type":)";
    append_json_string(out, option_type_names[option_type<Value>()]);
    out += R"(,"default":)";
    append_json(out, defaults.*field.member);
    if (field.ranged) {
        out += R"(,"min":)";
        append_json(out, field.least);
        out += R"(,"max":)";
        append_json(out, field.most);
    }
    out += R"(,"help":)";
    append_json_string(out, field.help);
    out += '}';
}

template <class Options>
std::string schema_of() {
    std::string out = R"({"options":[)";
    const Options defaults{};
    std::apply([&](const auto&... fields) { (append_field(out, defaults, fields), ...); },
               Options::fields());
    out += "]}";
    return out;
}

template <class Options, class Value>
weft_code load_field(const weft_host& host, Options& options, const Field<Options, Value>& field,
                     weft_error* error) {
    weft_value value{};
    const weft_code code = host.option(host.self, to_c(field.key), option_type<Value>(), &value);
    if (code == WEFT_OK) {
        assign_option(options.*field.member, value);
        return WEFT_OK;
    }
    if (code == WEFT_NOT_FOUND) {
        return WEFT_OK;
    }
    const std::string type(option_type_names[option_type<Value>()]);
    return fill_error(error, to_code(code),
                      "option " + std::string(field.key) + " cannot be read as " + type);
}

/// Fills `options` with what the host has; what it has not keeps its default.
template <class Options>
weft_code load_options(const weft_host& host, Options& options, weft_error* error) {
    weft_code code = WEFT_OK;
    std::apply(
        [&](const auto&... fields) {
            ((code == WEFT_OK ? void(code = load_field(host, options, fields, error)) : void()),
             ...);
        },
        Options::fields());
    return code;
}

}  // namespace weft::detail
