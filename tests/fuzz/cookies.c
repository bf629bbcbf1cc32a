/* The first line is a cookie's name, the rest the value of Cookie. What comes before never hides a cookie. */
#include "worker/app/cookie.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static void check_found(struct nw_span text, const char *name)
{
	struct nw_span value = nw_cookie_find(text, name);

	if (value.p == NULL) {
		return;
	}
	assert(value.p >= text.p && value.p + value.len <= text.p + text.len);
	assert(value.len == 0 || memchr(value.p, ';', value.len) == NULL);
	/* Of the name, what is before it is at least the name and a '='. */
	assert((size_t)(value.p - text.p) > strlen(name));
}

/* Whatever @text is, a cookie behind it is there. */
static void check_hidden(struct nw_span text, const char *name)
{
	struct nw_buf more = {0};
	size_t len = strlen(name);

	if (strpbrk(name, "=;") != NULL || (len > 0 && (is_blank(name[0]) || is_blank(name[len - 1])))) {
		return;
	}
	nw_buf_add(&more, text.p, text.len);
	nw_buf_addf(&more, "; %s=v", name);
	struct nw_span value = nw_cookie_find((struct nw_span){more.data, more.len}, name);

	assert(value.p != NULL);
	assert(nw_cookie_find(text, name).p != NULL || nw_span_eq(value, "v"));
	nw_buf_free(&more);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *line = size == 0 ? NULL : memchr(data, '\n', size);

	if (line == NULL) {
		return 0;
	}
	char *name = strndup((const char *)data, (size_t)(line - data));
	struct nw_span text = {(const char *)line + 1, size - (size_t)(line + 1 - data)};

	assert(name != NULL);
	check_found(text, name);
	check_hidden(text, name);
	free(name);
	return 0;
}
