// Runs the storage conformance suite against the stores that Weft ships.
#include "sdk/conformance/storage/fresh_folder.hpp"
#include "sdk/conformance/storage/recording_host.hpp"
#include "sdk/conformance/storage/storage_history_suite.hpp"

#include "memory_storage.hpp"
#include "sqlite_storage.hpp"

namespace weft::conformance {
namespace {

class MemoryUnderTest final : public StorageUnderTest {
public:
    MemoryUnderTest() { EXPECT_TRUE(storage_.start()); }
    ~MemoryUnderTest() override { storage_.stop(); }
    Storage& storage() override { return storage_; }

private:
    RecordingHost host_;
    storage::MemoryStorage storage_{host_, {}};
};

class SqliteUnderTest final : public StorageUnderTest {
public:
    SqliteUnderTest() {
        const Result<void> started = storage_.start();
        EXPECT_TRUE(started) << started.error().message;
    }
    ~SqliteUnderTest() override { storage_.stop(); }
    Storage& storage() override { return storage_; }

private:
    FreshFolder folder_;
    RecordingHost host_;
    storage::SqliteStorage storage_{host_, {folder_ / "weft.db"}};
};

template <class Store>
std::unique_ptr<StorageUnderTest> make() {
    return std::make_unique<Store>();
}

INSTANTIATE_TEST_SUITE_P(Storage, StorageConformance,
                         testing::Values(StorageCase{"memory", &make<MemoryUnderTest>},
                                         StorageCase{"sqlite", &make<SqliteUnderTest>}),
                         name_of_store);

// Stores that keep a history.
INSTANTIATE_TEST_SUITE_P(Storage, StorageHistory,
                         testing::Values(StorageCase{"memory", &make<MemoryUnderTest>},
                                         StorageCase{"sqlite", &make<SqliteUnderTest>}),
                         name_of_store);
INSTANTIATE_TEST_SUITE_P(Storage, StorageHistoryModel,
                         testing::Values(StorageCase{"memory", &make<MemoryUnderTest>},
                                         StorageCase{"sqlite", &make<SqliteUnderTest>}),
                         name_of_store);

}  // namespace
}  // namespace weft::conformance
