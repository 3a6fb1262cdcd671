#ifndef WEFT_TEST_LAYOUT_H
#define WEFT_TEST_LAYOUT_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A field, or with an empty name the whole struct. */
typedef struct layout_entry {
    const char* structure;
    const char* field;
    size_t offset;
    size_t size;
} layout_entry;

extern const layout_entry abi_layout[];
extern const size_t abi_layout_size;

#ifdef __cplusplus
}
#endif

#endif
