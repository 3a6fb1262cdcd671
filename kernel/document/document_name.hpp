#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weft {

/// 1 to 512 bytes of valid UTF-8 without control characters, and not the reserved "hocuspocus".
/// Compared by bytes.
bool is_document_name(std::string_view name);

bool is_utf8(std::string_view text);

/// The same on every node and in every release (FNV-1a): it places documents on shards.
std::uint64_t document_hash(std::string_view name);

/// Replaces %XX by the byte it stands for. An invalid percent sequence stays as it is.
std::string percent_decoded(std::string_view text);

/// The document that a path such as "/notes%2Ftoday" names, if it names one.
std::optional<std::string> document_from_path(std::string_view path);

/// The value of `key` in "a=1&b=2", percent-decoded.
std::optional<std::string> query_parameter(std::string_view query, std::string_view key);

}  // namespace weft
