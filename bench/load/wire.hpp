#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

/// The lib0 primitives that the y-websocket protocol and Yjs update v1 are made of. The generator has its own few lines
/// of them, apart from the SDK's codec, so that a mistake in one cannot hide the same mistake in the other.
namespace weft::bench {

using Bytes = std::vector<std::uint8_t>;
using BytesView = std::span<const std::uint8_t>;

inline void append_uint(Bytes& out, std::uint64_t value) {
    while (value >= 0x80) {
        out.push_back(static_cast<std::uint8_t>(value | 0x80));
        value >>= 7;
    }
    out.push_back(static_cast<std::uint8_t>(value));
}

inline void append_bytes(Bytes& out, BytesView bytes) {
    append_uint(out, bytes.size());
    out.insert(out.end(), bytes.begin(), bytes.end());
}

/// Reads from the front of `bytes`. After a read past the end, or of a number over 63 bits, `failed()` stays true and
/// every further read answers 0 or nothing: callers check once, at the end.
class WireReader {
public:
    explicit WireReader(BytesView bytes) : next_(bytes.data()), end_(bytes.data() + bytes.size()) {}

    [[nodiscard]] bool failed() const { return failed_; }
    [[nodiscard]] std::size_t remaining() const { return static_cast<std::size_t>(end_ - next_); }

    std::uint8_t byte() {
        if (next_ == end_) {
            fail();
            return 0;
        }
        return *next_++;
    }

    std::uint64_t uint() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 63; shift += 7) {
            const auto group = byte();
            value |= std::uint64_t{group & 0x7fU} << shift;
            if (group < 0x80) {
                return value;
            }
        }
        fail();
        return 0;
    }

    BytesView bytes() {
        const auto size = uint();
        if (size > remaining()) {
            fail();
            return {};
        }
        const BytesView taken(next_, static_cast<std::size_t>(size));
        next_ += size;
        return taken;
    }

    std::string_view string() {
        const auto taken = bytes();
        return {reinterpret_cast<const char*>(taken.data()), taken.size()};
    }

private:
    void fail() {
        failed_ = true;
        next_ = end_;
    }

    const std::uint8_t* next_;
    const std::uint8_t* end_;
    bool failed_ = false;
};

}  // namespace weft::bench
