#include <string.h>

#include "worker/app/multipart.h"
#include "worker/app/parameter.h"
#include "worker/http/chars.h"

/* "Name: value". A line that goes on with the next one has no name, and is refused so. */
static bool line_read(struct nw_span line, struct nw_span *name, struct nw_span *value)
{
	size_t colon = 0;

	while (colon < line.len && nw_char_is(line.p[colon], NW_CHAR_TOKEN)) {
		colon++;
	}
	if (colon == 0 || colon == line.len || line.p[colon] != ':') {
		return false;
	}
	for (size_t i = colon; i < line.len; i++) {
		if (!nw_char_is(line.p[i], NW_CHAR_FIELD)) {
			return false;
		}
	}
	*name = (struct nw_span){line.p, colon};
	*value = nw_span_trim((struct nw_span){line.p + colon + 1, line.len - colon - 1});
	return true;
}

/* Set once: @slot is empty until then. */
static bool set_once(struct nw_span *slot, struct nw_span value)
{
	bool is_first = slot->p == NULL;

	*slot = value;
	return is_first;
}

static const char *disposition_read(struct nw_span value, struct nw_part *out)
{
	size_t len = 0;
	bool has_extended = false, is_once = true;
	struct nw_parameter parameter;
	int rc;

	while (len < value.len && nw_char_is(value.p[len], NW_CHAR_TOKEN)) {
		len++;
	}
	if (!nw_span_eq_nocase((struct nw_span){value.p, len}, "form-data")) {
		return "the Content-Disposition of a part is not form-data";
	}
	struct nw_span rest = {value.p + len, value.len - len};

	while ((rc = nw_parameter_next(&rest, &parameter)) > 0) {
		if (nw_span_eq_nocase(parameter.name, "name")) {
			is_once &= set_once(&out->name, parameter.value);
		} else if (nw_span_eq_nocase(parameter.name, "filename")) {
			is_once &= set_once(&out->filename, parameter.value);
		}
		has_extended |= nw_span_eq_nocase(parameter.name, "filename*");
	}
	if (rc < 0 || !is_once) {
		return "the Content-Disposition of a part cannot be read, or has a name twice";
	}
	if (out->name.p == NULL) {
		return "a part has no name";
	}
	out->is_file = out->filename.p != NULL;
	/* RFC 7578 section 4.2 forbids it; beside the plain one it is passed over, as the plain one says the same. */
	return has_extended && !out->is_file ? "a part has 'filename*' and no 'filename'" : NULL;
}

/* Transfer encodings are no part of HTTP (RFC 7578 section 4.7); the three that change nothing do no harm. */
static bool is_as_it_is(struct nw_span encoding)
{
	return nw_span_eq_nocase(encoding, "binary") || nw_span_eq_nocase(encoding, "8bit") ||
	       nw_span_eq_nocase(encoding, "7bit");
}

static const char *field_read(struct nw_span line, struct nw_part *out, bool *has_disposition)
{
	struct nw_span name, value;

	if (!line_read(line, &name, &value)) {
		return "a line in the head of a part is no header field";
	}
	if (nw_span_eq_nocase(name, "Content-Disposition")) {
		bool is_first = !*has_disposition;

		*has_disposition = true;
		return is_first ? disposition_read(value, out) : "a part has two Content-Dispositions";
	}
	if (nw_span_eq_nocase(name, "Content-Type")) {
		return set_once(&out->type, value) ? NULL : "a part has two Content-Types";
	}
	if (nw_span_eq_nocase(name, "Content-Transfer-Encoding") && !is_as_it_is(value)) {
		return "a part has a Content-Transfer-Encoding that is not binary, 8bit or 7bit";
	}
	return NULL;
}

const char *nw_part_read(struct nw_span head, struct nw_part *out)
{
	bool has_disposition = false;

	*out = (struct nw_part){.is_file = false};
	for (size_t at = 0; at <= head.len;) {
		const char *end = head.len == at ? NULL : memmem(head.p + at, head.len - at, "\r\n", 2);
		size_t len = end == NULL ? head.len - at : (size_t)(end - head.p) - at;
		const char *fault = field_read((struct nw_span){head.p + at, len}, out, &has_disposition);

		if (fault != NULL) {
			return fault;
		}
		at += len + 2;
	}
	return has_disposition ? NULL : "a part has no Content-Disposition";
}

size_t nw_part_text_into(struct nw_span text, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++) {
		struct nw_span rest = {text.p + i, text.len - i};

		if (rest.len >= 2 && rest.p[0] == '\\' && (rest.p[1] == '"' || rest.p[1] == '\\')) {
			i++;
		} else if (rest.len >= 3 && memcmp(rest.p, "%22", 3) == 0) {
			out[n++] = '"';
			i += 2;
			continue;
		}
		out[n++] = text.p[i];
	}
	return n;
}
