#pragma once

#include "kernel/doctor/copy_document.hpp"

#include <weft/crdt.hpp>

#include <cstdint>
#include <memory>

namespace weft {

struct CopyCheck {
    std::unique_ptr<Replica> replica;      // the copy, loaded as a server does it
    std::uint64_t versions_with_new_time;  // the store took its own clock
};

/// Proves a copy: what was to be copied is there byte for byte, and what a server loads from it has the digest `expected`.
/// `corrupt` when it is not.
Result<CopyCheck> check_copy(OfflineStore& from, OfflineStore& to, const Crdt& crdt,
                             const CopyOrder& order, const Digest& expected);

}  // namespace weft
