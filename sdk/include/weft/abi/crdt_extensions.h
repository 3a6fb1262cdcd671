/* What some CRDT algorithms can do beyond the seam: weft/crdt_extensions.hpp in C. The host asks the instance once, after
 * `create`: weft_instance.extension(self, id) answers a table of the id's type, or NULL. All calls of a table are set. */
#ifndef WEFT_ABI_CRDT_EXTENSIONS_H
#define WEFT_ABI_CRDT_EXTENSIONS_H

#include <weft/abi/crdt.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WEFT_CRDT_RESTORE "restore"
#define WEFT_CRDT_DIFF_VIEW "diff_view"
#define WEFT_CRDT_GC "gc"
#define WEFT_CRDT_ANCHOR "anchor"
#define WEFT_CRDT_STATS "stats"

typedef struct weft_crdt_restore {
    uint32_t size;
    uint32_t reserved;
    /* Local edits that give this replica the content of an earlier state, as one update. `state` is an update with
     * all of that state. [shard] */
    weft_code (*restore)(void* self, weft_replica* replica, weft_bytes state, weft_sink* out,
                         weft_error* error);
} weft_crdt_restore;

typedef struct weft_crdt_diff_view {
    uint32_t size;
    uint32_t reserved;
    /* What is different between two states, each an update with all of it, as JSON (see DiffView). [any] */
    weft_code (*diff_view)(void* self, weft_bytes before, weft_bytes after, weft_sink* json,
                           weft_error* error);
} weft_crdt_diff_view;

typedef struct weft_crdt_gc {
    uint32_t size;
    uint32_t reserved;
    /* Forgets what nobody can ask for any more; `freed` gets the accounted bytes. [shard] */
    weft_code (*collect)(void* self, weft_replica* replica, uint64_t* freed, weft_error* error);
} weft_crdt_gc;

#define WEFT_ANCHOR_BEFORE 0u /* holds on to what stands left of the position */
#define WEFT_ANCHOR_AFTER 1u  /* holds on to what stands right of it */

typedef struct weft_crdt_anchor {
    uint32_t size;
    uint32_t reserved;
    /* A position in a text that moves with it. [shard] */
    weft_code (*anchor)(void* self, const weft_replica* replica, weft_str root, uint64_t position,
                        uint32_t side, weft_sink* out, weft_error* error);
    /* Where it is now; what it holds on to may be deleted. `root` gets the root's name. [shard] */
    weft_code (*position)(void* self, const weft_replica* replica, weft_bytes anchor,
                          weft_sink* root, uint64_t* position, weft_error* error);
} weft_crdt_anchor;

/* An algorithm fills what it has and leaves the rest 0. */
typedef struct weft_crdt_statistics {
    uint32_t size; /* set by the caller */
    uint32_t reserved;
    uint64_t actors;
    uint64_t items;      /* what the replica is made of, tombstones included */
    uint64_t tombstones; /* items whose content is deleted */
    uint64_t units;      /* visible UTF-16 code units and elements */
    uint64_t parked_bytes;
    uint64_t memory_bytes;
} weft_crdt_statistics;

typedef struct weft_crdt_stats {
    uint32_t size;
    uint32_t reserved;
    weft_code (*stats)(void* self, const weft_replica* replica, weft_crdt_statistics* out,
                       weft_error* error); /* [shard] */
} weft_crdt_stats;

#ifdef __cplusplus
}
#endif

#endif
