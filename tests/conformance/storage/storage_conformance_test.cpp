// Runs the storage conformance suite against the stores that Weft ships.
#include "sdk/conformance/storage/recording_host.hpp"
#include "sdk/conformance/storage/storage_suite.hpp"

#include "memory_storage.hpp"

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

INSTANTIATE_TEST_SUITE_P(Storage, StorageConformance,
                         testing::Values(StorageCase{"memory",
                                                     [] { return std::make_unique<MemoryUnderTest>(); }}),
                         name_of_store);

}  // namespace
}  // namespace weft::conformance
