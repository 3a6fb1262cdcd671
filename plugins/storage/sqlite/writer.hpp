// The one connection that writes: a transaction per batch, checkpoints in between.
#pragma once

#include "connection.hpp"
#include "write_queue.hpp"

#include <weft/host.hpp>

#include <memory>

namespace weft::storage {

/// Belongs to one thread. Sets `outcome` of each write it is given; answering is the caller's.
class Writer {
public:
    /// Opens the database and brings its schema up to date.
    static Result<std::unique_ptr<Writer>> open(const Connection::Settings& settings, Host& host);

    /// Commits all of `batch` in one transaction. If something in it cannot be written, each write is
    /// committed alone, so that one document's fault fails no other.
    void commit(std::vector<Write>& batch);

    /// Moves the log into the database when enough of it has gathered: `busy` is the bound that holds under load, and
    /// a quiet moment is used earlier.
    enum class Moment { busy, quiet };
    void checkpoint(Moment moment);

    /// The last checkpoint: empties the log.
    void close();

private:
    Writer(Connection connection, Host& host);
    Result<void> prepare();

    Result<void> commit_together(std::vector<Write>& batch, std::size_t first, std::size_t last);
    Result<void> write(Write& write);
    Result<void> append(const AppendRequest& request, Result<SeqRange>& outcome);
    Result<void> insert_rows(const AppendRequest& request, std::int64_t key,
                             std::uint64_t first_seq);
    Result<void> write_content(const ContentRequest& request, Result<SeqRange>& outcome);

    struct Place {
        std::int64_t key = 0;
        std::uint64_t head = 0;  // after the append; 0: no such document in this state
    };
    Result<Place> advance(const AppendRequest& request, std::uint64_t bytes);
    Result<Place> create_or_refuse(const AppendRequest& request, std::uint64_t bytes,
                                   Result<SeqRange>& outcome);

    Connection connection_;
    Host& host_;
    MetricId commits_;
    MetricId rows_;
    MetricId log_bytes_;

    Statement begin_;
    Statement commit_;
    Statement rollback_;
    Statement advance_;
    Statement find_;
    Statement create_;
    Statement insert_row_;
    Statement advance_content_;
    Statement write_content_;

    // Pages in the log after the last commit, and how many of them were in it at the last checkpoint.
    std::int64_t log_pages_ = 0;
    std::int64_t checkpointed_pages_ = 0;
};

}  // namespace weft::storage
