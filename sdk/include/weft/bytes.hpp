// Borrowed bytes: how every update, state vector and frame is passed around.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weft {

/// Bytes that somebody else owns. Valid until the call that received them returns,
/// unless the function says otherwise.
using BytesView = std::span<const std::uint8_t>;

/// Bytes that the holder owns.
using Bytes = std::vector<std::uint8_t>;

inline BytesView as_bytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

inline std::string_view as_text(BytesView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline Bytes to_bytes(BytesView bytes) {
    return Bytes(bytes.begin(), bytes.end());
}

inline bool equal_bytes(BytesView a, BytesView b) {
    return as_text(a) == as_text(b);
}

}  // namespace weft
