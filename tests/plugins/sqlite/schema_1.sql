-- A database as schema version 1 had it, with two documents: three rows in two chunks, and one row.
CREATE TABLE weft_schema (version INTEGER NOT NULL);
INSERT INTO weft_schema VALUES (1);

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

INSERT INTO weft_documents (key, name, algorithm, epoch, head, head_mark, tail, content_seq, bytes, created_at, updated_at) VALUES
    (1, 'notes', 'yjs', 1, 3, 13, 3, 2, 11, 1750000000000, 1750000002000),
    (2, 'other', 'yjs', 1, 1, 21, 2, 0, 1, 1750000001000, 1750000001000);
INSERT INTO weft_contents VALUES (1, 'Hello, world');
INSERT INTO weft_chunks VALUES
    (1, 1, 0, 1, 2, x'0b000000000000000c00000000000000', '[3,3]', x'6f6e6574776f', 1750000000000),
    (2, 2, 0, 1, 1, x'1500000000000000', '[1]', x'78', 1750000001000),
    (3, 1, 1, 3, 3, x'0d00000000000000', '[5]', x'7468726565', 1750000002000);
