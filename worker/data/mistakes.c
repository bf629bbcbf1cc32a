#include "worker/data/mistakes.h"

#include <stdarg.h>

#include "common/str.h"

/* Names come from the file: '~' and '/' have codes of their own in a pointer, and nothing may break the line. */
static void add_pointer(struct nw_buf *out, const struct nw_pointer *at)
{
	if (at == NULL) {
		return;
	}
	add_pointer(out, at->up);
	nw_buf_addc(out, '/');
	for (const char *s = at->name; *s != '\0'; s++) {
		if (*s == '~') {
			nw_buf_adds(out, "~0");
		} else if (*s == '/') {
			nw_buf_adds(out, "~1");
		} else {
			nw_str_escape(out, (struct nw_span){s, 1});
		}
	}
}

void nw_mistakes_add(struct nw_mistakes *mistakes, const struct nw_pointer *at, const char *fmt, ...)
{
	struct nw_buf *out = &mistakes->lines;
	va_list ap;

	if (mistakes->n++ >= NW_MISTAKES_MAX) {
		return;
	}
	if (out->len > 0) {
		nw_buf_addc(out, '\n');
	}
	nw_buf_addf(out, "%s: ", mistakes->file);
	if (at != NULL) {
		add_pointer(out, at);
		nw_buf_adds(out, ": ");
	}
	va_start(ap, fmt);
	nw_buf_vaddf(out, fmt, ap);
	va_end(ap);
}

const char *nw_mistakes_text(struct nw_mistakes *mistakes)
{
	if (mistakes->n > NW_MISTAKES_MAX) {
		nw_buf_addf(&mistakes->lines, "\n%s: and %zu more", mistakes->file, mistakes->n - NW_MISTAKES_MAX);
		mistakes->n = NW_MISTAKES_MAX;
	}
	return nw_buf_str(&mistakes->lines);
}

void nw_mistakes_fini(struct nw_mistakes *mistakes)
{
	nw_buf_free(&mistakes->lines);
	mistakes->n = 0;
}
