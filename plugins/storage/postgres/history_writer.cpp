#include "history_writer.hpp"

#include "append_statement.hpp"
#include "array_text.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace weft::postgres {

using namespace storage_rules;

namespace {

constexpr Statement lock_head{
    "lock_head", "SELECT d.key, d.bucket, h.epoch, h.head, h.covered, h.version, h.algorithm"
                 " FROM weft_documents d JOIN weft_heads h USING (key) WHERE d.name = $1"
                 " FOR UPDATE OF h"};

constexpr Statement insert_version{
    "insert_version",
    "INSERT INTO weft_versions"
    " (doc_key, number, seq, mark, kind, label, author, content, has_content, created_at)"
    " VALUES ($1::bigint, $2::bigint, $3::bigint, $4::bigint, $5::smallint, $6, $7, $8,"
    " $9::boolean, now())"};

constexpr Statement count_versions{
    "count_versions", "UPDATE weft_heads SET version = $2::bigint WHERE key = $1::bigint"};

constexpr Statement write_version_text{"write_version_text",
                                       "UPDATE weft_versions SET content = $4, has_content = true"
                                       " WHERE doc_key = $1::bigint AND number = $2::bigint"
                                       " AND seq = $3::bigint AND NOT has_content"};

constexpr Statement list_version_seqs{
    "list_version_seqs", "SELECT number, seq FROM weft_versions WHERE doc_key = $1::bigint"
                         " ORDER BY number"};

constexpr Statement drop_versions{
    "drop_versions",
    "DELETE FROM weft_versions WHERE doc_key = $1::bigint AND number = ANY ($2::bigint[])"};

constexpr Statement end_document{
    "end_document",
    "UPDATE weft_heads SET epoch = epoch + 1, head = 0, head_mark = 0, covered = 0, version = 0,"
    " bytes = 0, algorithm = '', updated_at = now() WHERE key = $1::bigint"};

constexpr Statement insert_tombstone{
    "insert_tombstone",
    "INSERT INTO weft_tombstones (doc_key, epoch, algorithm, created_at, state_vector)"
    " VALUES ($1::bigint, $2::bigint, $3, date_trunc('milliseconds', now()), $4::bytea)"};

constexpr Statement drop_document{
    "drop_document",
    "WITH parts AS (SELECT $1::smallint AS bucket, $2::bigint AS key),"
    "updates AS (DELETE FROM weft_updates u USING parts p"
    " WHERE u.bucket = p.bucket AND u.doc_key = p.key),"
    "segments AS (DELETE FROM weft_segments s USING parts p"
    " WHERE s.bucket = p.bucket AND s.doc_key = p.key),"
    "keyframes AS (DELETE FROM weft_keyframes k USING parts p"
    " WHERE k.bucket = p.bucket AND k.doc_key = p.key),"
    "versions AS (DELETE FROM weft_versions v USING parts p WHERE v.doc_key = p.key)"
    "DELETE FROM weft_contents c USING parts p WHERE c.key = p.key"};

constexpr Statement forget{"forget",
                           "WITH gone AS (DELETE FROM weft_tombstones"
                           " WHERE created_at < to_timestamp($1::bigint / 1000.0) RETURNING 1)"
                           "SELECT count(*) FROM gone"};

// Later than any row, and a time that PostgreSQL knows.
constexpr std::int64_t unix_ms_max = 250'000'000'000'000;

std::string signed_text(std::uint64_t mark) {
    return std::to_string(static_cast<std::int64_t>(mark));
}

}  // namespace

void HistoryWriter::run(Connection& connection, Write& write) {
    committing_ = false;
    Result<StorageDone> done = in_transaction(connection, write);
    if (done || connection.is_open()) {
        write.outcome = std::move(done);
    } else if (committing_) {
        write.outcome = Error{Code::timeout,
                              "whether a change of " + write.document() +
                                  " happened is unknown: " + done.error().message,
                              0};
    }
}

Result<StorageDone> HistoryWriter::in_transaction(Connection& connection, const Write& write) {
    if (const Result<Rows> begun = connection.execute("BEGIN"); !begun) {
        return begun.error();
    }
    Result<StorageDone> done =
        std::visit([&](const auto& call) { return change(connection, call.request); }, write.call);
    if (!done) {
        if (connection.is_open()) {
            // What failed is told; an error of the rollback would only say that the connection has ended.
            static_cast<void>(connection.execute("ROLLBACK"));
        }
        return done;
    }
    committing_ = true;
    const Result<Rows> committed = connection.execute("COMMIT");
    return committed ? done : committed.error();
}

/// All zero for a name that the database does not know.
Result<HistoryWriter::Place> HistoryWriter::lock(Connection& connection,
                                                 const std::string& document) {
    const Result<Rows> rows = connection.run(lock_head, {document});
    if (!rows) {
        return rows.error();
    }
    if (rows->count() == 0) {
        return Place{};
    }
    return Place{std::string(rows->text(0, 0)), std::string(rows->text(0, 1)), rows->natural(0, 2),
                 rows->natural(0, 3),           rows->natural(0, 4),           rows->natural(0, 5),
                 std::string(rows->text(0, 6))};
}

/// A later epoch is a conflict also where the document is gone.
Result<HistoryWriter::Place> HistoryWriter::lock_in_epoch(Connection& connection,
                                                          const std::string& document,
                                                          std::uint64_t epoch) {
    Result<Place> place = lock(connection, document);
    if (!place) {
        return place;
    }
    if (place->head == 0 && place->epoch <= first_epoch) {
        return never_written(document);
    }
    if (place->epoch != epoch) {
        return other_epoch(document, place->epoch, epoch);
    }
    return place->head == 0 ? Result<Place>(never_written(document)) : place;
}

// ---- appends with versions ----

Result<StorageDone> HistoryWriter::change(Connection& connection, const AppendRequest& request) {
    Result<Place> place = lock_or_add(connection, request);
    if (!place) {
        return place.error();
    }
    const std::uint64_t head = place->head;
    if (const Result<void> added =
            add_versions(connection, request, NewVersion::At::before_the_rows, head, *place);
        !added) {
        return added.error();
    }
    if (!request.rows.empty()) {
        if (const Result<void> appended = append_rows_of(connection, request, *place); !appended) {
            return appended.error();
        }
    }
    const std::uint64_t last = head + request.rows.size();
    if (const Result<void> added =
            add_versions(connection, request, NewVersion::At::after_the_rows, last, *place);
        !added) {
        return added.error();
    }
    const Result<Rows> counted =
        connection.run(count_versions, {place->key, std::to_string(place->version)});
    if (!counted) {
        return counted.error();
    }
    return StorageDone{{head + 1, last}, place->version};
}

Result<HistoryWriter::Place> HistoryWriter::lock_or_add(Connection& connection,
                                                        const AppendRequest& request) {
    Result<Place> place = lock(connection, request.document);
    if (!place) {
        return place;
    }
    if (std::optional<Error> refused =
            refusal_of(request, {place->epoch, place->head, place->version, place->algorithm})) {
        return *std::move(refused);
    }
    if (!place->key.empty()) {
        return place;
    }
    ArrayText names;
    names.add(request.document);
    const Result<Rows> added = connection.run(add_names, {std::move(names).take()});
    return added ? lock(connection, request.document) : added.error();
}

Result<void> HistoryWriter::append_rows_of(Connection& connection, const AppendRequest& request,
                                           const Place& place) {
    AppendParameters parameters(0);
    parameters.add(request, std::stoll(place.key), std::stoll(place.bucket));
    const Statement& statement = parameters.statement();
    const Result<Rows> rows = connection.run(statement, std::move(parameters).take());
    if (!rows) {
        return rows.error();
    }
    // The head is locked and was asked: only what another has made of the name in between can be meant.
    return rows->count() == 1 && rows->boolean(0, 1)
               ? Result<void>{}
               : conflict(request.document + " was made by another at this moment");
}

Result<void> HistoryWriter::add_versions(Connection& connection, const AppendRequest& request,
                                         NewVersion::At at, std::uint64_t seq, Place& place) {
    for (const NewVersion& version : request.versions) {
        if (version.at != at) {
            continue;
        }
        const Result<Rows> inserted = connection.run(
            insert_version,
            {place.key, std::to_string(++place.version), std::to_string(seq),
             signed_text(version.mark), std::to_string(static_cast<std::uint32_t>(version.kind)),
             version.label, version.author, version.content.value_or(""),
             version.content ? "true" : "false"});
        if (!inserted) {
            return inserted.error();
        }
    }
    return {};
}

/// The text of a version.
Result<StorageDone> HistoryWriter::change(Connection& connection, const ContentRequest& request) {
    const Result<Place> place = lock(connection, request.document);
    if (!place) {
        return place.error();
    }
    if (place->head == 0) {
        return never_written(request.document);
    }
    if (place->epoch != epoch_of(request.epoch)) {
        return StorageDone{};
    }
    const Result<Rows> written =
        connection.run(write_version_text, {place->key, std::to_string(request.version),
                                            std::to_string(request.seq), request.text});
    return written ? Result<StorageDone>(StorageDone{}) : written.error();
}

// ---- thinning: what stands is read in compaction.cpp ----

Result<void> HistoryWriter::check_kept(Connection& connection, const ThinRequest& request,
                                       const Place& place) {
    const Result<Rows> rows = connection.run(list_version_seqs, {place.key});
    if (!rows) {
        return rows.error();
    }
    const auto& gone = request.versions_gone;
    std::size_t going = 0;
    for (int row = 0; row < rows->count(); ++row) {
        const std::uint64_t number = rows->natural(row, 0);
        if (std::find(gone.begin(), gone.end(), number) != gone.end()) {
            ++going;
        } else if (merges_across(request, rows->natural(row, 1))) {
            return version_inside(request.document, number, rows->natural(row, 1));
        }
    }
    if (going != gone.size()) {
        return conflict(request.document + ": a version is gone already");
    }
    ArrayText numbers;
    for (const std::uint64_t number : gone) {
        numbers.add(number);
    }
    const Result<Rows> dropped =
        connection.run(drop_versions, {place.key, std::move(numbers).take()});
    return dropped ? Result<void>{} : dropped.error();
}

Result<void> HistoryWriter::check_versions(Connection& connection, const CompactRequest& request,
                                           const Place& place) {
    const Result<Rows> rows = connection.run(list_version_seqs, {place.key});
    if (!rows) {
        return rows.error();
    }
    for (int row = 0; row < rows->count(); ++row) {
        const std::uint64_t seq = rows->natural(row, 1);
        if (seq > place.covered && seq < request.segments.back().last_seq &&
            !ends_segment(request, seq)) {
            return version_inside(request.document, rows->natural(row, 0), seq);
        }
    }
    return {};
}

// ---- deletion ----

Result<StorageDone> HistoryWriter::change(Connection& connection, const DeleteRequest& request) {
    const Result<Place> place = lock_in_epoch(connection, request.document, request.epoch);
    if (!place) {
        return place.error();
    }
    if (request.expect_seq && *request.expect_seq != place->head) {
        return conflict(request.document + " is at seq " + std::to_string(place->head) + ", not " +
                        std::to_string(*request.expect_seq));
    }
    std::string state_vector = "\\x";
    append_hex(state_vector, request.state_vector.view());
    const Result<Rows> kept =
        connection.run(insert_tombstone, {place->key, std::to_string(place->epoch),
                                          place->algorithm, std::move(state_vector)});
    if (!kept) {
        return kept.error();
    }
    const Result<Rows> dropped = connection.run(drop_document, {place->bucket, place->key});
    if (!dropped) {
        return dropped.error();
    }
    const Result<Rows> ended = connection.run(end_document, {place->key});
    if (!ended) {
        return ended.error();
    }
    return StorageDone{{}, place->epoch + 1};
}

Result<StorageDone> HistoryWriter::change(Connection& connection, const ForgetRequest& request) {
    const std::int64_t before = std::clamp<std::int64_t>(request.unix_ms, 0, unix_ms_max);
    const Result<Rows> rows = connection.run(forget, {std::to_string(before)});
    return rows ? Result<StorageDone>(StorageDone{{}, rows->natural(0, 0)}) : rows.error();
}

}  // namespace weft::postgres
