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
#define WEFT_STORAGE_APPEND 1u  /* weft_append_request, weft_appended */
#define WEFT_STORAGE_LOAD 2u    /* weft_document_request, weft_loaded */
#define WEFT_STORAGE_READ 3u    /* weft_read_request, weft_stored_parts */
#define WEFT_STORAGE_HEADS 4u   /* weft_heads_request, weft_heads */
#define WEFT_STORAGE_CONTENT 5u /* weft_content_request, no result */
#define WEFT_STORAGE_LIST 6u    /* weft_list_request, weft_document_stats */
#define WEFT_STORAGE_STAT 7u    /* weft_document_request, weft_document_stat */

/* The request is borrowed until `submit` returns; `request_size` is the size of its struct, which may grow. */
typedef struct weft_storage_op {
    weft_op id;
    uint32_t kind;
    uint32_t flags;
    const void* request;
    size_t request_size;
} weft_storage_op;

typedef struct weft_row {
    uint64_t mark;
    weft_buf update;
} weft_row;

#define WEFT_APPEND_EXPECT_SEQ \
    1u /* only if the head is `expect_seq`; 0: only if the document is new */

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
} weft_append_request;

typedef struct weft_document_request {
    weft_str document;
} weft_document_request;

typedef struct weft_read_request {
    weft_str document;
    uint64_t after_seq;
    uint64_t max_bytes;
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
} weft_content_request;

typedef struct weft_list_request {
    weft_str prefix;
    weft_str after;
    uint32_t limit;
    uint32_t reserved;
} weft_list_request;

/* Everything in results is borrowed until `complete` returns; who keeps a buffer retains it. */
typedef struct weft_appended {
    uint64_t first_seq;
    uint64_t last_seq;
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

typedef struct weft_loaded {
    weft_head head;
    const weft_stored_part* parts;
    size_t part_count;
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

/* `self` is that of the instance. */
typedef struct weft_storage_calls {
    uint32_t size;
    uint32_t reserved;
    uint32_t (*durability)(void* self); /* the best it can promise [any] */
    /* Gives k: the first k operations were taken, the rest and their buffers still belong to the caller. [any] */
    size_t (*submit)(void* self, const weft_storage_op* ops, size_t count);
} weft_storage_calls;

#ifdef __cplusplus
}
#endif

#endif
