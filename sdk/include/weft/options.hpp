// Options of a plugin: a struct with defaults, and `fields()` that names them. The schema that the host checks the
// YAML against, the table of `weft plugin inspect` and the typed loading all come from there, so they cannot drift.
//
//   struct SqliteOptions {
//       std::string path = "data/weft.db";
//       weft::ByteSize cache = weft::mebibytes(16);
//       static constexpr auto fields() {
//           return std::tuple{weft::field(&SqliteOptions::path, "path", "Database file"),
//                             weft::field(&SqliteOptions::cache, "cache", "Page cache")
//                                 .between(weft::mebibytes(1), weft::gibibytes(64))};
//       }
//   };
#pragma once

#include <weft/abi/host.h>

#include <chrono>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

namespace weft {

/// A number of bytes. YAML: "512KiB", "16MiB", "2GiB", or a plain number.
struct ByteSize {
    std::uint64_t bytes = 0;
    friend constexpr auto operator<=>(ByteSize, ByteSize) = default;
};

constexpr ByteSize kibibytes(std::uint64_t count) {
    return {count << 10};
}
constexpr ByteSize mebibytes(std::uint64_t count) {
    return {count << 20};
}
constexpr ByteSize gibibytes(std::uint64_t count) {
    return {count << 30};
}

/// A plugin without options.
struct NoOptions {
    static constexpr auto fields() { return std::tuple{}; }
};

/// One option. `Value` is bool, std::uint32_t, std::uint64_t, std::int64_t, double, std::string,
/// std::chrono::nanoseconds ("5s", "100ms" in YAML) or ByteSize.
template <class Options, class Value>
struct Field {
    // A default-constructed std::string is not constexpr everywhere; ranges are for numbers only.
    using Bound = std::conditional_t<std::is_same_v<Value, std::string>, std::uint32_t, Value>;

    Value Options::*member;
    std::string_view key;
    std::string_view help;  // one line
    bool ranged = false;
    Bound least{};
    Bound most{};

    /// Both included. The host refuses other values and says where they were written.
    constexpr Field between(Bound low, Bound high) const
        requires(!std::is_same_v<Value, std::string> && !std::is_same_v<Value, bool>) {
        Field limited = *this;
        limited.ranged = true;
        limited.least = low;
        limited.most = high;
        return limited;
    }
};

template <class Options, class Value>
constexpr Field<Options, Value> field(Value Options::*member, std::string_view key,
                                      std::string_view help) {
    return {member, key, help};
}

namespace detail {

template <class Value>
constexpr std::uint32_t option_type() {
    if constexpr (std::is_same_v<Value, bool>) {
        return WEFT_OPTION_BOOL;
    } else if constexpr (std::is_same_v<Value, std::uint32_t>) {
        return WEFT_OPTION_UINT32;
    } else if constexpr (std::is_same_v<Value, std::uint64_t>) {
        return WEFT_OPTION_UINT64;
    } else if constexpr (std::is_same_v<Value, std::int64_t>) {
        return WEFT_OPTION_INT64;
    } else if constexpr (std::is_same_v<Value, std::chrono::nanoseconds>) {
        return WEFT_OPTION_DURATION;
    } else if constexpr (std::is_same_v<Value, ByteSize>) {
        return WEFT_OPTION_SIZE;
    } else if constexpr (std::is_same_v<Value, double>) {
        return WEFT_OPTION_DOUBLE;
    } else {
        static_assert(std::is_same_v<Value, std::string>,
                      "an option is bool, uint32_t, uint64_t, int64_t, double, "
                      "std::string, std::chrono::nanoseconds or weft::ByteSize");
        return WEFT_OPTION_STRING;
    }
}

/// The names of types in a schema, by WEFT_OPTION_….
inline constexpr std::string_view option_type_names[] = {"bool",     "uint32", "uint64", "int64",
                                                         "duration", "size",   "double", "string"};

template <class Value>
void assign_option(Value& out, const weft_value& value) {
    if constexpr (std::is_same_v<Value, bool>) {
        out = value.integer != 0;
    } else if constexpr (std::is_same_v<Value, std::chrono::nanoseconds>) {
        out = std::chrono::nanoseconds(static_cast<std::int64_t>(value.integer));
    } else if constexpr (std::is_same_v<Value, ByteSize>) {
        out = ByteSize{value.integer};
    } else if constexpr (std::is_same_v<Value, double>) {
        out = value.real;
    } else if constexpr (std::is_same_v<Value, std::string>) {
        out.assign(value.text.data, value.text.size);
    } else {
        out = static_cast<Value>(value.integer);
    }
}

}  // namespace detail
}  // namespace weft
