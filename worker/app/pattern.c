#include "worker/app/pattern.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

static const char *const converters[] = {
	[NW_PARAM_INT] = "int",           [NW_PARAM_FLOAT] = "float",   [NW_PARAM_UUID] = "uuid",
	[NW_PARAM_OBJECTID] = "objectid", [NW_PARAM_STRING] = "string", [NW_PARAM_PATH] = "path",
};

static int converter_find(const char *path, struct nw_span name, enum nw_param_kind *out, struct nw_err *err)
{
	char text[32];

	for (size_t i = 0; i < NW_ARRAY_LEN(converters); i++) {
		if (nw_span_eq(name, converters[i])) {
			*out = (enum nw_param_kind)i;
			return 0;
		}
	}
	if (memchr(name.p, '(', name.len) != NULL) {
		return nw_err_set(err, -EINVAL, "route '%s': converters take no arguments here ('%.*s')", path,
				  (int)name.len, name.p);
	}
	size_t len = name.len < sizeof(text) ? name.len : sizeof(text) - 1;

	memcpy(text, name.p, len);
	text[len] = '\0';
	const char *nearest = nw_str_nearest(text, converters, NW_ARRAY_LEN(converters));

	return nw_err_set(err, -EINVAL,
			  "route '%s': '%s' is no converter%s%s%s (there are int, float, uuid, objectid, string, path)",
			  path, text, nearest == NULL ? "" : "; did you mean '", nearest == NULL ? "" : nearest,
			  nearest == NULL ? "" : "'?");
}

static bool is_identifier(struct nw_span s)
{
	if (s.len == 0 || isdigit((unsigned char)s.p[0])) {
		return false;
	}
	for (size_t i = 0; i < s.len; i++) {
		if (!isalnum((unsigned char)s.p[i]) && s.p[i] != '_') {
			return false;
		}
	}
	return true;
}

/* What stands between < and >. */
static int param_parse(const char *path, struct nw_span inside, struct nw_segment *seg, struct nw_err *err)
{
	const char *colon = memchr(inside.p, ':', inside.len);

	seg->is_param = true;
	seg->kind = NW_PARAM_STRING;
	seg->name = inside;
	if (colon != NULL) {
		struct nw_span converter = {inside.p, (size_t)(colon - inside.p)};
		int rc = converter_find(path, converter, &seg->kind, err);

		if (rc < 0) {
			return rc;
		}
		seg->name = (struct nw_span){colon + 1, inside.len - converter.len - 1};
	}
	if (!is_identifier(seg->name)) {
		return nw_err_set(err, -EINVAL, "route '%s': '%.*s' is no name for a parameter (letters, digits, _)",
				  path, (int)seg->name.len, seg->name.p);
	}
	return 0;
}

static int literal_check(const char *path, struct nw_span text, struct nw_err *err)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c == '<' || c == '>') {
			return nw_err_set(err, -EINVAL,
					  "route '%s': '%c' that belongs to no parameter, or a second parameter in one "
					  "segment",
					  path, c);
		}
		if (c == '?' || c == '#' || c < 0x20 || c == 0x7f) {
			return nw_err_set(err, -EINVAL,
					  "route '%s': '?', '#' and control bytes cannot be part of a path", path);
		}
	}
	return 0;
}

static int segment_parse(const char *path, struct nw_span text, struct nw_segment *seg, struct nw_err *err)
{
	const char *open = memchr(text.p, '<', text.len);
	const char *end = text.p + text.len;
	const char *close = open == NULL ? NULL : memchr(open, '>', (size_t)(end - open));

	*seg = (struct nw_segment){.prefix = text};
	if (close != NULL) {
		int rc = param_parse(path, (struct nw_span){open + 1, (size_t)(close - open - 1)}, seg, err);

		if (rc < 0) {
			return rc;
		}
		seg->prefix.len = (size_t)(open - text.p);
		seg->suffix = (struct nw_span){close + 1, (size_t)(end - close - 1)};
		if (seg->kind == NW_PARAM_PATH && seg->prefix.len + seg->suffix.len > 0) {
			return nw_err_set(err, -EINVAL, "route '%s': <path:...> must be a whole segment", path);
		}
	}
	int rc = literal_check(path, seg->prefix, err);

	return rc < 0 ? rc : literal_check(path, seg->suffix, err);
}

static int param_check(const char *path, const struct nw_pattern *pattern, const struct nw_segment *seg,
		       struct nw_err *err)
{
	if (pattern->n_params == NW_ROUTE_PARAMS) {
		return nw_err_set(err, -EINVAL, "route '%s': more than %d parameters", path, NW_ROUTE_PARAMS);
	}
	for (size_t i = 0; i < pattern->n; i++) {
		const struct nw_segment *other = &pattern->segments[i];

		if (!other->is_param) {
			continue;
		}
		if (other->name.len == seg->name.len && memcmp(other->name.p, seg->name.p, seg->name.len) == 0) {
			return nw_err_set(err, -EINVAL, "route '%s': two parameters named '%.*s'", path,
					  (int)seg->name.len, seg->name.p);
		}
		/* With two of them the number of ways to cut a path has no useful bound. */
		if (other->kind == NW_PARAM_PATH && seg->kind == NW_PARAM_PATH) {
			return nw_err_set(err, -EINVAL, "route '%s': more than one <path:...>", path);
		}
	}
	return 0;
}

static int pattern_add(const char *path, struct nw_span text, bool is_last, struct nw_pattern *out, struct nw_err *err)
{
	struct nw_segment seg;

	if (text.len == 0 && !is_last) {
		return nw_err_set(err, -EINVAL, "route '%s': an empty segment ('//')", path);
	}
	if (out->n == NW_PATTERN_SEGMENTS) {
		return nw_err_set(err, -EINVAL, "route '%s': more than %d segments", path, NW_PATTERN_SEGMENTS);
	}
	int rc = segment_parse(path, text, &seg, err);

	if (rc == 0 && seg.is_param) {
		rc = param_check(path, out, &seg, err);
		out->n_params++;
	}
	out->segments[out->n++] = seg;
	return rc;
}

int nw_pattern_parse(const char *path, struct nw_pattern *out, struct nw_err *err)
{
	struct nw_pattern pattern = {.n = 0};
	const char *at = path;

	if (path[0] != '/') {
		return nw_err_set(err, -EINVAL, "route '%s': a path begins with '/'", path);
	}
	while (at != NULL) {
		const char *begin = at + 1;
		const char *slash = strchr(begin, '/');
		size_t len = slash == NULL ? strlen(begin) : (size_t)(slash - begin);
		int rc = pattern_add(path, (struct nw_span){begin, len}, slash == NULL, &pattern, err);

		if (rc < 0) {
			return rc;
		}
		at = slash;
	}
	*out = pattern;
	return 0;
}

static bool is_hex(struct nw_span s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (!isxdigit((unsigned char)s.p[i])) {
			return false;
		}
	}
	return true;
}

static size_t digits(struct nw_span s, size_t at)
{
	size_t n = 0;

	while (at + n < s.len && s.p[at + n] >= '0' && s.p[at + n] <= '9') {
		n++;
	}
	return n;
}

static bool is_float(struct nw_span s)
{
	size_t whole = digits(s, 0);

	if (whole == 0 || whole == s.len || s.p[whole] != '.') {
		return false;
	}
	size_t fraction = digits(s, whole + 1);

	return fraction > 0 && whole + 1 + fraction == s.len;
}

static bool is_uuid(struct nw_span s)
{
	static const unsigned char groups[] = {8, 4, 4, 4, 12};
	size_t at = 0;

	if (s.len != 36) {
		return false;
	}
	for (size_t i = 0; i < sizeof(groups); i++) {
		if (!is_hex((struct nw_span){s.p + at, groups[i]})) {
			return false;
		}
		at += groups[i];
		if (at < s.len && s.p[at++] != '-') {
			return false;
		}
	}
	return true;
}

bool nw_pattern_accepts(enum nw_param_kind kind, struct nw_span text)
{
	int64_t number;

	if (text.len == 0 || text.p[0] == '/') {
		return false;
	}
	switch (kind) {
	case NW_PARAM_INT:
		return text.p[0] != '-' && nw_span_to_int64(text, 0, INT64_MAX, &number) == 0;
	case NW_PARAM_FLOAT:
		return is_float(text);
	case NW_PARAM_UUID:
		return is_uuid(text);
	case NW_PARAM_OBJECTID:
		return text.len == 24 && is_hex(text);
	case NW_PARAM_STRING:
	case NW_PARAM_PATH:
		return true;
	}
	return false;
}
