/** Man pages: text in the language of roff. */
#ifndef NW_COMMON_ROFF_H
#define NW_COMMON_ROFF_H

#include "common/buf.h"

/** Add @text: backslashes and hyphens are themselves, no line begins a request. */
void nw_roff_add(struct nw_buf *out, const char *text);

/** Add an item of a list: @tag in bold, @text beside or below it. */
void nw_roff_item(struct nw_buf *out, const char *tag, const char *text);

#endif
