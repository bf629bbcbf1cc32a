/**
 * A growing run of bytes. Zero-initialised it lives on the heap (nw_buf_free() ends it); with a
 * grow function it lives where that function says (a request's arena), and is not freed.
 * A failed growth sticks: later calls do nothing, and the writer checks `failed` once, at the end.
 */
#ifndef NW_COMMON_BUF_H
#define NW_COMMON_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "common/cc.h"

/** As nw_arena_grow(): @old of @old_size bytes to @new_size; NULL when there is no room. */
typedef void *(*nw_grow_fn)(void *arg, void *old, size_t old_size, size_t new_size);

struct nw_buf {
	char *data;      /* not NUL-terminated; see nw_buf_str() */
	size_t len;      /* bytes used */
	size_t cap;      /* bytes there */
	nw_grow_fn grow; /* NULL: realloc */
	void *grow_arg;
	bool failed; /* no memory at some time: the content is not whole */
};

/** Room for @n more bytes. The place to write them, then add to len; NULL: failed. */
static inline char *nw_buf_reserve(struct nw_buf *buf, size_t n);

static inline void nw_buf_add(struct nw_buf *buf, const void *data, size_t len);
void nw_buf_adds(struct nw_buf *buf, const char *s);
void nw_buf_addc(struct nw_buf *buf, char c);
void nw_buf_addf(struct nw_buf *buf, const char *fmt, ...) NW_PRINTF(2, 3);
void nw_buf_vaddf(struct nw_buf *buf, const char *fmt, va_list ap) NW_PRINTF(2, 0);

/** The content as a C string (a NUL is kept behind len). "" when failed or empty. Borrowed. */
const char *nw_buf_str(struct nw_buf *buf);

/** What nw_buf_reserve() does when there is not enough. */
char *nw_buf_make_room(struct nw_buf *buf, size_t n);

static inline char *nw_buf_reserve(struct nw_buf *buf, size_t n)
{
	return n <= buf->cap - buf->len && !buf->failed ? buf->data + buf->len : nw_buf_make_room(buf, n);
}

static inline void nw_buf_add(struct nw_buf *buf, const void *data, size_t len)
{
	char *to = len == 0 ? NULL : nw_buf_reserve(buf, len);

	if (to != NULL) {
		memcpy(to, data, len);
		buf->len += len;
	}
}

/** End a heap buffer; zero it. Accepts one that was never used. */
void nw_buf_free(struct nw_buf *buf);

#endif
