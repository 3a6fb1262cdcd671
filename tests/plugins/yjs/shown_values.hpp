// How the JSON view shows the values of the vectors.
#pragma once

#include "vectors.hpp"

namespace weft::yjs {

/// The vectors tag values that JSON cannot hold; this is what the JSON view has for them.
Json as_shown(const Json& tagged);

}  // namespace weft::yjs
