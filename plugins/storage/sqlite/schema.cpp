// Everything binary stands in weft_… tables; what people select stands in views over them.
//
//   weft_documents   one narrow row a document, written at every append: its text stands apart, so that an
//                    append never rewrites it. A deleted document has head 0: its row keeps the epoch
//   weft_chunks      the tail, seq covered+1 … head: one row an append, however many updates it held (chunk.hpp).
//                    They stand in the order of their commits, all documents together, so that a commit fills a few
//                    pages and not one of each document; each leads to the one before it of its document, and the
//                    newest is weft_documents.tail (0: there is no tail). Compaction deletes the chunks that it
//                    covers and shortens the one in which it ends; nobody follows `previous` below covered + 1
//   weft_segments    merged runs of the tail, which end where a version was made
//   weft_keyframes   full states at a seq
//   weft_versions    kept points of the history; one without its text yet has has_content 0
//   weft_tombstones  what deleted documents leave: the state vector that each epoch ended with
//
// `authored` is who wrote the rows of a chunk or segment and when (authored_runs.hpp), NULL for nobody in particular at
// the time when they were stored.
// Marks are unsigned 64-bit numbers stored as SQLite's signed ones, bit for bit. Times are UTC in milliseconds.
#include "schema.hpp"

#include <array>
#include <string>

namespace weft::storage {
namespace {

constexpr const char* version_1 = R"sql(
CREATE TABLE weft_documents (
    key         INTEGER PRIMARY KEY,
    name        TEXT    NOT NULL UNIQUE,
    algorithm   TEXT    NOT NULL,
    epoch       INTEGER NOT NULL,
    head        INTEGER NOT NULL,
    head_mark   INTEGER NOT NULL,
    tail        INTEGER NOT NULL DEFAULT 0,
    covered     INTEGER NOT NULL DEFAULT 0,
    version     INTEGER NOT NULL DEFAULT 0,
    content_seq INTEGER NOT NULL DEFAULT 0,
    bytes       INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL
);
CREATE TABLE weft_contents (
    doc_key INTEGER PRIMARY KEY,
    content TEXT NOT NULL
);
CREATE TABLE weft_chunks (
    key        INTEGER PRIMARY KEY,
    doc_key    INTEGER NOT NULL,
    previous   INTEGER NOT NULL,
    first_seq  INTEGER NOT NULL,
    last_seq   INTEGER NOT NULL,
    marks      BLOB    NOT NULL,
    sizes      TEXT    NOT NULL,
    data       BLOB    NOT NULL,
    created_at INTEGER NOT NULL
);
CREATE TABLE weft_segments (
    doc_key    INTEGER NOT NULL,
    first_seq  INTEGER NOT NULL,
    last_seq   INTEGER NOT NULL,
    mark       INTEGER NOT NULL,
    size       INTEGER NOT NULL,
    data       BLOB    NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (doc_key, last_seq)
);
CREATE TABLE weft_keyframes (
    doc_key    INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    mark       INTEGER NOT NULL,
    size       INTEGER NOT NULL,
    data       BLOB    NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (doc_key, seq)
);
CREATE TABLE weft_versions (
    key        INTEGER PRIMARY KEY,
    doc_key    INTEGER NOT NULL,
    number     INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    label      TEXT    NOT NULL,
    author     TEXT    NOT NULL,
    content    TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (doc_key, number)
);

CREATE VIEW documents (id, content, version, algorithm, seq, updated_at) AS
SELECT d.name, coalesce(c.content, ''), d.version, d.algorithm, d.head,
       strftime('%Y-%m-%d %H:%M:%f', d.updated_at / 1000.0, 'unixepoch')
FROM weft_documents d LEFT JOIN weft_contents c ON c.doc_key = d.key;

CREATE VIEW document_versions (id, document_id, content, version_number, label, author, seq, created_at) AS
SELECT v.key, d.name, v.content, v.number, v.label, v.author, v.seq,
       strftime('%Y-%m-%d %H:%M:%f', v.created_at / 1000.0, 'unixepoch')
FROM weft_versions v JOIN weft_documents d ON d.key = v.doc_key;

CREATE VIEW document_updates (document_id, seq, size, created_at) AS
SELECT d.name, c.first_seq + s.key, s.value,
       strftime('%Y-%m-%d %H:%M:%f', c.created_at / 1000.0, 'unixepoch')
FROM weft_chunks c JOIN weft_documents d ON d.key = c.doc_key JOIN json_each(c.sizes) s;
)sql";

// Names, columns and order of the views are what people rely on: they only gain what stands at their end.
constexpr const char* version_2 = R"sql(
ALTER TABLE weft_chunks ADD COLUMN authored BLOB;
ALTER TABLE weft_segments ADD COLUMN authored BLOB;
ALTER TABLE weft_versions ADD COLUMN kind INTEGER NOT NULL DEFAULT 0;
ALTER TABLE weft_versions ADD COLUMN mark INTEGER NOT NULL DEFAULT 0;
ALTER TABLE weft_versions ADD COLUMN has_content INTEGER NOT NULL DEFAULT 1;
CREATE TABLE weft_tombstones (
    doc_key      INTEGER NOT NULL,
    epoch        INTEGER NOT NULL,
    algorithm    TEXT    NOT NULL,
    state_vector BLOB    NOT NULL,
    created_at   INTEGER NOT NULL,
    PRIMARY KEY (doc_key, epoch)
);

DROP VIEW documents;
CREATE VIEW documents (id, content, version, algorithm, seq, updated_at) AS
SELECT d.name, coalesce(c.content, ''), d.version, d.algorithm, d.head,
       strftime('%Y-%m-%d %H:%M:%f', d.updated_at / 1000.0, 'unixepoch')
FROM weft_documents d LEFT JOIN weft_contents c ON c.doc_key = d.key
WHERE d.head > 0;

DROP VIEW document_versions;
CREATE VIEW document_versions (id, document_id, content, version_number, label, author, seq, created_at, kind) AS
SELECT v.key, d.name, v.content, v.number, v.label, v.author, v.seq,
       strftime('%Y-%m-%d %H:%M:%f', v.created_at / 1000.0, 'unixepoch'),
       CASE v.kind WHEN 0 THEN 'named' WHEN 1 THEN 'automatic' ELSE 'restore' END
FROM weft_versions v JOIN weft_documents d ON d.key = v.doc_key;
)sql";

/// Entry n leads from version n to n + 1.
constexpr std::array migrations{version_1, version_2};

Result<std::int64_t> number(Connection& connection, const char* sql) {
    Result<Statement> statement = connection.prepare(sql);
    if (!statement) {
        return statement.error();
    }
    const Result<bool> row = statement->step();
    if (!row) {
        return row.error();
    }
    return *row ? statement->integer(0) : 0;
}

/// 0 for a database without a table.
Result<std::int64_t> present_version(Connection& connection) {
    const Result<std::int64_t> ours =
        number(connection, "SELECT count(*) FROM sqlite_schema WHERE name = 'weft_schema'");
    if (!ours) {
        return ours.error();
    }
    if (*ours != 0) {
        return number(connection, "SELECT version FROM weft_schema");
    }
    const Result<std::int64_t> others = number(connection, "SELECT count(*) FROM sqlite_schema");
    if (others && *others != 0) {
        return Error{Code::config, "the file holds the tables of another program", 0};
    }
    return others;
}

Result<void> migrate_in_transaction(Connection& connection) {
    const Result<std::int64_t> version = present_version(connection);
    if (!version) {
        return version.error();
    }
    const auto known = static_cast<std::int64_t>(migrations.size());
    if (*version > known) {
        return Error{Code::config,
                     "written by a newer weft: its schema is version " + std::to_string(*version) +
                         ", this one knows up to " + std::to_string(known),
                     0};
    }
    std::string sql = *version == 0 ? "CREATE TABLE weft_schema (version INTEGER NOT NULL);"
                                      "INSERT INTO weft_schema VALUES (0);"
                                    : "";
    for (auto from = *version; from < known; ++from) {
        sql += migrations[static_cast<std::size_t>(from)];
    }
    sql += "UPDATE weft_schema SET version = " + std::to_string(known) + " WHERE version < " +
           std::to_string(known) + "; COMMIT;";
    return connection.execute(sql.c_str());
}

}  // namespace

Result<void> migrate(Connection& connection) {
    if (Result<void> begun = connection.execute("BEGIN IMMEDIATE"); !begun) {
        return begun;
    }
    Result<void> migrated = migrate_in_transaction(connection);
    if (!migrated && connection.in_transaction()) {
        // What failed is told; an error of the rollback would only say that it is undone already.
        static_cast<void>(connection.execute("ROLLBACK"));
    }
    return migrated;
}

}  // namespace weft::storage
