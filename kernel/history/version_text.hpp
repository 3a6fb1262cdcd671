#pragma once

#include "kernel/history/services.hpp"

#include <cstdint>
#include <string>

namespace weft {

/// Replays a document as it was at `seq`, and tells the store the text of the version there. Without it, because the node dies
/// meanwhile, whoever asks for the text replays it, and it is told when automatic versions are looked through next.
void tell_version_text(const HistoryServices& services, const std::string& document,
                       std::uint64_t version, std::uint64_t seq);

}  // namespace weft
