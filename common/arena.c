#include "common/arena.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* What is not allocated is not to be touched: a build with AddressSanitizer says who does. */
#if defined(__SANITIZE_ADDRESS__)
#define HAS_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ASAN 1
#endif
#endif
#ifdef HAS_ASAN
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(p, size) ((void)(p), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(p, size) ((void)(p), (void)(size))
#endif

enum {
	BLOCK_SIZE = 8192 - 32, /* of the first block, and of every one that is not made for a large piece */
	ALIGN = _Alignof(max_align_t),
};

struct block {
	struct block *next; /* older */
	size_t size;        /* of data */
	size_t used;
	_Alignas(max_align_t) char data[];
};

struct defer {
	struct defer *next; /* older */
	void (*fn)(void *arg);
	void *arg;
};

struct nw_arena {
	size_t limit;         /* 0: none */
	size_t held;          /* data bytes of all blocks */
	struct block *blocks; /* newest first; the oldest stays through a reset */
	struct defer *defers; /* newest first */
};

static struct block *block_new(size_t size)
{
	struct block *block = malloc(sizeof(*block) + size);

	if (block != NULL) {
		block->next = NULL;
		block->size = size;
		block->used = 0;
		ASAN_POISON_MEMORY_REGION(block->data, size);
	}
	return block;
}

static void run_defers(struct nw_arena *arena)
{
	while (arena->defers != NULL) {
		struct defer *defer = arena->defers;

		arena->defers = defer->next;
		defer->fn(defer->arg);
	}
}

struct nw_arena *nw_arena_new(size_t limit)
{
	struct nw_arena *arena = calloc(1, sizeof(*arena));

	if (arena == NULL) {
		return NULL;
	}
	arena->limit = limit;
	arena->blocks = block_new(BLOCK_SIZE);
	if (arena->blocks == NULL) {
		free(arena);
		return NULL;
	}
	arena->held = BLOCK_SIZE;
	return arena;
}

struct nw_arena *nw_arena_free(struct nw_arena *arena)
{
	if (arena == NULL) {
		return NULL;
	}
	nw_arena_reset(arena);
	free(arena->blocks);
	free(arena);
	return NULL;
}

void nw_arena_reset(struct nw_arena *arena)
{
	run_defers(arena);
	while (arena->blocks->next != NULL) {
		struct block *block = arena->blocks;

		arena->blocks = block->next;
		free(block);
	}
	ASAN_POISON_MEMORY_REGION(arena->blocks->data, arena->blocks->used);
	arena->blocks->used = 0;
	arena->held = arena->blocks->size;
}

static void *take(struct nw_arena *arena, size_t size)
{
	struct block *block = arena->blocks;

	if (size > SIZE_MAX / 2) {
		return NULL;
	}
	size_t room = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);

	if (block->size - block->used < room) {
		size_t want = room > BLOCK_SIZE ? room : BLOCK_SIZE;

		if (arena->limit != 0 && (want > arena->limit || arena->held > arena->limit - want)) {
			return NULL;
		}
		block = block_new(want);
		if (block == NULL) {
			return NULL;
		}
		arena->held += want;
		block->next = arena->blocks;
		arena->blocks = block;
	}
	void *p = block->data + block->used;

	block->used += room;
	ASAN_UNPOISON_MEMORY_REGION(p, size);
	return p;
}

void *nw_arena_alloc(struct nw_arena *arena, size_t size)
{
	void *p = take(arena, size);

	return p == NULL ? NULL : memset(p, 0, size);
}

void *nw_arena_grow(struct nw_arena *arena, void *old, size_t old_size, size_t new_size)
{
	struct block *block = arena->blocks;
	size_t had = (old_size + ALIGN - 1) & ~(size_t)(ALIGN - 1);

	if (new_size > SIZE_MAX / 2) {
		return NULL;
	}
	if (old != NULL && (char *)old + had == block->data + block->used) {
		size_t want = (new_size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
		size_t before = block->used - had;

		if (want <= block->size - before) {
			block->used = before + want;
			ASAN_POISON_MEMORY_REGION(old, had);
			ASAN_UNPOISON_MEMORY_REGION(old, new_size);
			return old;
		}
	}
	void *p = take(arena, new_size);

	if (p != NULL && old != NULL) {
		memcpy(p, old, old_size < new_size ? old_size : new_size);
	}
	return p;
}

void *nw_arena_grow_any(void *arena, void *old, size_t old_size, size_t new_size)
{
	return nw_arena_grow(arena, old, old_size, new_size);
}

char *nw_arena_strndup(struct nw_arena *arena, const char *s, size_t len)
{
	char *copy = take(arena, len + 1);

	if (copy != NULL) {
		memcpy(copy, s, len);
		copy[len] = '\0';
	}
	return copy;
}

char *nw_arena_strdup(struct nw_arena *arena, const char *s)
{
	return nw_arena_strndup(arena, s, strlen(s));
}

char *nw_arena_printf(struct nw_arena *arena, const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	char *s = len < 0 ? NULL : take(arena, (size_t)len + 1);

	if (s != NULL) {
		va_start(ap, fmt);
		vsnprintf(s, (size_t)len + 1, fmt, ap);
		va_end(ap);
	}
	return s;
}

int nw_arena_defer(struct nw_arena *arena, void (*fn)(void *arg), void *arg)
{
	struct defer *defer = take(arena, sizeof(*defer));

	if (defer == NULL) {
		return -ENOMEM;
	}
	defer->fn = fn;
	defer->arg = arg;
	defer->next = arena->defers;
	arena->defers = defer;
	return 0;
}
