#include "worker/store/sqlite_name.h"

#include <string.h>

/* SQLite takes A and a for the same; MongoDB does not. So only what has no case stays as it is. */
static void encode(struct nw_buf *out, const char *name)
{
	for (; *name != '\0'; name++) {
		unsigned char c = (unsigned char)*name;

		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_') {
			nw_buf_addc(out, (char)c);
		} else {
			nw_buf_addf(out, "$%02x", c);
		}
	}
}

void nw_sqlite_name_table(struct nw_buf *out, const char *collection)
{
	nw_buf_adds(out, "\"c_");
	encode(out, collection);
	nw_buf_adds(out, "\"");
}

void nw_sqlite_name_index(struct nw_buf *out, const char *collection, const char *field, bool unique)
{
	nw_buf_adds(out, "\"i_");
	encode(out, collection);
	nw_buf_adds(out, "/");
	encode(out, field);
	nw_buf_adds(out, unique ? "/u\"" : "/n\"");
}

void nw_sqlite_name_key(struct nw_buf *out, const char *field)
{
	nw_buf_adds(out, "nw_key(doc,'");
	for (; *field != '\0'; field++) {
		if (*field == '\'') {
			nw_buf_addc(out, '\'');
		}
		nw_buf_addc(out, *field);
	}
	nw_buf_adds(out, "')");
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool nw_sqlite_name_field(struct nw_buf *out, const char *index, size_t len)
{
	const char *begin = memchr(index, '/', len);
	const char *end = begin == NULL ? NULL : memchr(begin + 1, '/', len - (size_t)(begin + 1 - index));

	if (end == NULL || len < 2 || memcmp(index, "i_", 2) != 0) {
		return false;
	}
	for (const char *p = begin + 1; p < end; p++) {
		if (*p != '$') {
			nw_buf_addc(out, *p);
			continue;
		}
		int high = p + 2 < end ? hex_digit(p[1]) : -1;
		int low = p + 2 < end ? hex_digit(p[2]) : -1;

		if (high < 0 || low < 0) {
			return false;
		}
		nw_buf_addc(out, (char)(high << 4 | low));
		p += 2;
	}
	return true;
}
