// Everything binary stands in weft_… tables; what people select stands in views over them.
//
//   weft_documents   the number and the bucket of a name, for good. A name that is known is not yet a document: that begins
//                    with its first update, when its head leaves 0
//   weft_heads       where a document stands: a narrow row that each append locks and bumps. Whoever holds it is alone
//                    with the document, so seqs are dense and visible in the order of commits
//   weft_contents    the readable text, apart from the head because it is long and written seldom
//   weft_updates     the tail, seq covered + 1 … head: one row an update
//   weft_segments    merged runs of the tail, which end where a version was made
//   weft_keyframes   full states at a seq
//   weft_versions    kept points of the history
//   weft_tombstones  what deleted documents leave: the state vector that each epoch ended with. Their head goes back to 0
//                    and keeps the epoch; a text that is of another epoch than the head is nobody's
//
// The author of a row is NULL for nobody in particular; `authored` of a segment is authored_runs.hpp.
// A bucket is the first ten bits of the SHA-256 of a name. It never changes: partitions are made of buckets.
// Marks are unsigned 64-bit numbers stored as PostgreSQL's signed ones, bit for bit.
#include "schema.hpp"

#include <array>
#include <string>

namespace weft::postgres {
namespace {

constexpr const char* version_1 = R"sql(
CREATE TABLE weft_documents (
    key        bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    bucket     smallint    NOT NULL,
    name       text        COLLATE "C" NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE weft_heads (
    key        bigint      PRIMARY KEY,
    head       bigint      NOT NULL DEFAULT 0,
    head_mark  bigint      NOT NULL DEFAULT 0,
    epoch      bigint      NOT NULL DEFAULT 1,
    covered    bigint      NOT NULL DEFAULT 0,
    version    bigint      NOT NULL DEFAULT 0,
    bytes      bigint      NOT NULL DEFAULT 0,
    updated_at timestamptz NOT NULL DEFAULT now(),
    algorithm  text        NOT NULL DEFAULT ''
) WITH (fillfactor = 50);
CREATE TABLE weft_contents (
    key         bigint PRIMARY KEY,
    content_seq bigint NOT NULL,
    content     text   NOT NULL
);
CREATE TABLE weft_updates (
    bucket     smallint    NOT NULL,
    doc_key    bigint      NOT NULL,
    seq        bigint      NOT NULL,
    mark       bigint      NOT NULL,
    created_at timestamptz NOT NULL,
    data       bytea       NOT NULL,
    PRIMARY KEY (bucket, doc_key, seq)
) PARTITION BY HASH (bucket);
CREATE TABLE weft_segments (
    bucket     smallint    NOT NULL,
    doc_key    bigint      NOT NULL,
    first_seq  bigint      NOT NULL,
    last_seq   bigint      NOT NULL,
    mark       bigint      NOT NULL,
    size       bigint      NOT NULL,
    created_at timestamptz NOT NULL,
    data       bytea       NOT NULL,
    PRIMARY KEY (bucket, doc_key, last_seq)
) PARTITION BY HASH (bucket);
CREATE TABLE weft_keyframes (
    bucket     smallint    NOT NULL,
    doc_key    bigint      NOT NULL,
    seq        bigint      NOT NULL,
    mark       bigint      NOT NULL,
    size       bigint      NOT NULL,
    created_at timestamptz NOT NULL,
    data       bytea       NOT NULL,
    PRIMARY KEY (bucket, doc_key, seq)
) PARTITION BY HASH (bucket);
CREATE TABLE weft_versions (
    key        bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    doc_key    bigint      NOT NULL,
    number     bigint      NOT NULL,
    seq        bigint      NOT NULL,
    label      text        NOT NULL,
    author     text        NOT NULL,
    content    text        NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (doc_key, number)
);

CREATE VIEW documents (id, content, version, algorithm, seq, updated_at) AS
SELECT d.name, coalesce(c.content, ''), h.version, h.algorithm, h.head, h.updated_at
FROM weft_documents d JOIN weft_heads h USING (key) LEFT JOIN weft_contents c USING (key)
WHERE h.head > 0;

CREATE VIEW document_versions (id, document_id, content, version_number, label, author, seq, created_at) AS
SELECT v.key, d.name, v.content, v.number, v.label, v.author, v.seq, v.created_at
FROM weft_versions v JOIN weft_documents d ON d.key = v.doc_key;

CREATE VIEW document_updates (document_id, seq, size, created_at) AS
SELECT d.name, u.seq, octet_length(u.data), u.created_at
FROM weft_documents d JOIN weft_updates u ON u.bucket = d.bucket AND u.doc_key = d.key;
)sql";

// Names, columns and order of the views are what people rely on: they only gain what stands at their end.
constexpr const char* version_2 = R"sql(
ALTER TABLE weft_updates ADD COLUMN author text;
ALTER TABLE weft_segments ADD COLUMN authored bytea;
ALTER TABLE weft_contents ADD COLUMN epoch bigint NOT NULL DEFAULT 1;
ALTER TABLE weft_versions
    ADD COLUMN kind        smallint NOT NULL DEFAULT 0,
    ADD COLUMN mark        bigint   NOT NULL DEFAULT 0,
    ADD COLUMN has_content boolean  NOT NULL DEFAULT true;
CREATE TABLE weft_tombstones (
    doc_key      bigint      NOT NULL,
    epoch        bigint      NOT NULL,
    algorithm    text        NOT NULL,
    created_at   timestamptz NOT NULL,
    state_vector bytea       NOT NULL,
    PRIMARY KEY (doc_key, epoch)
);

CREATE OR REPLACE VIEW documents (id, content, version, algorithm, seq, updated_at) AS
SELECT d.name, coalesce(c.content, ''), h.version, h.algorithm, h.head, h.updated_at
FROM weft_documents d JOIN weft_heads h USING (key)
LEFT JOIN weft_contents c ON c.key = h.key AND c.epoch = h.epoch
WHERE h.head > 0;

CREATE OR REPLACE VIEW document_versions (id, document_id, content, version_number, label, author, seq, created_at, kind) AS
SELECT v.key, d.name, v.content, v.number, v.label, v.author, v.seq, v.created_at,
       CASE v.kind WHEN 0 THEN 'named' WHEN 1 THEN 'automatic' ELSE 'restore' END
FROM weft_versions v JOIN weft_documents d ON d.key = v.doc_key;
)sql";

constexpr int partition_count = 8;

std::string partitions_of(const std::string& table) {
    std::string sql;
    for (int i = 0; i < partition_count; ++i) {
        const std::string number = std::to_string(i);
        sql += "CREATE TABLE " + table + "_" + number + " PARTITION OF " + table +
               " FOR VALUES WITH (MODULUS " + std::to_string(partition_count) + ", REMAINDER " +
               number + ");";
    }
    return sql;
}

/// Entry n leads from version n to n + 1.
std::array<std::string, 2> migrations() {
    return {version_1 + partitions_of("weft_updates") + partitions_of("weft_segments") +
                partitions_of("weft_keyframes"),
            version_2};
}

/// 0 in a database without our tables.
Result<std::int64_t> present_version(Connection& connection) {
    const Result<Rows> ours = connection.execute("SELECT to_regclass('weft_schema') IS NOT NULL");
    if (!ours) {
        return ours.error();
    }
    if (ours->boolean(0, 0)) {
        const Result<Rows> version = connection.execute("SELECT version FROM weft_schema");
        return version ? Result<std::int64_t>(version->integer(0, 0)) : version.error();
    }
    const Result<Rows> others = connection.execute(
        "SELECT name FROM unnest('{documents,document_versions,document_updates}'::text[]) AS name "
        "WHERE to_regclass(name) IS NOT NULL LIMIT 1");
    if (!others) {
        return others.error();
    }
    if (others->count() > 0) {
        return Error{Code::config,
                     "has a table or view named " + std::string(others->text(0, 0)) +
                         " of another program: give weft a database of its own, or a schema "
                         "(…?options=-csearch_path%3Dweft)",
                     0};
    }
    return 0;
}

Result<void> migrate_in_transaction(Connection& connection) {
    // Of this database, and for nobody else: "weft" in ASCII. Held to the end of the transaction.
    const Result<Rows> locked = connection.execute("SELECT pg_advisory_xact_lock(2003134068)");
    if (!locked) {
        return locked.error();
    }
    const Result<std::int64_t> version = present_version(connection);
    if (!version) {
        return version.error();
    }
    const auto steps = migrations();
    const auto known = static_cast<std::int64_t>(steps.size());
    if (*version > known) {
        return Error{Code::config,
                     "written by a newer weft: its schema is version " + std::to_string(*version) +
                         ", this one knows up to " + std::to_string(known),
                     0};
    }
    std::string sql = *version == 0 ? "CREATE TABLE weft_schema (version bigint NOT NULL);"
                                      "INSERT INTO weft_schema VALUES (0);"
                                    : "";
    for (auto from = *version; from < known; ++from) {
        sql += steps[static_cast<std::size_t>(from)];
    }
    sql += "UPDATE weft_schema SET version = " + std::to_string(known) + " WHERE version < " +
           std::to_string(known) + "; COMMIT";
    const Result<Rows> done = connection.execute(sql);
    return done ? Result<void>() : done.error();
}

}  // namespace

Result<void> migrate(Connection& connection) {
    // Another node may be at a long step: no time limit but the operator's.
    const Result<Rows> begun =
        connection.execute("BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0");
    if (!begun) {
        return begun.error();
    }
    Result<void> migrated = migrate_in_transaction(connection);
    if (!migrated) {
        // What failed is told; an error of the rollback would only say that the connection has ended.
        static_cast<void>(connection.execute("ROLLBACK"));
    }
    return migrated;
}

}  // namespace weft::postgres
