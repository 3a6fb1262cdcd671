/* The values that cross the plugin boundary. C11, no dependencies, frozen layouts: structs grow only at
 * their end, and every struct that may grow begins with its own `size`.
 *
 * Thread tags at the end of a comment:  [main] start-up and shutdown  [shard] calls for one document never
 * overlap and come in order  [any] any thread. */
#ifndef WEFT_ABI_BASE_H
#define WEFT_ABI_BASE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WEFT_ABI_MAJOR 1u
#define WEFT_ABI_MINOR 0u

/* What the host should do; the message of a weft_error says what happened. */
typedef uint32_t weft_code;
#define WEFT_OK 0u
#define WEFT_INVALID 1u
#define WEFT_STATE 2u
#define WEFT_CONFIG 3u
#define WEFT_CORRUPT 4u
#define WEFT_MISSING 5u
#define WEFT_AGAIN 6u
#define WEFT_UNAVAILABLE 7u
#define WEFT_TIMEOUT 8u
#define WEFT_CONFLICT 9u
#define WEFT_LIMIT 10u
#define WEFT_NOMEM 11u
#define WEFT_DENIED 12u
#define WEFT_NOT_FOUND 13u
#define WEFT_UNSUPPORTED 14u
#define WEFT_CANCELLED 15u
#define WEFT_INTERNAL 16u

/* Borrowed: valid until the call returns. */
typedef struct weft_bytes {
    const uint8_t* data;
    size_t size;
} weft_bytes;

/* Borrowed UTF-8, not NUL-terminated. */
typedef struct weft_str {
    const char* data;
    size_t size;
} weft_str;

/* Both may be called from any thread and never block. [any] */
typedef struct weft_buf_calls {
    void (*retain)(void* owner);
    void (*release)(void* owner);
} weft_buf_calls;

/* Shared and immutable. A receiver that keeps it calls `retain`; one that was given a reference calls
 * `release`. `calls` is NULL for an empty buffer without an owner. */
typedef struct weft_buf {
    const uint8_t* data;
    size_t size;
    void* owner;
    const weft_buf_calls* calls;
} weft_buf;

/* The caller's memory to write into: write at `cur`, call `grow` only when fewer than `need` bytes are left
 * before `end`. `grow` moves `cur` and `end` and keeps what was written; it answers WEFT_OK or WEFT_NOMEM. */
typedef struct weft_sink {
    uint8_t* cur;
    uint8_t* end;
    weft_code (*grow)(struct weft_sink* sink, size_t need);
    void* owner;
} weft_sink;

/* 256 bytes, allocated by the caller. `message` is NUL-terminated UTF-8. */
typedef struct weft_error {
    weft_code code;
    uint32_t retry_after_ms;
    char message[248];
} weft_error;

#ifdef __cplusplus
}
#endif

#endif
