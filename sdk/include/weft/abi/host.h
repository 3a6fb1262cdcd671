/* What a plugin is, what the host offers it, and the life of an instance.
 *
 * The one exported symbol is `weft_plugin_entry`: no work, callable any number of times from any thread,
 * constant data. Life: create, configure, start, drain, stop, destroy. After a failed `configure` or `start`
 * comes `destroy` alone. `reserved` fields are 0; unknown flag bits are ignored. */
#ifndef WEFT_ABI_HOST_H
#define WEFT_ABI_HOST_H

#include <weft/abi/base.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WEFT_LOG_DEBUG 0u
#define WEFT_LOG_INFO 1u
#define WEFT_LOG_WARNING 2u
#define WEFT_LOG_ERROR 3u

#define WEFT_METRIC_COUNTER 0u
#define WEFT_METRIC_GAUGE 1u

/* Types of options. The first five and SIZE are in `integer` of a weft_value. */
#define WEFT_OPTION_BOOL 0u /* 0 or 1 */
#define WEFT_OPTION_UINT32 1u
#define WEFT_OPTION_UINT64 2u
#define WEFT_OPTION_INT64 3u    /* two's complement */
#define WEFT_OPTION_DURATION 4u /* nanoseconds, two's complement; "100ms" in YAML */
#define WEFT_OPTION_SIZE 5u     /* bytes; "16MiB" in YAML */
#define WEFT_OPTION_DOUBLE 6u   /* in `real` */
#define WEFT_OPTION_STRING 7u   /* in `text` */

/* `text` is borrowed from the host and valid as long as the instance lives. */
typedef struct weft_value {
    uint32_t type;
    uint32_t reserved;
    uint64_t integer;
    double real;
    weft_str text;
} weft_value;

/* A counter grows by `value`, a gauge becomes it. */
typedef struct weft_sample {
    uint32_t metric;
    uint32_t reserved;
    double value;
} weft_sample;

/* Slot and generation: a stale id is counted and ignored, never mistaken for another operation. */
typedef uint64_t weft_op;

/* How an operation ended. `message` and `result` are borrowed until `complete` returns. With WEFT_OK `result` is
 * the struct that the operation names (NULL if it names none), `result_size` its size. */
typedef struct weft_completion {
    weft_op op;
    weft_code code;
    uint32_t retry_after_ms;
    weft_str message;
    const void* result;
    size_t result_size;
} weft_completion;

/* Owned by the host, outlives the instance and its threads; check `size` before using a function that a later minor
 * version added. `self` goes back as the first argument. */
typedef struct weft_host {
    uint32_t size;
    uint32_t reserved;
    void* self;
    void (*log)(void* self, uint32_t level, weft_str text); /* [any] */
    /* WEFT_OK and the value; WEFT_NOT_FOUND: not written, use the default; WEFT_CONFIG: not of this type. [main] */
    weft_code (*option)(void* self, weft_str key, uint32_t type, weft_value* value);
    /* "weft.yaml:14:9: storage.path", for messages about an option. [any] */
    weft_code (*where)(void* self, weft_str key, weft_sink* out);
    weft_code (*define_metric)(void* self, uint32_t kind, weft_str name, weft_str help,
                               uint32_t* metric);                         /* [any] */
    void (*record)(void* self, const weft_sample* samples, size_t count); /* borrowed [any] */
    int64_t (*unix_ms)(void* self);                                       /* wall clock [any] */
    int64_t (*monotonic_ns)(void* self); /* never goes back [any] */
    uint64_t (*random)(void* self);      /* [any] */
    /* Exactly once per operation; unknown and repeated ids are counted and ignored. Borrowed. [any] */
    void (*complete)(void* self, const weft_completion* completions, size_t count);
} weft_host;

/* Owned by the plugin from `create` until `destroy`. `self` goes back as the first argument of every call here
 * and of every call of the seam. Errors are allocated by the caller and filled when the code is not WEFT_OK. */
typedef struct weft_instance {
    uint32_t size;
    uint32_t reserved;
    void* self;
    const void*
        seam_calls; /* weft_storage_calls, weft_bus_calls, ...; lives as long as the instance */
    weft_code (*configure)(void* self, weft_error* error); /* checks values, opens nothing [main] */
    weft_code (*start)(void* self, weft_error* error);     /* opens files, starts threads [main] */
    weft_code (*drain)(void* self, weft_error* error);     /* shutdown has begun [main] */
    weft_code (*stop)(
        void* self,
        weft_error* error);      /* joins all threads: no call and no event after it [main] */
    void (*destroy)(void* self); /* [main] */
    const void* (*extension)(void* self,
                             weft_str id); /* a table of optional calls, or NULL [any] */
} weft_instance;

/* Constant data; pointers are valid until the process ends. Strings are not NUL-terminated. */
typedef struct weft_plugin {
    uint32_t size;
    uint32_t abi_major;
    uint32_t abi_minor;  /* of the headers it was built with */
    uint32_t need_minor; /* the lowest minor of a host that it runs on */
    weft_str seam;       /* "transport", "crdt", "bus", "storage" */
    weft_str name;
    weft_str version;
    weft_str license;
    weft_str summary;      /* one line */
    weft_str capabilities; /* a JSON object */
    weft_str
        config_schema; /* a JSON object: {"options": [{"key", "type", "default", "min", "max", "help"}]} */
    weft_str build; /* compiler, target, sanitizers */
    /* `instance` is set when the answer is WEFT_OK; it is the plugin's until `destroy`. `instance_name` is borrowed. [main] */
    weft_code (*create)(const weft_host* host, weft_str instance_name,
                        const weft_instance** instance, weft_error* error);
} weft_plugin;

typedef const weft_plugin* (*weft_plugin_entry_fn)(void); /* [any] */

#ifdef __cplusplus
}
#endif

#endif
