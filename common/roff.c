#include "common/roff.h"

#include <stdbool.h>

void nw_roff_add(struct nw_buf *out, const char *text)
{
	bool at_margin = true;

	for (; *text != '\0'; text++) {
		if (at_margin && (*text == '.' || *text == '\'')) {
			nw_buf_adds(out, "\\&");
		}
		if (*text == '\\') {
			nw_buf_adds(out, "\\e");
		} else if (*text == '-') {
			nw_buf_adds(out, "\\-");
		} else {
			nw_buf_addc(out, *text);
		}
		at_margin = *text == '\n';
	}
}

void nw_roff_item(struct nw_buf *out, const char *tag, const char *text)
{
	nw_buf_adds(out, ".TP\n\\fB");
	nw_roff_add(out, tag);
	nw_buf_adds(out, "\\fR\n");
	nw_roff_add(out, text);
	nw_buf_addc(out, '\n');
}
