#include "worker/http/precondition.h"

#include "worker/http/date.h"

enum match {
	WEAKLY,   /* W/"x" is "x": the same for who reads it */
	STRONGLY, /* the same byte for byte, which a weak tag never says */
};

static void skip_separators(struct nw_span *s)
{
	while (s->len > 0 && (s->p[0] == ' ' || s->p[0] == '\t' || s->p[0] == ',')) {
		s->p++;
		s->len--;
	}
}

/* The next tag of a list, with its quotes; false: no more, or malformed. */
static bool tag_next(struct nw_span *list, struct nw_span *tag, bool *is_weak)
{
	skip_separators(list);
	*is_weak = list->len > 2 && list->p[0] == 'W' && list->p[1] == '/';
	if (*is_weak) {
		list->p += 2;
		list->len -= 2;
	}
	const char *quote = list->len < 2 || list->p[0] != '"' ? NULL : memchr(list->p + 1, '"', list->len - 1);

	if (quote == NULL) {
		return false;
	}
	*tag = (struct nw_span){list->p, (size_t)(quote + 1 - list->p)};
	list->p += tag->len;
	list->len -= tag->len;
	return true;
}

static bool has_tag(struct nw_span list, const char *etag, enum match match)
{
	struct nw_span tag;
	bool is_weak;

	while (tag_next(&list, &tag, &is_weak)) {
		if (nw_span_eq(tag, etag) && (match == WEAKLY || !is_weak)) {
			return true;
		}
	}
	return false;
}

enum listed { NO_FIELD, LISTED, UNLISTED };

/* Whether any field called @name names @etag, or all there is by an asterisk. */
static enum listed look_up(const struct nw_head *head, const char *name, const char *etag, enum match match)
{
	enum listed listed = NO_FIELD;
	uint32_t at = 0;

	for (;;) {
		struct nw_span list = nw_head_next(head, name, &at);

		if (list.p == NULL) {
			return listed;
		}
		if (nw_span_eq(list, "*") || has_tag(list, etag, match)) {
			return LISTED;
		}
		listed = UNLISTED;
	}
}

static bool read_date(const struct nw_head *head, const char *name, time_t *out)
{
	struct nw_span text = nw_head_get(head, name);

	return text.p != NULL && nw_date_read(text, out) == 0;
}

enum nw_precondition nw_precondition_check(const struct nw_head *head, const struct nw_validators *validators)
{
	enum listed match = look_up(head, "If-Match", validators->etag, STRONGLY);
	time_t at;

	if (match == UNLISTED) {
		return NW_PRECONDITION_FAILED;
	}
	if (match == NO_FIELD && read_date(head, "If-Unmodified-Since", &at) && validators->modified > at) {
		return NW_PRECONDITION_FAILED;
	}
	enum listed none_match = look_up(head, "If-None-Match", validators->etag, WEAKLY);
	bool is_known =
		none_match == LISTED || (none_match == NO_FIELD && validators->is_dated &&
					 read_date(head, "If-Modified-Since", &at) && validators->modified == at);

	return is_known ? NW_PRECONDITION_NOT_MODIFIED : NW_PRECONDITION_MET;
}

/* If-Range is one tag or one date, and strong in both cases. */
static bool is_meant(const struct nw_head *head, const struct nw_validators *validators)
{
	struct nw_span value = nw_head_get(head, "If-Range");
	time_t at;

	if (value.p == NULL || nw_span_eq(value, validators->etag)) {
		return true;
	}
	return validators->is_dated && nw_date_read(value, &at) == 0 && at == validators->modified;
}

struct nw_span nw_precondition_range(const struct nw_head *head, const struct nw_validators *validators)
{
	uint32_t at = 0;
	struct nw_span value = nw_head_next(head, "Range", &at);

	if (value.p == NULL || !nw_head_is_method(head, "GET", 3) || nw_head_next(head, "Range", &at).p != NULL ||
	    !is_meant(head, validators)) {
		return (struct nw_span){NULL, 0};
	}
	return value;
}
