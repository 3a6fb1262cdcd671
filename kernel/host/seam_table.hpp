#pragma once

#include <weft/abi/host.h>
#include <weft/detail/values.hpp>

#include <cstring>

namespace weft {

/// Whether a table of calls (u32 size, u32 reserved, function pointers) has all that this server needs: it is checked
/// once, when the instance is made, so that no call has to be.
template <class Table>
bool has_all_calls(const void* table) {
    std::uint32_t size = 0;
    if (table == nullptr) {
        return false;
    }
    std::memcpy(&size, table, sizeof size);
    if (size < sizeof(Table)) {
        return false;
    }
    for (std::size_t at = 2 * sizeof(std::uint32_t); at < sizeof(Table); at += sizeof(void*)) {
        const void* call = nullptr;
        std::memcpy(&call, static_cast<const char*>(table) + at, sizeof call);
        if (call == nullptr) {
            return false;
        }
    }
    return true;
}

}  // namespace weft
