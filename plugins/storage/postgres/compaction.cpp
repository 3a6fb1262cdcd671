// Compaction and thinning: rows become segments, segments fewer of them.
#include "array_text.hpp"
#include "history_writer.hpp"

#include <utility>

namespace weft::postgres {

using namespace storage_rules;

namespace {

constexpr Statement take_rows_of{
    "take_rows_of", "WITH gone AS ("
                    " DELETE FROM weft_updates WHERE bucket = $1::smallint AND doc_key = $2::bigint"
                    " AND seq > $3::bigint AND seq <= $4::bigint"
                    " RETURNING seq, mark, octet_length(data) AS size,"
                    "  (extract(epoch FROM created_at) * 1000)::bigint AS unix_ms, author)"
                    "SELECT seq, mark, size, unix_ms, author FROM gone ORDER BY seq"};

constexpr Statement insert_segment_of{
    "insert_segment_of",
    "INSERT INTO weft_segments"
    " (bucket, doc_key, first_seq, last_seq, mark, size, created_at, authored, data)"
    " VALUES ($1::smallint, $2::bigint, $3::bigint, $4::bigint, $5::bigint, $6::bigint, now(),"
    " $7::bytea, $8::bytea)"};

constexpr Statement insert_keyframe{
    "insert_keyframe",
    "INSERT INTO weft_keyframes (bucket, doc_key, seq, mark, size, created_at, data)"
    " VALUES ($1::smallint, $2::bigint, $3::bigint, $4::bigint, $5::bigint, now(), $6::bytea)"};

constexpr Statement cover_rows{
    "cover_rows", "UPDATE weft_heads SET covered = $2::bigint, bytes = bytes + $3::bigint"
                  " WHERE key = $1::bigint"};

constexpr Statement write_text{
    "write_text",
    "INSERT INTO weft_contents AS c (key, epoch, content_seq, content)"
    " VALUES ($1::bigint, $2::bigint, $3::bigint, $4)"
    " ON CONFLICT (key) DO UPDATE SET epoch = excluded.epoch, content_seq = excluded.content_seq,"
    "  content = excluded.content"
    " WHERE (c.epoch, c.content_seq) <= (excluded.epoch, excluded.content_seq)"};

constexpr Statement take_segments{
    "take_segments",
    "WITH gone AS ("
    " DELETE FROM weft_segments WHERE bucket = $1::smallint AND doc_key = $2::bigint"
    " AND last_seq >= $3::bigint AND last_seq <= $4::bigint"
    " RETURNING first_seq, last_seq, mark, size, authored,"
    "  (extract(epoch FROM created_at) * 1000)::bigint AS unix_ms)"
    "SELECT first_seq, last_seq, mark, size, unix_ms, authored, authored IS NULL FROM gone"
    " ORDER BY last_seq"};

constexpr Statement take_keyframes{
    "take_keyframes",
    "WITH gone AS ("
    " DELETE FROM weft_keyframes WHERE bucket = $1::smallint AND doc_key = $2::bigint"
    " AND seq = ANY ($3::bigint[]) RETURNING size)"
    "SELECT count(*), coalesce(sum(size), 0)::bigint FROM gone"};

constexpr Statement change_bytes{
    "change_bytes", "UPDATE weft_heads SET bytes = bytes + $2::bigint WHERE key = $1::bigint"};

std::string hex_of(BytesView bytes) {
    std::string text = "\\x";
    text.reserve(2 + 2 * bytes.size());
    append_hex(text, bytes);
    return text;
}

}  // namespace

Result<StorageDone> HistoryWriter::change(Connection& connection, const CompactRequest& request) {
    const Result<Place> place = lock_in_epoch(connection, request.document, request.epoch);
    if (!place) {
        return place.error();
    }
    const std::uint64_t through = request.segments.back().last_seq;
    if (place->covered != request.expect_covered) {
        return other_covered(request, place->covered);
    }
    if (through > place->head) {
        return other_rows(request);
    }
    if (const Result<void> checked = check_versions(connection, request, *place); !checked) {
        return checked.error();
    }
    Result<CoveredRows> rows = take_covered(connection, request, *place);
    if (!rows) {
        return rows.error();
    }
    if (rows->marks.back() != request.through_mark) {
        return other_rows(request);
    }
    const Result<std::uint64_t> written = write_segments(connection, request, *place, *rows);
    if (!written) {
        return written.error();
    }
    const auto bytes = static_cast<std::int64_t>(*written) - static_cast<std::int64_t>(rows->bytes);
    const Result<Rows> covered =
        connection.run(cover_rows, {place->key, std::to_string(through), std::to_string(bytes)});
    if (!covered) {
        return covered.error();
    }
    if (request.content) {
        const Result<Rows> shown =
            connection.run(write_text, {place->key, std::to_string(place->epoch),
                                        std::to_string(through), *request.content});
        if (!shown) {
            return shown.error();
        }
    }
    return StorageDone{};
}

/// Deletes them: where anything is wrong the transaction is undone.
Result<HistoryWriter::CoveredRows> HistoryWriter::take_covered(Connection& connection,
                                                               const CompactRequest& request,
                                                               const Place& place) {
    const std::uint64_t through = request.segments.back().last_seq;
    const Result<Rows> gone =
        connection.run(take_rows_of, {place.bucket, place.key, std::to_string(place.covered),
                                      std::to_string(through)});
    if (!gone) {
        return gone.error();
    }
    CoveredRows rows;
    for (int row = 0; row < gone->count(); ++row) {
        if (gone->natural(row, 0) != place.covered + rows.marks.size() + 1) {
            break;
        }
        rows.marks.push_back(gone->natural(row, 1));
        rows.bytes += gone->natural(row, 2);
        const std::int64_t unix_ms = gone->integer(row, 3);
        rows.authored.push_back({1, unix_ms, unix_ms, std::string(gone->text(row, 4))});
    }
    if (place.covered + rows.marks.size() != through) {
        return Error{Code::missing,
                     request.document + ": nothing is stored of seq " +
                         std::to_string(place.covered + rows.marks.size() + 1),
                     0};
    }
    return rows;
}

/// With the keyframe. Gives their bytes.
Result<std::uint64_t> HistoryWriter::write_segments(Connection& connection,
                                                    const CompactRequest& request,
                                                    const Place& place, CoveredRows& rows) {
    std::uint64_t bytes = 0;
    std::uint64_t covered = place.covered;
    auto run = rows.authored.begin();
    for (const NewSegment& segment : request.segments) {
        const SeqRange seqs{covered + 1, segment.last_seq};
        std::vector<AuthoredRun> authored;
        for (; covered < segment.last_seq; ++covered, ++run) {
            add_run(authored, std::move(*run));
        }
        const std::uint64_t mark = rows.marks[covered - place.covered - 1];
        if (const Result<void> inserted =
                insert_segment(connection, place, seqs, mark, segment.bytes.view(), authored);
            !inserted) {
            return inserted.error();
        }
        bytes += segment.bytes.size();
    }
    if (request.keyframe) {
        const Result<Rows> inserted = connection.run(
            insert_keyframe,
            {place.bucket, place.key, std::to_string(covered),
             std::to_string(static_cast<std::int64_t>(request.through_mark)),
             std::to_string(request.keyframe->size()), hex_of(request.keyframe->view())});
        if (!inserted) {
            return inserted.error();
        }
        bytes += request.keyframe->size();
    }
    return bytes;
}

Result<void> HistoryWriter::insert_segment(Connection& connection, const Place& place,
                                           SeqRange seqs, std::uint64_t mark, BytesView bytes,
                                           const std::vector<AuthoredRun>& authored) {
    const Result<Rows> inserted = connection.run(
        insert_segment_of,
        {place.bucket, place.key, std::to_string(seqs.first), std::to_string(seqs.last),
         std::to_string(static_cast<std::int64_t>(mark)), std::to_string(bytes.size()),
         hex_of(encode_runs(authored)), hex_of(bytes)});
    return inserted ? Result<void>{} : inserted.error();
}

Result<StorageDone> HistoryWriter::change(Connection& connection, const ThinRequest& request) {
    const Result<Place> place = lock_in_epoch(connection, request.document, request.epoch);
    if (!place) {
        return place.error();
    }
    if (const Result<void> checked = check_kept(connection, request, *place); !checked) {
        return checked.error();
    }
    const Result<std::uint64_t> dropped = drop_keyframes(connection, request, *place);
    if (!dropped) {
        return dropped.error();
    }
    auto bytes = -static_cast<std::int64_t>(*dropped);
    for (const SegmentMerge& merge : request.merges) {
        const Result<Merged> merged = read_merged(connection, request, merge, *place);
        if (!merged) {
            return merged.error();
        }
        if (const Result<void> inserted =
                insert_segment(connection, *place, {merge.first_seq, merge.last_seqs.back()},
                               merge.mark, merge.bytes.view(), merged->authored);
            !inserted) {
            return inserted.error();
        }
        bytes += static_cast<std::int64_t>(merge.bytes.size());
        bytes -= static_cast<std::int64_t>(merged->bytes);
    }
    const Result<Rows> changed = connection.run(change_bytes, {place->key, std::to_string(bytes)});
    return changed ? Result<StorageDone>(StorageDone{}) : changed.error();
}

/// The segments that a merge replaces, which are gone then: where they are others the transaction is undone.
Result<HistoryWriter::Merged> HistoryWriter::read_merged(Connection& connection,
                                                         const ThinRequest& request,
                                                         const SegmentMerge& merge,
                                                         const Place& place) {
    const Result<Rows> gone =
        connection.run(take_segments, {place.bucket, place.key, std::to_string(merge.first_seq),
                                       std::to_string(merge.last_seqs.back())});
    if (!gone) {
        return gone.error();
    }
    if (static_cast<std::size_t>(gone->count()) != merge.last_seqs.size()) {
        return other_segments(request.document, merge);
    }
    Merged merged;
    std::uint64_t next = merge.first_seq;
    for (int row = 0; row < gone->count(); ++row) {
        const std::uint64_t last = merge.last_seqs[static_cast<std::size_t>(row)];
        const bool is_last = row + 1 == gone->count();
        if (gone->natural(row, 0) != next || gone->natural(row, 1) != last ||
            (is_last && gone->natural(row, 2) != merge.mark)) {
            return other_segments(request.document, merge);
        }
        const std::int64_t unix_ms = gone->integer(row, 4);
        std::optional<std::vector<AuthoredRun>> authored{{{last - next + 1, unix_ms, unix_ms, ""}}};
        if (!gone->boolean(row, 6)) {
            authored = decode_runs(gone->bytes(row, 5), last - next + 1);
        }
        if (!authored) {
            return Error{Code::corrupt,
                         request.document + ": the authors up to seq " + std::to_string(last) +
                             " are damaged",
                         0};
        }
        for (AuthoredRun& run : *authored) {
            add_run(merged.authored, std::move(run));
        }
        merged.bytes += gone->natural(row, 3);
        next = last + 1;
    }
    return merged;
}

Result<std::uint64_t> HistoryWriter::drop_keyframes(Connection& connection,
                                                    const ThinRequest& request,
                                                    const Place& place) {
    if (request.keyframes_gone.empty()) {
        return 0;
    }
    ArrayText seqs;
    for (const std::uint64_t seq : request.keyframes_gone) {
        seqs.add(seq);
    }
    const Result<Rows> gone =
        connection.run(take_keyframes, {place.bucket, place.key, std::move(seqs).take()});
    if (!gone) {
        return gone.error();
    }
    if (gone->natural(0, 0) != request.keyframes_gone.size()) {
        return conflict(request.document + ": a keyframe is gone already");
    }
    return gone->natural(0, 1);
}

}  // namespace weft::postgres
