-- A database as schema version 1 had it, with one document of three rows.
CREATE TABLE weft_schema (version bigint NOT NULL);
INSERT INTO weft_schema VALUES (1);

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

CREATE TABLE weft_updates_0 PARTITION OF weft_updates FOR VALUES WITH (MODULUS 8, REMAINDER 0);
CREATE TABLE weft_updates_1 PARTITION OF weft_updates FOR VALUES WITH (MODULUS 8, REMAINDER 1);
CREATE TABLE weft_updates_2 PARTITION OF weft_updates FOR VALUES WITH (MODULUS 8, REMAINDER 2);
CREATE TABLE weft_updates_3 PARTITION OF weft_updates FOR VALUES WITH (MODULUS 8, REMAINDER 3);
CREATE TABLE weft_updates_4 PARTITION OF weft_updates FOR VALUES WITH (MODULUS 8, REMAINDER 4);
CREATE TABLE weft_updates_5 PARTITION OF weft_updates FOR VALUES WITH (MODULUS 8, REMAINDER 5);
CREATE TABLE weft_updates_6 PARTITION OF weft_updates FOR VALUES WITH (MODULUS 8, REMAINDER 6);
CREATE TABLE weft_updates_7 PARTITION OF weft_updates FOR VALUES WITH (MODULUS 8, REMAINDER 7);
CREATE TABLE weft_segments_0 PARTITION OF weft_segments FOR VALUES WITH (MODULUS 8, REMAINDER 0);
CREATE TABLE weft_segments_1 PARTITION OF weft_segments FOR VALUES WITH (MODULUS 8, REMAINDER 1);
CREATE TABLE weft_segments_2 PARTITION OF weft_segments FOR VALUES WITH (MODULUS 8, REMAINDER 2);
CREATE TABLE weft_segments_3 PARTITION OF weft_segments FOR VALUES WITH (MODULUS 8, REMAINDER 3);
CREATE TABLE weft_segments_4 PARTITION OF weft_segments FOR VALUES WITH (MODULUS 8, REMAINDER 4);
CREATE TABLE weft_segments_5 PARTITION OF weft_segments FOR VALUES WITH (MODULUS 8, REMAINDER 5);
CREATE TABLE weft_segments_6 PARTITION OF weft_segments FOR VALUES WITH (MODULUS 8, REMAINDER 6);
CREATE TABLE weft_segments_7 PARTITION OF weft_segments FOR VALUES WITH (MODULUS 8, REMAINDER 7);
CREATE TABLE weft_keyframes_0 PARTITION OF weft_keyframes FOR VALUES WITH (MODULUS 8, REMAINDER 0);
CREATE TABLE weft_keyframes_1 PARTITION OF weft_keyframes FOR VALUES WITH (MODULUS 8, REMAINDER 1);
CREATE TABLE weft_keyframes_2 PARTITION OF weft_keyframes FOR VALUES WITH (MODULUS 8, REMAINDER 2);
CREATE TABLE weft_keyframes_3 PARTITION OF weft_keyframes FOR VALUES WITH (MODULUS 8, REMAINDER 3);
CREATE TABLE weft_keyframes_4 PARTITION OF weft_keyframes FOR VALUES WITH (MODULUS 8, REMAINDER 4);
CREATE TABLE weft_keyframes_5 PARTITION OF weft_keyframes FOR VALUES WITH (MODULUS 8, REMAINDER 5);
CREATE TABLE weft_keyframes_6 PARTITION OF weft_keyframes FOR VALUES WITH (MODULUS 8, REMAINDER 6);
CREATE TABLE weft_keyframes_7 PARTITION OF weft_keyframes FOR VALUES WITH (MODULUS 8, REMAINDER 7);

INSERT INTO weft_documents (bucket, name)
SELECT ((get_byte(digest, 0) << 2) | (get_byte(digest, 1) >> 6))::smallint, 'notes'
FROM sha256(convert_to('notes', 'UTF8')) AS digest;
INSERT INTO weft_heads (key, head, head_mark, bytes, algorithm) SELECT key, 3, 13, 11, 'yjs' FROM weft_documents;
INSERT INTO weft_contents SELECT key, 2, 'Hello, world' FROM weft_documents;
INSERT INTO weft_updates (bucket, doc_key, seq, mark, created_at, data)
SELECT d.bucket, d.key, u.seq, u.mark, '2025-06-15 12:00:00+00', u.data
FROM weft_documents d, (VALUES (1, 11, 'one'::bytea), (2, 12, 'two'), (3, 13, 'three')) AS u (seq, mark, data);
