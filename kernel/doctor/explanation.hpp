#pragma once

#include "kernel/doctor/examination.hpp"

#include <string>

namespace weft {

/// What a document consists of and why it is as large as it is, for people: several lines.
std::string explain(const Examination& seen);

}  // namespace weft
