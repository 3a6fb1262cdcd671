// Which automatic versions are let go as they grow old.
#pragma once

#include "kernel/history/history_policy.hpp"

#include <weft/storage.hpp>

#include <cstdint>
#include <vector>

namespace weft {

/// The numbers of those of `versions` (in any order) that go, ascending. Of the automatic ones in one hour, day or week, as
/// their age has it, the newest stays; so does the newest version of all.
std::vector<std::uint64_t> versions_to_let_go(std::vector<Version> versions,
                                              std::int64_t now_unix_ms,
                                              const HistoryPolicy& policy);

}  // namespace weft
