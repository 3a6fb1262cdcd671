// Presence states as y-protocols' awareness writes them:
//
//   states = count:varuint ( client:varuint clock:varuint state:varstring )*
//
// A state is JSON text; `null` says that the client has gone.
#pragma once

#include <weft/bytes.hpp>
#include <weft/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weft {

struct PresenceState {
    std::uint64_t client = 0;
    std::uint64_t clock = 0;
    std::string_view json;  // borrowed
};

struct PresenceLimits {
    std::size_t state_bytes = std::size_t{64} * 1024;
    std::size_t states_per_message = 10'000;
};

/// Refuses what is cut off, too large, or not JSON: it would be sent on as it came.
Result<std::vector<PresenceState>> decode_presence(BytesView bytes, const PresenceLimits& limits);

Bytes encode_presence_states(const std::vector<PresenceState>& states);

}  // namespace weft
