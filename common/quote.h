/** Other people's text in our sentences: quoted, printable and short. */
#ifndef NW_COMMON_QUOTE_H
#define NW_COMMON_QUOTE_H

#include <stddef.h>

#include "common/buf.h"
#include "common/str.h"

/** `'text'` for a message: odd bytes as \xHH, cut with "..." where @size ends. @size: 16 at least. Returns @buf. */
const char *nw_quote_into(char *buf, size_t size, struct nw_span text);

/** @text as a Python string literal that reads back as the same bytes: `'it'`, `"it's"`. */
void nw_quote_python(struct nw_buf *out, struct nw_span text);

#endif
