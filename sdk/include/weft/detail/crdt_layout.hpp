// Values of the crdt seam that have one layout in C and in C++: what is called for every edit and update hands on
// pointers to arrays of them, and copies nothing.
#pragma once

#include <weft/abi/crdt.h>
#include <weft/crdt.hpp>

#include <bit>
#include <cstddef>

namespace weft::detail {

template <class Cpp, class C>
inline constexpr bool same_size = sizeof(Cpp) == sizeof(C) && alignof(Cpp) == alignof(C);

static_assert(same_size<BytesView, weft_bytes> && same_size<TextView, weft_str>);
static_assert(sizeof(std::span<const std::uint64_t>) == sizeof(weft_bytes));

static_assert(std::endian::native == std::endian::little,
              "the flags below begin at the lowest bit");
static_assert(same_size<Applied, weft_applied>);
static_assert(offsetof(Applied, parked_bytes) == offsetof(weft_applied, parked_bytes));
static_assert(offsetof(Applied, effective) == offsetof(weft_applied, effective));
static_assert(offsetof(Applied, message) == offsetof(weft_applied, message));
static_assert(offsetof(Applied, actors) == offsetof(weft_applied, actors));
static_assert(WEFT_APPLIED_VERBATIM == 1 && WEFT_APPLIED_PARKED == 2 &&
                  WEFT_APPLIED_RELEASED == 4 && WEFT_APPLIED_PARKED_DROPPED == 8,
              "in the order of the bits in Applied");

static_assert(same_size<PathStepView, weft_path_step>);
static_assert(offsetof(PathStepView, index) == offsetof(weft_path_step, index));
static_assert(offsetof(PathStepView, key) == offsetof(weft_path_step, key));
static_assert(static_cast<std::uint32_t>(StepKind::index) == WEFT_STEP_INDEX);

static_assert(same_size<EditView, weft_edit>);
static_assert(offsetof(EditView, root) == offsetof(weft_edit, root));
static_assert(offsetof(EditView, path) == offsetof(weft_edit, path));
static_assert(offsetof(EditView, position) == offsetof(weft_edit, position));
static_assert(offsetof(EditView, key) == offsetof(weft_edit, key));
static_assert(offsetof(EditView, text) == offsetof(weft_edit, text));
static_assert(offsetof(EditView, type) == offsetof(weft_edit, type));

// Neither side ever looks at one array as both: the call between them is through a pointer into a shared object.

inline const weft_bytes* as_c(std::span<const BytesView> updates) {
    return reinterpret_cast<const weft_bytes*>(updates.data());
}
inline weft_applied* as_c(std::span<Applied> applied) {
    return reinterpret_cast<weft_applied*>(applied.data());
}
inline const weft_edit* as_c(std::span<const EditView> edits) {
    return reinterpret_cast<const weft_edit*>(edits.data());
}

inline std::span<const BytesView> as_cpp(const weft_bytes* updates, std::size_t count) {
    return {reinterpret_cast<const BytesView*>(updates), count};
}
inline std::span<Applied> as_cpp(weft_applied* applied, std::size_t count) {
    return {reinterpret_cast<Applied*>(applied), count};
}
inline std::span<const EditView> as_cpp(const weft_edit* edits, std::size_t count) {
    return {reinterpret_cast<const EditView*>(edits), count};
}

}  // namespace weft::detail
