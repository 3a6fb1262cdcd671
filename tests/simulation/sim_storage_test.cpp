// The simulator's store keeps the promises that every store keeps.
#include "sdk/conformance/storage/storage_history_suite.hpp"
#include "tests/support/simulation/sim_storage.hpp"

namespace weft::conformance {
namespace {

class SimUnderTest final : public StorageUnderTest {
public:
    Storage& storage() override { return storage_; }
    void advance() override { time_.run_for(std::chrono::milliseconds(10)); }
    bool takes_calls_from_many_threads() const override { return false; }

private:
    sim::SimTime time_;
    sim::SimDisk disk_;
    sim::SimStorage storage_{time_, disk_, 1};
};

std::unique_ptr<StorageUnderTest> make() {
    return std::make_unique<SimUnderTest>();
}

INSTANTIATE_TEST_SUITE_P(Simulated, StorageConformance, testing::Values(StorageCase{"sim", &make}),
                         name_of_store);
INSTANTIATE_TEST_SUITE_P(Simulated, StorageHistory, testing::Values(StorageCase{"sim", &make}),
                         name_of_store);
INSTANTIATE_TEST_SUITE_P(Simulated, StorageHistoryModel, testing::Values(StorageCase{"sim", &make}),
                         name_of_store);

}  // namespace
}  // namespace weft::conformance
