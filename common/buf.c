#include "common/buf.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

static bool grow_to(struct nw_buf *buf, size_t cap)
{
	char *data = buf->grow != NULL ? buf->grow(buf->grow_arg, buf->data, buf->cap, cap) : realloc(buf->data, cap);

	if (data == NULL) {
		buf->failed = true;
		return false;
	}
	buf->data = data;
	buf->cap = cap;
	return true;
}

NW_NOINLINE char *nw_buf_make_room(struct nw_buf *buf, size_t n)
{
	if (buf->failed) {
		return NULL;
	}
	if (n > SIZE_MAX / 4 || buf->len > SIZE_MAX / 4) {
		buf->failed = true;
		return NULL;
	}
	if (buf->cap - buf->len < n) {
		size_t cap = buf->cap < 64 ? 128 : buf->cap * 2;

		if (cap < buf->len + n) {
			cap = buf->len + n;
		}
		if (!grow_to(buf, cap)) {
			return NULL;
		}
	}
	return buf->data + buf->len;
}

void nw_buf_adds(struct nw_buf *buf, const char *s)
{
	nw_buf_add(buf, s, strlen(s));
}

void nw_buf_addc(struct nw_buf *buf, char c)
{
	nw_buf_add(buf, &c, 1);
}

void nw_buf_addf(struct nw_buf *buf, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	nw_buf_vaddf(buf, fmt, ap);
	va_end(ap);
}

void nw_buf_vaddf(struct nw_buf *buf, const char *fmt, va_list ap)
{
	va_list again;

	va_copy(again, ap);
	int len = vsnprintf(NULL, 0, fmt, ap);
	char *to = len < 0 ? NULL : nw_buf_reserve(buf, (size_t)len + 1);

	if (to != NULL) {
		vsnprintf(to, (size_t)len + 1, fmt, again);
		buf->len += (size_t)len;
	}
	va_end(again);
}

const char *nw_buf_str(struct nw_buf *buf)
{
	char *end = nw_buf_reserve(buf, 1);

	if (end == NULL) {
		return "";
	}
	*end = '\0';
	return buf->data;
}

void nw_buf_free(struct nw_buf *buf)
{
	if (buf->grow == NULL) {
		free(buf->data);
	}
	*buf = (struct nw_buf){0};
}
