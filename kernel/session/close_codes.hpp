#pragma once

#include <cstdint>

namespace weft {

// y-websocket clients come back after a close, except after 4400 to 4499: those are final.
inline constexpr std::uint16_t close_restart = 1012;   // drain or reload: come back
inline constexpr std::uint16_t close_overload = 1013;  // try again later
inline constexpr std::uint16_t close_refused =
    4400;  // a message that protocol or algorithm refuses
inline constexpr std::uint16_t close_unknown_algorithm =
    4404;  // the document's plugin is not loaded
inline constexpr std::uint16_t close_deleted = 4410;
inline constexpr std::uint16_t close_too_large = 4413;  // message or document over its limit

}  // namespace weft
