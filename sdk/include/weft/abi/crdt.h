/* The CRDT seam: weft::Crdt and weft::Replica of weft/crdt.hpp in C. Pure: no threads, files, sockets, clocks.
 * Updates are untrusted bytes. Errors are allocated by the caller and filled when the code is not WEFT_OK. */
#ifndef WEFT_ABI_CRDT_H
#define WEFT_ABI_CRDT_H

#include <weft/abi/host.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One replica of one document; the plugin's, between replica_create and replica_destroy. */
typedef struct weft_replica weft_replica;

typedef struct weft_replica_options {
    uint32_t size;
    uint32_t reserved;
    uint64_t actor;            /* 0: never edits; else fresh randomness, never used before */
    uint64_t max_bytes;        /* 0: no limit */
    uint64_t max_parked_bytes; /* 0: no limit */
} weft_replica_options;

#define WEFT_APPLIED_VERBATIM 1u       /* `effective` is the very input */
#define WEFT_APPLIED_PARKED 2u         /* parts wait for dependencies that are missing */
#define WEFT_APPLIED_RELEASED 4u       /* parked parts of earlier updates are part of `effective` */
#define WEFT_APPLIED_PARKED_DROPPED 8u /* parts were dropped at max_parked_bytes */

/* What became of one update. `effective` and `message` are borrowed until the next call on the replica. */
typedef struct weft_applied {
    weft_code code; /* not WEFT_OK: refused, the replica is as it was */
    uint32_t flags;
    uint64_t parked_bytes;
    weft_bytes effective; /* empty: nothing was new */
    weft_str message;
    const uint64_t* actors; /* who made what is in `effective`, ascending; borrowed as it is */
    size_t actor_count;
} weft_applied;

#define WEFT_DIFF_PARKED 1u /* parked parts too: for export */

/* What one edit does, and which fields of weft_edit it reads beside `root` and `path`. */
#define WEFT_EDIT_TEXT_INSERT 1u        /* position, text, attributes */
#define WEFT_EDIT_TEXT_EMBED 2u         /* position, value or type, attributes */
#define WEFT_EDIT_TEXT_DELETE 3u        /* position, length */
#define WEFT_EDIT_TEXT_FORMAT 4u        /* position, length, attributes; null takes one away */
#define WEFT_EDIT_MAP_SET 5u            /* key, value or type */
#define WEFT_EDIT_MAP_DELETE 6u         /* key */
#define WEFT_EDIT_ARRAY_INSERT 7u       /* position, value (a JSON array: its elements) or type */
#define WEFT_EDIT_ARRAY_DELETE 8u       /* position, length */
#define WEFT_EDIT_XML_INSERT_ELEMENT 9u /* position, key (its node name), attributes */
#define WEFT_EDIT_XML_INSERT_TEXT 10u   /* position, text (of the new text node) */
#define WEFT_EDIT_XML_DELETE 11u        /* position, length */
#define WEFT_EDIT_XML_SET_ATTRIBUTE 12u /* key, value */
#define WEFT_EDIT_XML_DELETE_ATTRIBUTE 13u /* key */

#define WEFT_STEP_KEY 0u   /* into a map */
#define WEFT_STEP_INDEX 1u /* into an array, or to a child of an XML element */

/* One step from a shared type to one inside it. */
typedef struct weft_path_step {
    uint32_t kind;
    uint32_t reserved;
    uint64_t index;
    weft_str key;
} weft_path_step;

/* One local edit of the shared type that `path` leads to from the root. Everything is borrowed. Positions and
 * lengths are UTF-16 code units in texts, elements in arrays, nodes in XML; `value` and `attributes` are JSON. */
typedef struct weft_edit {
    uint32_t kind;
    uint32_t reserved;
    weft_str root;
    const weft_path_step* path;
    size_t path_count;
    uint64_t position;
    uint64_t length;
    weft_str key;
    weft_str text;
    weft_str value;
    weft_str attributes; /* a JSON object; empty: none */
    weft_str
        type; /* empty: `value` counts; else an empty shared type of this kind comes there: "text", "map", ... */
} weft_edit;

/* All pointers are borrowed until the call returns; sinks and errors are the caller's. Calls that take a replica
 * are [shard]. `self` is that of the instance. */
typedef struct weft_crdt_calls {
    uint32_t size;
    uint32_t reserved;
    /* `replica` is set with WEFT_OK. [any] */
    weft_code (*replica_create)(void* self, const weft_replica_options* options,
                                weft_replica** replica, weft_error* error);
    void (*replica_destroy)(weft_replica* replica); /* [shard] */
    /* Each update all or nothing; fills `count` entries of `applied`. [shard] */
    void (*apply)(weft_replica* replica, const weft_bytes* updates, size_t count,
                  weft_applied* applied);
    /* Fills an empty replica in bulk. [shard] */
    weft_code (*load)(weft_replica* replica, const weft_bytes* updates, size_t count,
                      weft_error* error);
    weft_code (*state_vector)(const weft_replica* replica, weft_sink* out,
                              weft_error* error); /* [shard] */
    /* One update with all that the state vector lacks; empty: everything. `flags`: WEFT_DIFF_... [shard] */
    weft_code (*diff)(const weft_replica* replica, weft_bytes state_vector, uint32_t flags,
                      weft_sink* out, weft_error* error);
    /* UTF-8 of `units` UTF-16 code units from `position` on. [shard] */
    weft_code (*text)(const weft_replica* replica, weft_str root, uint64_t position, uint64_t units,
                      weft_sink* out, weft_error* error);
    weft_code (*json)(const weft_replica* replica, weft_str root, weft_sink* out,
                      weft_error* error); /* [shard] */
    /* For each root its name and its kind, each as a varuint length and UTF-8. [shard] */
    weft_code (*roots)(const weft_replica* replica, weft_sink* out, weft_error* error);
    /* Local edits, one after the other, all of them or none. `update` has them as one, empty when nothing changed;
     * borrowed until the next call on the replica. [shard] */
    weft_code (*edit)(weft_replica* replica, const weft_edit* edits, size_t count,
                      weft_bytes* update, weft_error* error);
    weft_code (*digest)(const weft_replica* replica, uint8_t out[32],
                        weft_error* error);                /* the caller's 32 bytes [shard] */
    uint64_t (*memory_bytes)(const weft_replica* replica); /* [shard] */
    weft_code (*merge)(void* self, const weft_bytes* updates, size_t count, weft_sink* out,
                       weft_error* error);                                /* [any] */
    weft_code (*check)(void* self, weft_bytes update, weft_error* error); /* [any] */
    /* `overlaps` becomes 0 or 1. [any] */
    weft_code (*overlaps)(void* self, weft_bytes update, weft_bytes state_vector,
                          uint32_t* overlaps, weft_error* error);
    /* The full state for storing: `load` of it alone gives this replica. `flags`: WEFT_DIFF_... [shard] */
    weft_code (*state)(const weft_replica* replica, uint32_t flags, weft_sink* out,
                       weft_error* error);
} weft_crdt_calls;

#ifdef __cplusplus
}
#endif

#endif
