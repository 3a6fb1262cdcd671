// Changes that are more than rows: compaction, thinning, appends with versions, deletion. Each is a transaction of its own,
// which locks the document's head row first: whoever holds it is alone with the document.
#pragma once

#include "connection.hpp"
#include "write_queue.hpp"

#include <weft/storage_rules.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace weft::postgres {

/// Belongs to one thread.
class HistoryWriter {
public:
    /// Sets the outcome, unless the connection ended before anything could have happened. Where it ended while committing
    /// the outcome is `timeout`: unknown, to be read back.
    void run(Connection& connection, Write& write);

private:
    /// Where a document stands, locked.
    struct Place {
        std::string key;     // as a parameter
        std::string bucket;  // as a parameter
        std::uint64_t epoch = 0;
        std::uint64_t head = 0;
        std::uint64_t covered = 0;
        std::uint64_t version = 0;
        std::string algorithm;
    };
    /// The rows that a compaction covers, which are gone then.
    struct CoveredRows {
        std::vector<std::uint64_t> marks;
        std::vector<AuthoredRun> authored;
        std::uint64_t bytes = 0;
    };
    struct Merged {
        std::vector<AuthoredRun> authored;
        std::uint64_t bytes = 0;
    };

    Result<StorageDone> in_transaction(Connection& connection, const Write& write);
    Result<StorageDone> change(Connection& connection, const AppendRequest& request);
    Result<StorageDone> change(Connection& connection, const ContentRequest& request);
    Result<StorageDone> change(Connection& connection, const CompactRequest& request);
    Result<StorageDone> change(Connection& connection, const ThinRequest& request);
    Result<StorageDone> change(Connection& connection, const DeleteRequest& request);
    Result<StorageDone> change(Connection& connection, const ForgetRequest& request);

    static Result<Place> lock(Connection& connection, const std::string& document);
    static Result<Place> lock_in_epoch(Connection& connection, const std::string& document,
                                       std::uint64_t epoch);
    static Result<Place> lock_or_add(Connection& connection, const AppendRequest& request);

    static Result<void> append_rows_of(Connection& connection, const AppendRequest& request,
                                       const Place& place);
    static Result<void> add_versions(Connection& connection, const AppendRequest& request,
                                     NewVersion::At at, std::uint64_t seq, Place& place);

    static Result<void> check_versions(Connection& connection, const CompactRequest& request,
                                       const Place& place);
    static Result<CoveredRows> take_covered(Connection& connection, const CompactRequest& request,
                                            const Place& place);
    static Result<std::uint64_t> write_segments(Connection& connection,
                                                const CompactRequest& request, const Place& place,
                                                CoveredRows& rows);
    static Result<void> insert_segment(Connection& connection, const Place& place, SeqRange seqs,
                                       std::uint64_t mark, BytesView bytes,
                                       const std::vector<AuthoredRun>& authored);

    static Result<Merged> read_merged(Connection& connection, const ThinRequest& request,
                                      const SegmentMerge& merge, const Place& place);
    static Result<void> check_kept(Connection& connection, const ThinRequest& request,
                                   const Place& place);
    static Result<std::uint64_t> drop_keyframes(Connection& connection, const ThinRequest& request,
                                                const Place& place);

    bool committing_ = false;
};

}  // namespace weft::postgres
