// The written forms of single values: numbers, durations, sizes, variables. Strict, because a configuration that is read
// differently from how it was meant is worse than one that is refused.
#pragma once

#include <weft/result.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace weft {

/// Decimal digits and nothing else: no sign, no 0x, no leading zero.
Result<std::uint64_t> parse_count(std::string_view text);

/// `true` or `false`, in these letters.
Result<bool> parse_bool(std::string_view text);

/// A count and a unit: ms, s, m, h, d.
Result<std::chrono::milliseconds> parse_duration(std::string_view text);

/// A count of bytes, or with a unit: B, KiB, MiB, GiB, TiB.
Result<std::uint64_t> parse_size(std::string_view text);

/// The shortest form that reads back as the same value.
std::string format_duration(std::chrono::milliseconds duration);
std::string format_size(std::uint64_t bytes);

/// The value of an environment variable, nothing when it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

Environment process_environment();

/// Replaces `${NAME}` and `${NAME:-default}`; the default also stands in for a variable that is set to nothing. A `$` without a brace
/// is an ordinary character, and what a variable holds is not expanded again.
Result<std::string> expand_variables(std::string_view text, const Environment& environment);

/// The word of `known` that `word` was probably meant to be; nothing when none is close.
std::optional<std::string_view> nearest_word(std::string_view word,
                                             std::span<const std::string_view> known);

/// Does `name` match `glob`? `*` stands for any run of characters, `/` included, `?` for one character, all else for itself.
bool glob_matches(std::string_view glob, std::string_view name);

}  // namespace weft
