/* The bus seam: weft::Bus and weft::BusEvents of weft/bus.hpp in C. */
#ifndef WEFT_ABI_BUS_H
#define WEFT_ABI_BUS_H

#include <weft/abi/host.h>

#ifdef __cplusplus
extern "C" {
#endif

/* `topic` is borrowed; one reference of `payload` is given to the receiver. */
typedef struct weft_bus_message {
    weft_str topic;
    weft_buf payload;
} weft_bus_message;

/* `topic` is borrowed; `op` is completed, without a result, when the change is in force. */
typedef struct weft_bus_subscription {
    weft_op op;
    weft_str topic;
} weft_bus_subscription;

/* The host's, valid until the instance is destroyed. Called on the plugin's own threads, one call at a time. */
typedef struct weft_bus_events {
    uint32_t size;
    uint32_t reserved;
    void* self;
    /* Takes all payloads; the array is borrowed. */
    void (*on_messages)(void* self, const weft_bus_message* messages, size_t count);
    void (*on_link)(void* self, uint32_t up,
                    weft_str detail); /* `up` is 0 or 1; `detail` is borrowed */
} weft_bus_events;

/* `self` is that of the instance. Arrays are borrowed until the call returns. */
typedef struct weft_bus_calls {
    uint32_t size;
    uint32_t reserved;
    uint32_t (*reaches_other_nodes)(void* self);             /* 0 or 1 [any] */
    void (*bind)(void* self, const weft_bus_events* events); /* once, before start [main] */
    /* Gives k: the first k were taken, the rest still belong to the caller. [any] */
    size_t (*publish)(void* self, const weft_bus_message* messages, size_t count);
    void (*subscribe)(void* self, const weft_bus_subscription* topics, size_t count);   /* [any] */
    void (*unsubscribe)(void* self, const weft_bus_subscription* topics, size_t count); /* [any] */
} weft_bus_calls;

#ifdef __cplusplus
}
#endif

#endif
