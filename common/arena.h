/**
 * Memory that dies together: one arena per request, one per loaded config.
 * Not shared between threads at the same time. Nothing is freed singly; nw_arena_reset() or
 * nw_arena_free() ends every allocation at once, running defers newest first.
 */
#ifndef NW_COMMON_ARENA_H
#define NW_COMMON_ARENA_H

#include <stddef.h>

#include "common/cc.h"

struct nw_arena;

/** @limit: most bytes the arena may ever hold (0: no limit). Caller owns the result; NULL: no memory. */
struct nw_arena *nw_arena_new(size_t limit) NW_MUST_CHECK;

/** Accepts NULL. Always returns NULL: `req->arena = nw_arena_free(req->arena);` */
struct nw_arena *nw_arena_free(struct nw_arena *arena);

/** End every allocation, keep the first block for the next request. */
void nw_arena_reset(struct nw_arena *arena);

/** @size bytes, zeroed, aligned for any type; borrowed until reset. NULL once past the limit. */
void *nw_arena_alloc(struct nw_arena *arena, size_t size);

/**
 * Grow @old (@old_size bytes, from this arena; NULL, 0: new) to @new_size: in place when it is the newest
 * allocation, else by copying. The added bytes are not zeroed. NULL past the limit (old stays valid).
 */
void *nw_arena_grow(struct nw_arena *arena, void *old, size_t old_size, size_t new_size);

/** The same in the shape of a nw_grow_fn (common/buf.h): @arena is a struct nw_arena *. */
void *nw_arena_grow_any(void *arena, void *old, size_t old_size, size_t new_size);

/** Copies, NUL-terminated, borrowed until reset. NULL past the limit. */
char *nw_arena_strdup(struct nw_arena *arena, const char *s);
char *nw_arena_strndup(struct nw_arena *arena, const char *s, size_t len);
char *nw_arena_printf(struct nw_arena *arena, const char *fmt, ...) NW_PRINTF(2, 3);

/** Call fn(arg) at the next reset or free. Takes @arg. 0, or -ENOMEM (arg untouched). */
int nw_arena_defer(struct nw_arena *arena, void (*fn)(void *arg), void *arg) NW_MUST_CHECK;

#endif
