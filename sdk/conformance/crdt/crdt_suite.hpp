// The crdt conformance suite: what every `weft::Crdt` promises, run against any of them.
//
// Include it in one source file of a GoogleTest program and say what to run it on:
//
//   INSTANTIATE_TEST_SUITE_P(Crdt, CrdtConformance,
//                            testing::Values(CrdtCase{"mine", &make_mine, {WEFT_CRDT_RESTORE}, text_edits}), name_of_crdt);
#pragma once

#include "convergence_cases.hpp"
#include "edit_cases.hpp"
#include "extension_cases.hpp"
#include "hostile_cases.hpp"
#include "update_cases.hpp"

namespace weft::conformance {

inline std::string name_of_crdt(const testing::TestParamInfo<CrdtCase>& info) {
    return info.param.name;
}

}  // namespace weft::conformance
