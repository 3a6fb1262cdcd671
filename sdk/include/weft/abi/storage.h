/* The storage seam: weft::Storage of weft/storage.hpp in C. Operations are submitted in batches and end in
 * `complete` of the host, each exactly once, each for itself. */
#ifndef WEFT_ABI_STORAGE_H
#define WEFT_ABI_STORAGE_H

#include <weft/abi/host.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WEFT_DURABILITY_MEMORY 0u
#define WEFT_DURABILITY_HANDED_OVER 1u
#define WEFT_DURABILITY_STABLE 2u
#define WEFT_DURABILITY_REPLICATED 3u

/* Kind of an operation: its request and its result. */
#define WEFT_STORAGE_APPEND 1u    /* weft_append_request, weft_appended */
#define WEFT_STORAGE_LOAD 2u      /* weft_load_request, weft_loaded */
#define WEFT_STORAGE_READ 3u      /* weft_read_request, weft_stored_parts */
#define WEFT_STORAGE_HEADS 4u     /* weft_heads_request, weft_heads */
#define WEFT_STORAGE_CONTENT 5u   /* weft_content_request, no result */
#define WEFT_STORAGE_LIST 6u      /* weft_list_request, weft_document_stats */
#define WEFT_STORAGE_STAT 7u      /* weft_document_request, weft_document_stat */
#define WEFT_STORAGE_COMPACT 8u   /* weft_compact_request, no result */
#define WEFT_STORAGE_THIN 9u      /* weft_thin_request, no result */
#define WEFT_STORAGE_VERSIONS 10u /* weft_versions_request, weft_versions */
#define WEFT_STORAGE_VERSION 11u  /* weft_version_request, weft_version_content */
#define WEFT_STORAGE_DELETE 12u   /* weft_delete_request, weft_deleted */
#define WEFT_STORAGE_FORGET 13u   /* weft_forget_request, weft_forgotten */

/* The request is borrowed until `submit` returns; `request_size` is the size of its struct, which may grow. */
typedef struct weft_storage_op {
    weft_op id;
    uint32_t kind;
    uint32_t flags;
    const void* request;
    size_t request_size;
} weft_storage_op;

/* A run of neighbouring rows by one author; no author: nobody in particular. */
typedef struct weft_authored_run {
    uint64_t rows;
    int64_t first_unix_ms;
    int64_t last_unix_ms;
    weft_str author;
} weft_authored_run;

typedef struct weft_row {
    uint64_t mark;
    weft_buf update;
} weft_row;

#define WEFT_VERSION_NAMED 0u
#define WEFT_VERSION_AUTOMATIC 1u
#define WEFT_VERSION_RESTORE 2u

#define WEFT_VERSION_BEFORE_THE_ROWS 0u
#define WEFT_VERSION_AFTER_THE_ROWS 1u

#define WEFT_VERSION_HAS_CONTENT 1u

/* Made with an append, in its transaction. Borrowed. */
typedef struct weft_new_version {
    uint64_t mark;
    weft_str label;
    weft_str author;
    weft_str content; /* with WEFT_VERSION_HAS_CONTENT */
    uint32_t kind;
    uint32_t at;
    uint32_t flags;
    uint32_t reserved;
} weft_new_version;

#define WEFT_APPEND_EXPECT_SEQ \
    1u /* only if the head is `expect_seq`; 0: only if the document is new */
#define WEFT_APPEND_EXPECT_VERSION 2u /* only if the newest version number is `expect_version` */

/* Strings and the array are borrowed; one reference of each row's buffer is given with the operation. */
typedef struct weft_append_request {
    weft_str document;
    weft_str algorithm;
    uint64_t epoch;
    uint64_t expect_seq;
    const weft_row* rows;
    size_t row_count;
    uint32_t durability;
    uint32_t flags;
    uint64_t expect_version;
    const weft_authored_run* authored; /* all rows in order, or none */
    size_t authored_count;
    const weft_new_version* versions;
    size_t version_count;
} weft_append_request;

#define WEFT_READ_WITH_AUTHORS 1u
#define WEFT_LOAD_AS_OF 2u /* `as_of` counts; else the present */

typedef struct weft_load_request {
    weft_str document;
    uint64_t as_of;
    uint64_t max_bytes;
    uint32_t flags;
    uint32_t reserved;
} weft_load_request;

typedef struct weft_document_request {
    weft_str document;
} weft_document_request;

typedef struct weft_read_request {
    weft_str document;
    uint64_t after_seq;
    uint64_t max_bytes;
    uint64_t until_seq;
    uint64_t epoch; /* 0: any */
    uint32_t flags;
    uint32_t reserved;
} weft_read_request;

typedef struct weft_heads_request {
    const weft_str* documents;
    size_t document_count;
} weft_heads_request;

typedef struct weft_content_request {
    weft_str document;
    uint64_t epoch;
    uint64_t seq;
    weft_str text;
    uint64_t version; /* 0: the document's own text */
} weft_content_request;

typedef struct weft_list_request {
    weft_str prefix;
    weft_str after;
    uint32_t limit;
    uint32_t reserved;
} weft_list_request;

/* Everything in the requests that follow is borrowed, buffers too: who keeps one retains it. */
typedef struct weft_new_segment {
    uint64_t last_seq;
    weft_buf bytes;
} weft_new_segment;

#define WEFT_COMPACT_KEYFRAME 1u
#define WEFT_COMPACT_CONTENT 2u

typedef struct weft_compact_request {
    weft_str document;
    uint64_t epoch;
    uint64_t expect_covered;
    uint64_t through_mark;
    const weft_new_segment* segments;
    size_t segment_count;
    weft_buf keyframe; /* with WEFT_COMPACT_KEYFRAME */
    weft_str content;  /* with WEFT_COMPACT_CONTENT */
    uint32_t flags;
    uint32_t reserved;
} weft_compact_request;

typedef struct weft_segment_merge {
    uint64_t first_seq;
    const uint64_t* last_seqs;
    size_t last_seq_count;
    uint64_t mark;
    weft_buf bytes;
} weft_segment_merge;

typedef struct weft_thin_request {
    weft_str document;
    uint64_t epoch;
    const weft_segment_merge* merges;
    size_t merge_count;
    const uint64_t* versions_gone;
    size_t version_gone_count;
    const uint64_t* keyframes_gone;
    size_t keyframe_gone_count;
} weft_thin_request;

#define WEFT_VERSIONS_NEWEST_FIRST 1u

typedef struct weft_versions_request {
    weft_str document;
    uint64_t after;
    uint64_t before;
    uint32_t limit;
    uint32_t flags;
} weft_versions_request;

typedef struct weft_version_request {
    weft_str document;
    uint64_t number;
} weft_version_request;

#define WEFT_DELETE_EXPECT_SEQ 1u

typedef struct weft_delete_request {
    weft_str document;
    uint64_t epoch;
    uint64_t expect_seq;
    weft_buf state_vector;
    uint32_t flags;
    uint32_t reserved;
} weft_delete_request;

typedef struct weft_forget_request {
    int64_t unix_ms;
} weft_forget_request;

/* Everything in results is borrowed until `complete` returns; who keeps a buffer retains it. */
typedef struct weft_appended {
    uint64_t first_seq;
    uint64_t last_seq;
    uint64_t version;
} weft_appended;

#define WEFT_PART_KEYFRAME 0u
#define WEFT_PART_SEGMENT 1u
#define WEFT_PART_ROW 2u

typedef struct weft_stored_part {
    uint64_t first_seq;
    uint64_t last_seq;
    uint64_t mark;
    weft_buf bytes;
    uint32_t kind;
    uint32_t reserved;
    const weft_authored_run* authored;
    size_t authored_count;
} weft_stored_part;

typedef struct weft_stored_parts {
    const weft_stored_part* parts;
    size_t part_count;
} weft_stored_parts;

typedef struct weft_head {
    weft_str document;
    weft_str algorithm;
    uint64_t epoch;
    uint64_t seq;
    uint64_t mark;
    uint64_t covered;
    uint64_t version;
    uint64_t content_seq;
    uint32_t exists; /* 0 or 1 */
    uint32_t reserved;
} weft_head;

typedef struct weft_tombstone {
    uint64_t epoch;
    int64_t unix_ms;
    weft_str algorithm;
    weft_buf state_vector;
} weft_tombstone;

typedef struct weft_loaded {
    weft_head head;
    const weft_stored_part* parts;
    size_t part_count;
    const weft_tombstone* tombstones;
    size_t tombstone_count;
    uint32_t complete; /* 0 or 1 */
    uint32_t reserved;
} weft_loaded;

typedef struct weft_heads {
    const weft_head* heads;
    size_t head_count;
} weft_heads;

typedef struct weft_document_stat {
    weft_head head;
    uint64_t tail_rows;
    uint64_t bytes;
    int64_t updated_unix_ms;
} weft_document_stat;

typedef struct weft_document_stats {
    const weft_document_stat* stats;
    size_t stat_count;
} weft_document_stats;

typedef struct weft_version {
    uint64_t number;
    uint64_t seq;
    uint64_t mark;
    weft_str label;
    weft_str author;
    int64_t unix_ms;
    uint64_t content_bytes;
    uint32_t kind;
    uint32_t has_content; /* 0 or 1 */
} weft_version;

typedef struct weft_versions {
    const weft_version* versions;
    size_t version_count;
} weft_versions;

typedef struct weft_version_content {
    weft_version version;
    weft_str content;
} weft_version_content;

typedef struct weft_deleted {
    uint64_t epoch;
} weft_deleted;

typedef struct weft_forgotten {
    uint64_t count;
} weft_forgotten;

/* Allocated by the caller. `reason` is NUL-terminated UTF-8. */
typedef struct weft_storage_status {
    uint32_t up; /* 0 or 1 */
    uint32_t reserved;
    int64_t since_unix_ms;
    char reason[240];
} weft_storage_status;

/* `self` is that of the instance. */
typedef struct weft_storage_calls {
    uint32_t size;
    uint32_t reserved;
    uint32_t (*durability)(void* self); /* the best it can promise [any] */
    /* Gives k: the first k operations were taken, the rest and their buffers still belong to the caller. [any] */
    size_t (*submit)(void* self, const weft_storage_op* ops, size_t count);
    void (*status)(void* self, weft_storage_status* status); /* never blocks [any] */
} weft_storage_calls;

#ifdef __cplusplus
}
#endif

#endif
