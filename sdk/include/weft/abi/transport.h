/* The transport seam: weft::Transport and weft::TransportEvents of weft/transport.hpp in C. */
#ifndef WEFT_ABI_TRANSPORT_H
#define WEFT_ABI_TRANSPORT_H

#include <weft/abi/host.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Slot and generation: a stale id is ignored. */
typedef uint64_t weft_connection_id;
typedef uint64_t weft_request_id;

/* A connection as events name it: `tag` is what `on_open` answered. */
typedef struct weft_connection {
    weft_connection_id id;
    uint64_t tag;
} weft_connection;

/* Borrowed until `on_open` returns. */
typedef struct weft_open_request {
    weft_connection_id id;
    weft_str peer;
    weft_str path;   /* as sent, without the query */
    weft_str query;  /* as sent, without "?" */
    weft_str host;   /* the Host header */
    weft_str origin; /* the Origin header or empty */
} weft_open_request;

/* One reference of `payload` is given to the receiver. */
typedef struct weft_incoming_message {
    weft_connection connection;
    weft_buf payload;
} weft_incoming_message;

typedef struct weft_outgoing_message {
    weft_connection_id id;
    weft_buf payload;
} weft_outgoing_message;

typedef struct weft_header {
    weft_str name;
    weft_str value;
} weft_header;

/* Borrowed until `on_http` returns; one reference of `body` is given. Names of headers are in lower case. */
typedef struct weft_http_request {
    weft_request_id id;
    weft_str method;
    weft_str target; /* as sent, with the query */
    weft_str peer;
    const weft_header* headers;
    size_t header_count;
    weft_buf body;
} weft_http_request;

/* Borrowed until `respond` returns; one reference of `body` is given. */
typedef struct weft_http_response {
    uint32_t status;
    uint32_t reserved;
    const weft_header* headers;
    size_t header_count;
    weft_buf body;
} weft_http_response;

/* The host's, valid until the instance is destroyed. Called on the plugin's own threads: calls for one connection
 * come in order and never overlap, calls for different ones may. Arrays are borrowed until the call returns. */
typedef struct weft_transport_events {
    uint32_t size;
    uint32_t reserved;
    void* self;
    /* Gives 101 to accept and sets `tag`, or the HTTP status of a refusal and writes its body to `reason`. */
    uint32_t (*on_open)(void* self, const weft_open_request* request, uint64_t* tag,
                        weft_sink* reason);
    void (*on_messages)(void* self, const weft_incoming_message* messages,
                        size_t count); /* takes all payloads */
    void (*on_writable)(void* self, const weft_connection* connections, size_t count);
    /* Exactly once for each accepted connection, behind its last message. */
    void (*on_close)(void* self, const weft_connection* connection, uint32_t code, weft_str reason);
    void (*on_http)(void* self, const weft_http_request* request); /* answered later by `respond` */
} weft_transport_events;

/* `self` is that of the instance. Arrays and strings are borrowed until the call returns. The calls never block and are
 * first-in-first-out per connection. */
typedef struct weft_transport_calls {
    uint32_t size;
    uint32_t reserved;
    void (*bind)(void* self, const weft_transport_events* events); /* once, before start [main] */
    weft_code (*endpoints)(void* self, weft_sink* out); /* one a line; known after start [any] */
    /* Gives k: the first k were taken, the rest still belong to the caller. `over` has room for `count` ids of connections
     * that are over their mark now, `over_count` becomes how many. [any] */
    size_t (*send)(void* self, const weft_outgoing_message* messages, size_t count,
                   weft_connection_id* over, size_t* over_count);
    /* One shared payload, of which one reference is given, to many; never drops. `over` as above; gives how many. [any] */
    size_t (*fanout)(void* self, const weft_connection_id* ids, size_t count, weft_buf payload,
                     weft_connection_id* over);
    void (*set_reading)(void* self, weft_connection_id id, uint32_t on); /* 0 or 1 [any] */
    void (*close)(void* self, weft_connection_id id, uint32_t code, weft_str reason);    /* [any] */
    void (*respond)(void* self, weft_request_id id, const weft_http_response* response); /* [any] */
    void (*refuse_connections)(void* self);                                              /* [any] */
} weft_transport_calls;

#ifdef __cplusplus
}
#endif

#endif
