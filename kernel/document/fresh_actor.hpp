#pragma once

#include "kernel/shard/random.hpp"

#include <weft/codec.hpp>

#include <algorithm>

namespace weft {

/// Whom a replica of the server edits as. Never kept and never used twice: what an earlier one edited with may be stored or not.
inline std::uint64_t fresh_actor(Random& random) {
    return std::max<std::uint64_t>(1, random.next() & varuint_max);
}

}  // namespace weft
