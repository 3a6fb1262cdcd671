#pragma once

#include "kernel/doctor/copy_document.hpp"
#include "kernel/doctor/examination.hpp"

#include <string>
#include <string_view>

namespace weft {

/// Copies what is sound of an examined document to a new store: its history as far as that is whole, and what can be read behind the
/// damage as one update more. Gives what was left behind, empty when nothing was.
Result<std::string> repair_document(OfflineStore& from, OfflineStore& to, const Examination& seen,
                                    std::string_view text_root, const TellTime& tell_time);

}  // namespace weft
