/*
 * mem -- heap memory that is there or ends the process.
 *
 * Out of memory is handled in this one place: the process aborts and its
 * supervisor starts it again from the ledger. Nobody tests for NULL.
 */
#ifndef TUIJIN_CORE_MEM_H
#define TUIJIN_CORE_MEM_H

#include <stddef.h>

/* count * size zeroed bytes (an overflow aborts); free() them. */
void *mem_zeroed(size_t count, size_t size) __attribute__((returns_nonnull, warn_unused_result));

/* p moved to count * size bytes; what is new is not zeroed. p may be NULL. */
void *mem_resized(void *p, size_t count, size_t size)
    __attribute__((returns_nonnull, warn_unused_result));

/* A copy of len bytes with a NUL behind it; free() it. */
char *mem_copied(const void *bytes, size_t len)
    __attribute__((returns_nonnull, warn_unused_result));

#endif
