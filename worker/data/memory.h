/**
 * Memory that somebody else ends: a request's, an arena's. What validates and renders takes it from here, so that it
 * knows neither requests nor arenas.
 */
#ifndef NW_DATA_MEMORY_H
#define NW_DATA_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/cc.h"

struct nw_memory {
	nw_grow_fn grow;
	void *arg;
	bool failed; /* some allocation failed: what was made of it is not whole */
};

struct nw_memory nw_memory_of_arena(struct nw_arena *arena);

/** @size bytes, zeroed. NULL: no room (and failed is set). */
void *nw_memory_alloc(struct nw_memory *memory, size_t size);
/** Copies, NUL-terminated; NULL as above. */
char *nw_memory_strndup(struct nw_memory *memory, const char *s, size_t len);
/** An empty buffer that grows there. */
struct nw_buf nw_memory_buf(struct nw_memory *memory);

#endif
