#include "worker/data/condition.h"

#include <string.h>

#include "worker/store/json.h"

/* The next etag at *at, and past it. false: no more. */
static bool next_etag(const char **at, struct nw_span *out)
{
	const char *s = *at + strspn(*at, " \t,");

	if (*s == '\0') {
		return false;
	}
	if ((s[0] == 'W' || s[0] == 'w') && s[1] == '/') {
		s += 2;
	}
	if (*s == '"') {
		out->p = s + 1;
		out->len = strcspn(out->p, "\"");
		s = out->p + out->len;
		*at = *s == '"' ? s + 1 : s;
	} else {
		out->p = s;
		out->len = strcspn(s, " \t,");
		*at = s + out->len;
	}
	return true;
}

bool nw_condition_is_any(const char *field)
{
	struct nw_span etag;

	field += strspn(field, " \t");
	return *field == '*' && next_etag(&field, &etag) && nw_span_eq(etag, "*") && !next_etag(&field, &etag);
}

bool nw_condition_lists(const char *field, const char *etag)
{
	struct nw_span listed;

	if (nw_condition_is_any(field)) {
		return true;
	}
	while (next_etag(&field, &listed)) {
		if (nw_span_eq(listed, etag)) {
			return true;
		}
	}
	return false;
}

bool nw_condition_single(const char *field, struct nw_span *out)
{
	struct nw_span first, more;

	if (nw_condition_is_any(field) || !next_etag(&field, &first) || next_etag(&field, &more)) {
		return false;
	}
	*out = first;
	return true;
}

bool nw_condition_is_fresh(const char *none_match, const char *modified_since, const char *etag, int64_t updated_ms)
{
	int64_t since;

	if (none_match != NULL) {
		return nw_condition_lists(none_match, etag);
	}
	if (modified_since == NULL || !nw_json_parse_date(modified_since, strlen(modified_since), &since)) {
		return false;
	}
	return updated_ms / 1000 <= since / 1000;
}
