#pragma once

#include <cstdio>
#include <cstdlib>

/// For our own rules only, never for bytes that came from outside. Checked in every build: a node that
/// has broken a promise of its own must not go on serving.
#define WEFT_ASSERT(condition)                                                                \
    do {                                                                                      \
        if (!(condition)) [[unlikely]] {                                                      \
            std::fprintf(stderr, "%s:%d: broken rule: %s\n", __FILE__, __LINE__, #condition); \
            std::abort();                                                                     \
        }                                                                                     \
    } while (false)
