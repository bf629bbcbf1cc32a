#include "worker/data/sort.h"

#include <errno.h>
#include <string.h>

#include "common/str.h"
#include "worker/data/where.h"

/* A sort while it is read. */
struct reading {
	const struct nw_resource *resource;
	bson_t *out;
	struct nw_err *err;
	size_t n;
};

static int add_field(struct reading *r, struct nw_span name, int direction)
{
	char field[128];
	bson_iter_t iter;

	if (name.len == 0 || name.len >= sizeof(field)) {
		return nw_err_set(r->err, -EINVAL, "sort: %s",
				  name.len == 0 ? "a name is empty" : "a name is too long");
	}
	memcpy(field, name.p, name.len);
	field[name.len] = '\0';
	if (!bson_utf8_validate(field, name.len, false) || !nw_where_knows(r->resource, field)) {
		return nw_err_set(r->err, -EINVAL, "sort: unknown field '%s'", field);
	}
	if (bson_iter_init_find(&iter, r->out, field)) {
		return nw_err_set(r->err, -EINVAL, "sort: '%s' stands here twice", field);
	}
	if (r->n++ >= NW_SORT_FIELDS) {
		return nw_err_set(r->err, -EINVAL, "sort: more than %d fields", NW_SORT_FIELDS);
	}
	bson_append_int32(r->out, field, -1, direction);
	return 0;
}

static int read_names(struct reading *r, const char *text)
{
	int result = 0;

	while (result == 0) {
		const char *name = text + strspn(text, " ");
		size_t end = strcspn(text, ",");
		bool is_down = *name == '-';
		const char *last = text + end;

		name += is_down || *name == '+';
		while (last > name && last[-1] == ' ') {
			last--;
		}
		result =
			add_field(r, (struct nw_span){name, last > name ? (size_t)(last - name) : 0}, is_down ? -1 : 1);
		if (text[end] == '\0') {
			break;
		}
		text += end + 1;
	}
	return result;
}

static const char *skip_spaces(const char *s)
{
	return s + strspn(s, " \t");
}

/* Past @c and the spaces around it; NULL: something else is there, or @s is NULL. */
static const char *take(const char *s, char c)
{
	s = s == NULL ? NULL : skip_spaces(s);
	return s == NULL || *s != c ? NULL : skip_spaces(s + 1);
}

static const char *take_string(const char *s, struct nw_span *out)
{
	if (s == NULL || (*s != '"' && *s != '\'')) {
		return NULL;
	}
	const char *end = strchr(s + 1, *s);

	if (end == NULL) {
		return NULL;
	}
	*out = (struct nw_span){s + 1, (size_t)(end - s - 1)};
	return skip_spaces(end + 1);
}

static const char *take_direction(const char *s, int *out)
{
	if (s == NULL) {
		return NULL;
	}
	*out = *s == '-' ? -1 : 1;
	s += *s == '-' || *s == '+';
	return *s == '1' ? skip_spaces(s + 1) : NULL;
}

/* ("age", -1) */
static const char *take_pair(const char *s, struct nw_span *name, int *direction)
{
	s = take_string(take(s, '('), name);
	return take(take_direction(take(s, ','), direction), ')');
}

static int read_pairs(struct reading *r, const char *text)
{
	const char *s = take(text, '[');
	struct nw_span name;
	int direction;
	int result = 0;

	while (s != NULL && *s != ']' && result == 0) {
		s = take_pair(s, &name, &direction);
		if (s != NULL) {
			result = add_field(r, name, direction);
			s = *s == ',' ? take(s, ',') : *s == ']' ? s : NULL;
		}
	}
	if (result == 0 && (s == NULL || (s = take(s, ']')) == NULL || *s != '\0')) {
		result = nw_err_set(r->err, -EINVAL,
				    "sort: must be -age,lastname or [(\"age\", -1), (\"lastname\", 1)]");
	}
	return result;
}

int nw_sort_read(const struct nw_resource *resource, const char *text, bson_t *out, struct nw_err *err)
{
	struct reading r = {resource, out, err, 0};
	bson_iter_t iter;

	text = skip_spaces(text);
	if (*text == '\0') {
		return 0;
	}
	int result = *text == '[' ? read_pairs(&r, text) : read_names(&r, text);

	if (result == 0 && !bson_iter_init_find(&iter, out, "_id")) {
		bson_append_int32(out, "_id", -1, 1);
	}
	return result;
}
