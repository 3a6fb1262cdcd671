// How GoogleTest shows a `weft::Code`.
#pragma once

#include <weft/result.hpp>

#include <ostream>

namespace weft {

inline void PrintTo(Code code, std::ostream* out) {
    *out << name_of(code);
}

}  // namespace weft
