// The storage conformance suite: what every `weft::Storage` promises, run against any of them.
//
// Include it in one source file of a GoogleTest program and say what to run it on:
//
//   INSTANTIATE_TEST_SUITE_P(Storage, StorageConformance, testing::Values(StorageCase{"mine", &make_mine}),
//                            name_of_store);
#pragma once

#include "append_cases.hpp"
#include "read_cases.hpp"

namespace weft::conformance {

inline std::string name_of_store(const testing::TestParamInfo<StorageCase>& info) {
    return info.param.name;
}

}  // namespace weft::conformance
