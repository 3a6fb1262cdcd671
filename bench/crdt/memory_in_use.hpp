// What the program has allocated and not given back, as the C library counts it: with the headers and the slack of each
// piece, and with large pieces that are mapped on their own.
#pragma once

#include <malloc.h>

#include <cstdint>

namespace weft::bench {

inline std::uint64_t allocated_bytes() {
    const struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

}  // namespace weft::bench
