// Names of things inside one document.
#pragma once

#include <compare>
#include <cstdint>

namespace weft::yjs {

/// 32-bit places in the arenas of one document: half the size of pointers, and they survive growth.
using Handle = std::uint32_t;
inline constexpr Handle none = 0xffffffff;

/// A client by its place in the table of its document.
using ClientIndex = std::uint32_t;

/// One unit (a UTF-16 code unit, a value, …) as the wire names it. Client ids have up to 53 bits: JavaScript numbers.
struct WireId {
    std::uint64_t client = 0;
    std::uint64_t clock = 0;

    friend auto operator<=>(const WireId&, const WireId&) = default;
};

/// The same unit as the store names it; `client == none` is "no unit".
struct Id {
    ClientIndex client = none;
    std::uint64_t clock = 0;

    bool exists() const { return client != none; }
    friend bool operator==(const Id& a, const Id& b) {
        return a.client == b.client && (a.client == none || a.clock == b.clock);
    }
};

/// Consecutive units of one client, as delete sets on the wire have them.
struct WireRange {
    std::uint64_t client = 0;
    std::uint64_t clock = 0;
    std::uint64_t length = 0;

    std::uint64_t end() const { return clock + length; }
};

}  // namespace weft::yjs
