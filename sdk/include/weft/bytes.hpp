// Borrowed bytes: how every update, state vector and frame is passed around.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weft {

/// Bytes that somebody else owns. Valid until the call that received them returns,
/// unless the function says otherwise.
using BytesView = std::span<const std::uint8_t>;

/// Bytes that the holder owns.
using Bytes = std::vector<std::uint8_t>;

/// UTF-8 that somebody else owns, as it crosses the boundary of a plugin: a std::string_view of which every compiler
/// has the same layout.
class TextView {
public:
    constexpr TextView() = default;
    constexpr TextView(std::string_view text) : data_(text.data()), size_(text.size()) {}
    constexpr TextView(const char* text) : TextView(std::string_view(text)) {}
    TextView(const std::string& text) : TextView(std::string_view(text)) {}

    constexpr operator std::string_view() const { return {data_, size_}; }

    constexpr const char* data() const { return data_; }
    constexpr std::size_t size() const { return size_; }
    constexpr bool empty() const { return size_ == 0; }

    friend constexpr bool operator==(TextView a, TextView b) {
        return std::string_view(a) == std::string_view(b);
    }
    friend std::string operator+(std::string text, TextView more) {
        return std::move(text.append(more.data_, more.size_));
    }
    template <class Stream>
    friend Stream& operator<<(Stream& stream, TextView text) {
        stream << std::string_view(text);
        return stream;
    }

private:
    const char* data_ = nullptr;
    std::size_t size_ = 0;
};

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
