#include "worker/data/memory.h"

#include <string.h>

struct nw_memory nw_memory_of_arena(struct nw_arena *arena)
{
	return (struct nw_memory){.grow = nw_arena_grow_any, .arg = arena};
}

void *nw_memory_alloc(struct nw_memory *memory, size_t size)
{
	/* Whole units keep what comes after aligned, whatever the grow function does. */
	size_t whole = (size + 15) & ~(size_t)15;
	void *p = whole < size ? NULL : memory->grow(memory->arg, NULL, 0, whole);

	if (p == NULL) {
		memory->failed = true;
		return NULL;
	}
	return memset(p, 0, whole);
}

char *nw_memory_strndup(struct nw_memory *memory, const char *s, size_t len)
{
	char *copy = nw_memory_alloc(memory, len + 1);

	if (copy != NULL && len > 0) {
		memcpy(copy, s, len);
	}
	return copy;
}

struct nw_buf nw_memory_buf(struct nw_memory *memory)
{
	return (struct nw_buf){.grow = memory->grow, .grow_arg = memory->arg};
}
