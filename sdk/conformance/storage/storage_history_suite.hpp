// The storage conformance suite for stores that keep a history: compaction, versions, thinning, deletion.
//
// Beside storage_suite.hpp, for the same stores:
//
//   INSTANTIATE_TEST_SUITE_P(Storage, StorageHistory, testing::Values(...), name_of_store);
//   INSTANTIATE_TEST_SUITE_P(Storage, StorageHistoryModel, testing::Values(...), name_of_store);
#pragma once

#include "compaction_cases.hpp"
#include "history_model_cases.hpp"
#include "storage_suite.hpp"
#include "version_cases.hpp"
