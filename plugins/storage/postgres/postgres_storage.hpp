// Documents in a PostgreSQL database that nodes share.
#pragma once

#include "read_lane.hpp"
#include "write_lane.hpp"

#include <weft/host.hpp>
#include <weft/options.hpp>
#include <weft/storage.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace weft::postgres {

struct PostgresOptions {
    std::string url;
    std::uint32_t writers = 4;
    std::uint32_t readers = 2;
    std::chrono::nanoseconds connect_timeout = std::chrono::seconds(10);
    std::chrono::nanoseconds statement_timeout = std::chrono::seconds(30);

    static constexpr auto fields() {
        return std::tuple{
            field(&PostgresOptions::url, "url",
                  "postgresql://user:password@host:port/database?sslmode=verify-full"),
            field(&PostgresOptions::writers, "writers", "Connections that write").between(1, 64),
            field(&PostgresOptions::readers, "readers", "Connections that read").between(1, 64),
            field(&PostgresOptions::connect_timeout, "connect_timeout",
                  "How long the start waits for the database, and each try to connect")
                .between(std::chrono::seconds(2), std::chrono::minutes(10)),
            field(&PostgresOptions::statement_timeout, "statement_timeout",
                  "The longest that one statement may take")
                .between(std::chrono::milliseconds(100), std::chrono::minutes(10))};
    }
};

/// Threads   One for each connection. Calls only queue. A document is written by one of them, always the same.
/// Lifetime  `start` makes the tables and learns what the server promises. `stop` finishes what was queued if the
///           database answers. What is called between construction and `start` waits for it; no call may come after `stop`.
class PostgresStorage final : public Storage {
public:
    static constexpr About about{"postgres", "1.0.0", "A PostgreSQL database that nodes share",
                                 "MIT"};
    static constexpr std::string_view capabilities =
        R"({"durability":"stable","shared_between_nodes":true})";
    using Options = PostgresOptions;

    PostgresStorage(Host& host, Options options);
    ~PostgresStorage() override;

    Result<void> configure();
    Result<void> start();
    void stop();

    /// Before `start`, what a server promises as it is set up by default; after it, what this one does.
    Durability durability() const override { return promised_; }
    StorageStatus status() const override { return outages_.health().status(); }
    void append(std::vector<AppendCall> batch) override;
    void load(LoadRequest request, Completion<Loaded> done) override;
    void read(ReadRequest request, Completion<std::vector<StoredPart>> done) override;
    void heads(std::vector<std::string> documents, Completion<std::vector<Head>> done) override;
    void write_content(ContentRequest request, Completion<void> done) override;
    void list(ListRequest request, Completion<std::vector<DocumentStat>> done) override;
    void stat(std::string document, Completion<DocumentStat> done) override;
    void compact(CompactRequest request, Completion<void> done) override;
    void thin(ThinRequest request, Completion<void> done) override;
    void versions(VersionsRequest request, Completion<std::vector<Version>> done) override;
    void version(VersionRequest request, Completion<VersionContent> done) override;
    void delete_document(DeleteRequest request, Completion<Deleted> done) override;
    void forget_tombstones(ForgetRequest request, Completion<Forgotten> done) override;

private:
    Result<Address> address() const;
    Error at_url(const Error& error) const;
    Result<void> prepare_database();
    Result<Connection> connect_patiently();
    void tell(const ServerPromise& promise);
    void start_lanes();
    std::size_t lane_of(const std::string& document) const;

    /// To the lane that writes its document.
    template <class Call>
    void post_change(Call call);

    /// Has a read lane call `call(Reader&)` for `done`.
    template <class T, class Call>
    void post_reading(Call call, Completion<T> done);

    // Fixed at construction.
    Host& host_;
    const Options options_;

    // Set by `start`.
    LinkSettings settings_;
    Durability promised_ = Durability::stable;

    Outages outages_;
    ReadLine read_line_;
    std::vector<std::unique_ptr<WriteLane>> write_lanes_;
    std::vector<std::unique_ptr<ReadLane>> read_lanes_;
};

}  // namespace weft::postgres
