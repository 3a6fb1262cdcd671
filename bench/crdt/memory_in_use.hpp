// What a document takes, asked from outside the engine.
#pragma once

#include <malloc.h>
#include <unistd.h>

#include <cstdint>
#include <fstream>

namespace weft::bench {

/// What the program has allocated and not given back, as the C library counts it: with the headers and the slack of
/// each piece, and with large pieces that are mapped on their own.
inline std::uint64_t allocated_bytes() {
    const struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

/// What of the process stands in memory, after unused pieces were given back.
inline std::uint64_t resident_bytes() {
    malloc_trim(0);
    std::uint64_t mapped = 0;
    std::uint64_t resident = 0;
    std::ifstream("/proc/self/statm") >> mapped >> resident;
    return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace weft::bench
