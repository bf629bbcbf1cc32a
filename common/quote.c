#include "common/quote.h"

#include <stdio.h>
#include <string.h>

const char *nw_quote_into(char *buf, size_t size, struct nw_span text)
{
	static const char hex[] = "0123456789abcdef";
	size_t room = size - sizeof("...'");
	size_t n = 0;

	buf[n++] = '\'';
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.p[i];
		bool is_plain = c >= 0x20 && c < 0x7f;

		if (n + (is_plain ? 1 : 4) > room) {
			memcpy(buf + n, "...", 3);
			n += 3;
			break;
		}
		if (is_plain) {
			buf[n++] = (char)c;
		} else {
			buf[n++] = '\\';
			buf[n++] = 'x';
			buf[n++] = hex[c >> 4];
			buf[n++] = hex[c & 15];
		}
	}
	buf[n++] = '\'';
	buf[n] = '\0';
	return buf;
}

static void add_escaped(struct nw_buf *out, unsigned char c, char quote)
{
	if (c == '\n') {
		nw_buf_adds(out, "\\n");
	} else if (c == '\t') {
		nw_buf_adds(out, "\\t");
	} else if (c == '\\' || c == (unsigned char)quote) {
		nw_buf_addf(out, "\\%c", c);
	} else if (c < 0x20 || c == 0x7f) {
		nw_buf_addf(out, "\\x%02x", c);
	} else {
		nw_buf_addc(out, (char)c);
	}
}

void nw_quote_python(struct nw_buf *out, struct nw_span text)
{
	bool has_single = text.len > 0 && memchr(text.p, '\'', text.len) != NULL;
	bool has_double = text.len > 0 && memchr(text.p, '"', text.len) != NULL;
	char quote = has_single && !has_double ? '"' : '\'';

	nw_buf_addc(out, quote);
	for (size_t i = 0; i < text.len; i++) {
		add_escaped(out, (unsigned char)text.p[i], quote);
	}
	nw_buf_addc(out, quote);
}
