// Runs the storage conformance suite against a PostgreSQL.
#include "sdk/conformance/storage/recording_host.hpp"
#include "sdk/conformance/storage/storage_history_suite.hpp"

#include "postgres_server.hpp"
#include "postgres_storage.hpp"

namespace weft::conformance {
namespace {

class PostgresUnderTest final : public StorageUnderTest {
public:
    PostgresUnderTest() {
        const Result<void> started = storage_.start();
        EXPECT_TRUE(started) << started.error().message;
    }
    ~PostgresUnderTest() override { storage_.stop(); }
    Storage& storage() override { return storage_; }

private:
    RecordingHost host_;
    postgres::PostgresStorage storage_{host_, {postgres::shared_server().empty_store()}};
};

StorageCase postgres_case() {
    return {"postgres", [] { return std::make_unique<PostgresUnderTest>(); }};
}

INSTANTIATE_TEST_SUITE_P(Storage, StorageConformance, testing::Values(postgres_case()),
                         name_of_store);
INSTANTIATE_TEST_SUITE_P(Storage, StorageHistory, testing::Values(postgres_case()), name_of_store);
INSTANTIATE_TEST_SUITE_P(Storage, StorageHistoryModel, testing::Values(postgres_case()),
                         name_of_store);

}  // namespace
}  // namespace weft::conformance
