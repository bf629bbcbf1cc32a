#include "worker/app/multipart.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "worker/app/parameter.h"

static int fail(struct nw_multipart *m, int code, const char *fault)
{
	m->fault = fault;
	return code;
}

/* RFC 2046 section 5.1.1: bchars, no space at the end. */
static bool is_boundary(struct nw_span s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == '\0' || (!isalnum((unsigned char)s.p[i]) && strchr("'()+_,-./:=? ", s.p[i]) == NULL)) {
			return false;
		}
	}
	return s.len > 0 && s.len <= NW_MULTIPART_BOUNDARY && s.p[s.len - 1] != ' ';
}

static int boundary_set(struct nw_multipart *m, struct nw_span content_type)
{
	const char *semicolon = content_type.len == 0 ? NULL : memchr(content_type.p, ';', content_type.len);
	struct nw_span rest = {semicolon, semicolon == NULL ? 0 : content_type.len - (semicolon - content_type.p)};
	struct nw_parameter parameter;
	int rc;

	while ((rc = nw_parameter_next(&rest, &parameter)) > 0) {
		if (!nw_span_eq_nocase(parameter.name, "boundary")) {
			continue;
		}
		if (m->delimiter_len > 0 || !is_boundary(parameter.value)) {
			return fail(m, -EBADMSG,
				    "its boundary is not 1 to 70 bytes of those that RFC 2046 has, or there are two");
		}
		memcpy(m->delimiter, "\r\n--", 4);
		memcpy(m->delimiter + 4, parameter.value.p, parameter.value.len);
		m->delimiter_len = 4 + parameter.value.len;
	}
	if (rc < 0) {
		return fail(m, -EBADMSG, "the parameters of its Content-Type cannot be read");
	}
	return m->delimiter_len > 0 ? 0 : fail(m, -EBADMSG, "its Content-Type names no boundary");
}

/* What is behind a boundary on its line: "--" after the last one, blanks, CRLF. false: it is no boundary's line. */
static bool line_ends(struct nw_span s, size_t *out_len, bool *out_is_last)
{
	bool is_last = s.len >= 2 && memcmp(s.p, "--", 2) == 0;
	size_t at = is_last ? 2 : 0;

	while (at < s.len && (s.p[at] == ' ' || s.p[at] == '\t')) {
		at++;
	}
	bool has_end = s.len - at >= 2 && memcmp(s.p + at, "\r\n", 2) == 0;

	*out_len = has_end ? at + 2 : at;
	*out_is_last = is_last;
	return has_end || (is_last && at == s.len);
}

/* Cut @m->rest behind the next boundary; *out is what lies before it. false: there is none. */
static bool boundary_find(struct nw_multipart *m, struct nw_span *out)
{
	struct nw_span s = m->rest;
	size_t at = 0;

	for (;;) {
		const char *hit = s.len == at ? NULL : memmem(s.p + at, s.len - at, m->delimiter, m->delimiter_len);
		size_t len;

		if (hit == NULL) {
			return false;
		}
		at = (size_t)(hit - s.p) + m->delimiter_len;
		if (line_ends((struct nw_span){s.p + at, s.len - at}, &len, &m->is_last)) {
			*out = (struct nw_span){s.p, (size_t)(hit - s.p)};
			m->rest = (struct nw_span){s.p + at + len, s.len - at - len};
			return true;
		}
	}
}

/* The first boundary needs no CRLF before it. */
static bool boundary_begins(struct nw_multipart *m)
{
	struct nw_span s = m->rest;
	size_t at = m->delimiter_len - 2, len;

	if (s.len < at || memcmp(s.p, m->delimiter + 2, at) != 0 ||
	    !line_ends((struct nw_span){s.p + at, s.len - at}, &len, &m->is_last)) {
		return false;
	}
	m->rest = (struct nw_span){s.p + at + len, s.len - at - len};
	return true;
}

int nw_multipart_begin(struct nw_multipart *m, struct nw_span content_type, struct nw_span body)
{
	struct nw_span preamble;

	*m = (struct nw_multipart){.rest = body};
	int rc = boundary_set(m, content_type);

	if (rc == 0 && !boundary_begins(m) && !boundary_find(m, &preamble)) {
		return fail(m, -EBADMSG, "it does not have the boundary that its Content-Type names");
	}
	return rc;
}

int nw_multipart_next(struct nw_multipart *m, struct nw_part *out)
{
	struct nw_span part;

	if (m->is_last) {
		return 0;
	}
	if (!boundary_find(m, &part)) {
		return fail(m, -EBADMSG, "it ends before its last boundary");
	}
	/* The CRLF before the boundary is there, and serves as the empty line of a part without data. */
	size_t most = part.len + 2 < NW_MULTIPART_HEAD ? part.len + 2 : NW_MULTIPART_HEAD;
	const char *blank = memmem(part.p, most, "\r\n\r\n", 4);

	if (blank == NULL) {
		return part.len < NW_MULTIPART_HEAD ? fail(m, -EBADMSG, "a part has no empty line behind its head")
						    : fail(m, -E2BIG, "the head of a part is longer than 8192 bytes");
	}
	size_t len = (size_t)(blank - part.p);
	const char *fault = nw_part_read((struct nw_span){part.p, len}, out);

	if (fault != NULL) {
		return fail(m, -EBADMSG, fault);
	}
	size_t at = len + 4 < part.len ? len + 4 : part.len;

	out->data = (struct nw_span){part.p + at, part.len - at};
	return 1;
}
