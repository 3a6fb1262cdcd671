// The one connection that writes: a transaction per batch, checkpoints in between.
#pragma once

#include "chunk.hpp"
#include "connection.hpp"
#include "history_writer.hpp"
#include "write_queue.hpp"

#include <weft/host.hpp>
#include <weft/storage_health.hpp>

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

namespace weft::storage {

/// Belongs to one thread. Sets `outcome` of each write it is given; answering is the caller's.
class Writer {
public:
    /// Opens the database and brings its schema up to date.
    static Result<std::unique_ptr<Writer>> open(const Connection::Settings& settings, Host& host,
                                                StorageHealth& health);

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
    Writer(Connection connection, Host& host, StorageHealth& health);
    Result<void> prepare();

    Result<void> commit_together(std::vector<Write>& batch, std::size_t first, std::size_t last);
    Result<void> write(Write& write);
    Result<void> write_one(const AppendRequest& request, Result<StorageDone>& outcome);
    Result<void> write_one(const ContentRequest& request, Result<StorageDone>& outcome);
    Result<void> write_one(const CompactRequest& request, Result<StorageDone>& outcome);
    Result<void> write_one(const ThinRequest& request, Result<StorageDone>& outcome);
    Result<void> write_one(const DeleteRequest& request, Result<StorageDone>& outcome);
    Result<void> write_one(const ForgetRequest& request, Result<StorageDone>& outcome);

    /// Where a document stands, as far as its next append must know.
    struct Standing {
        std::int64_t key = 0;  // 0: never written
        std::uint64_t head = 0;
        std::int64_t tail = 0;  // key of the newest chunk
        std::uint64_t epoch = 0;
        std::uint64_t version = 0;
        std::string algorithm;
    };
    Result<void> forget_if_others_wrote();
    Result<Standing*> standing_of(const std::string& document);
    std::optional<Error> fault_of_append(const AppendRequest& request) const;
    Result<void> check_tail(const Standing& standing, std::uint64_t covered);
    Result<void> create(const AppendRequest& request, Standing& standing);
    Result<void> append_rows(const AppendRequest& request, Standing& standing);
    Result<void> advance(const AppendRequest& request, const Standing& standing);
    Result<void> add_versions(const AppendRequest& request, NewVersion::At at, Standing& standing);
    Result<bool> write_document_content(const ContentRequest& request);
    Result<void> insert_chunk(const AppendRequest& request, Standing& standing);

    Connection connection_;
    Host& host_;
    StorageHealth& health_;
    MetricId commits_;
    MetricId rows_;
    MetricId log_bytes_;

    Statement begin_;
    Statement commit_;
    Statement rollback_;
    Statement others_wrote_;
    Statement advance_;
    Statement find_;
    Statement find_tail_;
    Statement create_;
    Statement begin_anew_;
    Statement count_versions_;
    Statement insert_chunk_;
    Statement advance_content_;
    Statement write_content_;

    HistoryWriter history_;

    // The documents written last, as the open transaction sees them: emptied when one is undone, when another program
    // has written to the file, and when they are too many. Saves a look at two tables for every append.
    std::unordered_map<std::string, Standing> standings_;
    std::int64_t data_version_ = 0;

    PackedRows packed_;        // of the append that is being written
    std::int64_t now_ms_ = 0;  // of the open transaction

    // Pages in the log after the last commit, and how many of them were in it at the last checkpoint.
    std::int64_t log_pages_ = 0;
    std::int64_t checkpointed_pages_ = 0;
};

}  // namespace weft::storage
