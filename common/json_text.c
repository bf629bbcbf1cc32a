#include "common/json_text.h"

static bool is_tail(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

static size_t three(const unsigned char *s)
{
	bool is_overlong = s[0] == 0xe0 && s[1] < 0xa0;
	bool is_surrogate = s[0] == 0xed && s[1] >= 0xa0;

	return is_tail(s[1]) && is_tail(s[2]) && !is_overlong && !is_surrogate ? 3 : 0;
}

static size_t four(const unsigned char *s)
{
	bool is_overlong = s[0] == 0xf0 && s[1] < 0x90;
	bool is_beyond = s[0] == 0xf4 && s[1] >= 0x90;

	return is_tail(s[1]) && is_tail(s[2]) && is_tail(s[3]) && !is_overlong && !is_beyond ? 4 : 0;
}

size_t nw_json_text_utf8(const char *text, size_t len)
{
	const unsigned char *s = (const unsigned char *)text;

	if (len == 0) {
		return 0;
	}
	if (s[0] < 0x80) {
		return 1;
	}
	if (s[0] >= 0xc2 && s[0] <= 0xdf) {
		return len >= 2 && is_tail(s[1]) ? 2 : 0;
	}
	if (s[0] >= 0xe0 && s[0] <= 0xef) {
		return len >= 3 ? three(s) : 0;
	}
	if (s[0] >= 0xf0 && s[0] <= 0xf4) {
		return len >= 4 ? four(s) : 0;
	}
	return 0;
}

static void add_special(struct nw_buf *out, unsigned char c)
{
	if (c == '"' || c == '\\') {
		nw_buf_addc(out, '\\');
		nw_buf_addc(out, (char)c);
	} else if (c < 0x20) {
		nw_buf_addf(out, "\\u%04x", c);
	} else {
		nw_buf_adds(out, "\\ufffd");
	}
}

void nw_json_text_add(struct nw_buf *out, struct nw_span s)
{
	nw_buf_addc(out, '"');
	while (s.len > 0) {
		size_t n = nw_json_text_plain(s.p, s.len);

		if (n == 0 && (unsigned char)s.p[0] >= 0x80) {
			n = nw_json_text_utf8(s.p, s.len);
		}
		nw_buf_add(out, s.p, n);
		if (n == 0) {
			add_special(out, (unsigned char)*s.p);
			n = 1;
		}
		s.p += n;
		s.len -= n;
	}
	nw_buf_addc(out, '"');
}
