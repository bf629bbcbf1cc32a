/** JSON text that is being read, and the BSON that comes of it. */
#ifndef NW_STORE_JSON_READER_H
#define NW_STORE_JSON_READER_H

#include <errno.h>
#include <string.h>

#include "worker/store/json.h"
#include "worker/store/json_names.h"

enum { NW_JSON_READER_LOCAL = 4096 }; /* bytes of BSON that need no heap */

struct nw_json_reader {
	const char *text;
	size_t len;
	size_t at;
	unsigned depth;
	struct nw_buf out;
	struct nw_json_names names;
	struct nw_err *err;
	char local[NW_JSON_READER_LOCAL]; /* where out begins */
};

/** The error: @what should have been where the reader is. */
static inline int nw_json_reader_expected(struct nw_json_reader *r, const char *what)
{
	return nw_err_set(r->err, -EINVAL, "offset %zu: expected %s", r->at, what);
}

static inline int nw_json_reader_no_memory(struct nw_json_reader *r)
{
	return nw_err_set(r->err, -ENOMEM, "offset %zu: no memory", r->at);
}

/** Room for @n more bytes of BSON; NULL: no memory. */
static inline char *nw_json_reader_room(struct nw_json_reader *r, size_t n)
{
	return r->out.cap - r->out.len >= n ? r->out.data + r->out.len : nw_buf_reserve(&r->out, n);
}

static inline int nw_json_reader_put(struct nw_json_reader *r, const void *data, size_t n)
{
	char *to = nw_json_reader_room(r, n);

	if (to == NULL) {
		return nw_json_reader_no_memory(r);
	}
	memcpy(to, data, n);
	r->out.len += n;
	return 0;
}

static inline int nw_json_reader_put_byte(struct nw_json_reader *r, char c)
{
	return nw_json_reader_put(r, &c, 1);
}

/**
 * The inside of a string and its closing quote: unescaped to the BSON, a NUL behind it. @is_name: it must not have one
 * inside.
 */
int nw_json_reader_text(struct nw_json_reader *r, bool is_name) NW_MUST_CHECK;

#endif
