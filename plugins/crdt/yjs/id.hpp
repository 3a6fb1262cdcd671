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

/// Items name clients in 24 bits; a document with more of them is refused.
inline constexpr ClientIndex clients_max = 0xffffff;

/// A clock inside the store. The wire has 53 bits; what ends beyond 32 is refused, since no editor gets there.
using Clock = std::uint32_t;
inline constexpr std::uint64_t clock_max = 0xffffffff;

/// One unit (a UTF-16 code unit, a value, …) as the wire names it. Client ids have up to 53 bits: JavaScript numbers.
struct WireId {
    std::uint64_t client = 0;
    std::uint64_t clock = 0;

    friend auto operator<=>(const WireId&, const WireId&) = default;
};

/// The same unit as the store names it; `client == none` is "no unit".
struct Id {
    ClientIndex client = none;
    Clock clock = 0;

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
