// Compaction, thinning, versions and deletion, as statements of the writer's open transaction.
#pragma once

#include "chunk.hpp"
#include "connection.hpp"

#include <weft/storage.hpp>
#include <weft/storage_write.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace weft::storage {

/// Belongs to the writer's thread, and uses its connection. Each change is refused before anything of it is written, and
/// the refusal stands in `outcome`; an error ends the transaction.
class HistoryWriter {
public:
    Result<void> prepare(Connection& connection);

    Result<void> compact(const CompactRequest& request, std::int64_t now_ms,
                         Result<StorageDone>& outcome);
    Result<void> thin(const ThinRequest& request, std::int64_t now_ms,
                      Result<StorageDone>& outcome);
    Result<void> delete_document(const DeleteRequest& request, std::int64_t now_ms,
                                 Result<StorageDone>& outcome);
    Result<void> forget(const ForgetRequest& request, Result<StorageDone>& outcome);

    /// Those of `request` that are made at `at`, from `number` on, at `seq`. Raises `number`.
    Result<void> add_versions(const AppendRequest& request, NewVersion::At at, std::int64_t key,
                              std::uint64_t seq, std::int64_t now_ms, std::uint64_t& number);
    Result<void> write_version_content(const ContentRequest& request);

private:
    /// What `weft_documents` has of a document.
    struct Place {
        std::int64_t key = 0;
        std::uint64_t epoch = 0;
        std::uint64_t head = 0;
        std::uint64_t covered = 0;
        std::int64_t tail = 0;
        std::uint64_t content_seq = 0;
        std::string algorithm;
    };
    /// A chunk that compaction covers, whole or its first rows.
    struct Covered {
        std::int64_t key = 0;
        SeqRange seqs;
    };
    /// The rows that compaction covers, as far as their segments need to know them.
    struct CoveredRows {
        std::vector<std::uint64_t> marks;
        std::vector<AuthoredRun> authored;
        std::uint64_t bytes = 0;
        std::vector<StoredPart> rest;  // rows behind them in the last chunk
        std::vector<AuthoredRun> rest_authored;
    };

    Result<Place> find(const std::string& document, std::uint64_t epoch);
    Result<std::vector<Covered>> chunks_behind(const Place& place, const std::string& document,
                                               std::uint64_t through);
    Result<CoveredRows> read_covered(const std::vector<Covered>& chunks, std::uint64_t through,
                                     const std::string& document);
    Result<void> add_covered(const Covered& chunk, std::uint64_t through,
                             const std::string& document, CoveredRows& rows);
    Result<void> check_versions(const CompactRequest& request, const Place& place);
    Result<void> write_segments(const CompactRequest& request, const Place& place,
                                CoveredRows& rows, std::int64_t now_ms);
    Result<void> insert_segment(std::int64_t key, SeqRange seqs, std::uint64_t mark,
                                BytesView bytes, const std::vector<AuthoredRun>& authored,
                                std::int64_t now_ms);
    Result<void> shorten_tail(const std::vector<Covered>& chunks, const CoveredRows& rows);
    Result<void> write_keyframe(const CompactRequest& request, const Place& place,
                                std::int64_t now_ms);

    Result<void> show_content(const CompactRequest& request, const Place& place);

    /// What stands where a thinning wants to merge.
    struct Merged {
        std::vector<AuthoredRun> authored;
        std::uint64_t bytes = 0;
    };
    Result<Merged> read_merged(const SegmentMerge& merge, const Place& place,
                               const std::string& document);
    Result<void> swap_segments(const SegmentMerge& merge, const Merged& merged, const Place& place,
                               std::int64_t now_ms);
    Result<void> drop(Statement& statement, const Place& place,
                      const std::vector<std::uint64_t>& numbers);
    Result<void> check_kept(const ThinRequest& request, const Place& place);
    Result<std::uint64_t> keyframe_bytes(const ThinRequest& request, const Place& place);

    Result<void> delete_chunks(const Place& place);
    Result<void> run_for(Statement& statement, std::int64_t key);

    Statement find_;
    Statement link_;
    Statement chunk_;
    Statement insert_segment_;
    Statement insert_keyframe_;
    Statement delete_chunk_;
    Statement shorten_chunk_;
    Statement cover_;
    Statement write_content_;
    Statement show_;
    Statement versions_;
    Statement segments_;
    Statement delete_segments_;
    Statement keyframe_size_;
    Statement delete_keyframe_;
    Statement delete_version_;
    Statement change_bytes_;
    Statement insert_version_;
    Statement version_content_;
    Statement end_epoch_;
    Statement insert_tombstone_;
    Statement delete_all_chunks_;
    Statement delete_all_segments_;
    Statement delete_all_keyframes_;
    Statement delete_all_versions_;
    Statement delete_content_;
    Statement forget_;

    PackedRows packed_;
};

}  // namespace weft::storage
