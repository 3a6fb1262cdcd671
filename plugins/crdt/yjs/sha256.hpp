// SHA-256 as FIPS 180-4 has it: own code, because the engine must also compile where no library is (WebAssembly).
#pragma once

#include <weft/bytes.hpp>

#include <array>

namespace weft::yjs {

std::array<std::uint8_t, 32> sha256(BytesView message);

}  // namespace weft::yjs
