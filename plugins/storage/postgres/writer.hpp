// Appends and readable text as statements: all that goes together in one of each.
#pragma once

#include "connection.hpp"
#include "history_writer.hpp"
#include "write_queue.hpp"

#include <weft/host.hpp>
#include <weft/storage_health.hpp>

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace weft::postgres {

/// Belongs to one thread. What it remembers of documents holds on any connection to the same database.
///
/// Errors    Each write that it is given has an outcome afterwards, is in doubt, or has not been sent because the connection
///           ended before.
class Writer {
public:
    Writer(Durability promised, Host& host, StorageHealth& health);

    /// No two writes of one document. If something in a statement is refused, each write is sent alone: one
    /// document's fault fails no other.
    void commit(Connection& connection, std::vector<Write>& batch);

    /// Finds out what became of appends in doubt: those that happened get their outcome, the others are no longer in doubt.
    /// An error: not known yet.
    Result<void> resolve(Connection& connection, std::vector<Write>& doubts);

private:
    using Refs = std::vector<std::reference_wrapper<Write>>;

    /// Of a name that is known to the database.
    struct Known {
        std::int64_t key = 0;
        std::int64_t bucket = 0;
        std::uint64_t head = 0;  // or more, in this epoch
        std::uint64_t epoch = 0;
    };

    std::optional<Error> fault_of_write(const Write& write) const;
    std::optional<Error> fault_of_append(const AppendRequest& request) const;
    void change(Connection& connection, Write& write);
    void note(const Error& error);

    using Sending = Result<void> (Writer::*)(Connection&, const Refs&);
    void send(Connection& connection, const Refs& writes, Sending sending);

    Result<void> append(Connection& connection, const Refs& appends);
    Result<void> learn(Connection& connection, const Refs& appends);
    Result<void> find(Connection& connection, const std::vector<std::string>& names);
    std::vector<std::string> unknown_names(const Refs& appends) const;
    Refs known_ones(const Refs& appends);
    Result<Rows> run_append(Connection& connection, const Refs& appends);
    void take_appended(const Rows& rows, const Refs& appends);
    void take_found(const Rows& rows, std::vector<Write>& doubts);

    Result<void> write_contents(Connection& connection, const Refs& contents);

    const Durability promised_;
    Host& host_;
    StorageHealth& health_;
    HistoryWriter history_;
    MetricId commits_;
    MetricId rows_;

    // The documents written last, emptied when they are too many. Keys and buckets never change.
    std::unordered_map<std::string, Known> known_;
};

}  // namespace weft::postgres
