// How deep values nest: none of it recurses here, but Yjs clients decode and write values by recursion.
#pragma once

#include "update_decoder.hpp"

#include <weft/crdt.hpp>

#include <cstdint>

namespace weft::yjs {

/// `malformed` if a value of the update, which was checked as a whole, nests deeper than `depth_max`; an array or object of
/// scalars is 1 deep. `depth_max` 0 allows any depth. `size` is how many bytes the update has.
Result<void> check_value_depth(const UpdateLayout& layout, std::size_t size,
                               std::uint64_t depth_max);

/// The same for the arguments of a local edit that passed `check_arguments`; `invalid`.
Result<void> check_value_depth(const EditView& edit, std::uint64_t depth_max);

}  // namespace weft::yjs
