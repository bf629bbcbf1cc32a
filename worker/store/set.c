#include "worker/store/set.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/str.h"
#include "worker/store/driver.h"

enum {
	DEPTH = 100,       /* levels of documents; MongoDB's limit */
	MAX_GAP = 1500000, /* nulls put into an array up to a new element; MongoDB's limit */
};

struct assignment {
	const char *path; /* borrowed from the set */
	bson_iter_t value;
	bool is_merged; /* of the first of a group: it took the place of a member that was there */
};

/* Assignments that have the same way down to here; sorted. */
struct group {
	struct assignment *list;
	size_t n;
	size_t skip; /* bytes of the paths that led here */
	int depth;
};

struct part {
	const char *p;
	size_t len;
	bool is_last; /* of its path */
};

static struct part part_at(const struct assignment *assignment, size_t skip)
{
	struct part part = {.p = assignment->path + skip};

	part.len = strcspn(part.p, ".");
	part.is_last = part.p[part.len] == '\0';
	return part;
}

static bool is_index(struct part part)
{
	if (part.len == 0 || part.len > 9 || (part.len > 1 && part.p[0] == '0')) {
		return false;
	}
	return strspn(part.p, "0123456789") >= part.len;
}

static bool is_same(struct part a, struct part b)
{
	return a.len == b.len && memcmp(a.p, b.p, a.len) == 0;
}

/* Numbers come before all else: "10" < "1x" < "9" < "10" would be no order. */
static int compare_parts(struct part a, struct part b)
{
	size_t least = a.len < b.len ? a.len : b.len;
	bool is_a_index = is_index(a), is_b_index = is_index(b);

	if (is_a_index != is_b_index) {
		return is_a_index ? -1 : 1;
	}
	if (is_a_index && a.len != b.len) {
		return a.len < b.len ? -1 : 1; /* no leading zeros: the longer number is the larger one */
	}
	int order = memcmp(a.p, b.p, least);

	if (order != 0) {
		return order;
	}
	return (a.len > b.len) - (a.len < b.len);
}

static int compare_assignments(const void *left, const void *right)
{
	const struct assignment *a = left, *b = right;
	size_t skip = 0;

	for (;;) {
		struct part pa = part_at(a, skip), pb = part_at(b, skip);
		int order = compare_parts(pa, pb);

		if (order != 0) {
			return order;
		}
		if (pa.is_last || pb.is_last) {
			return pb.is_last - pa.is_last; /* a before a.b */
		}
		skip += pa.len + 1;
	}
}

/* Sorted, a path is directly before what it is the beginning of. */
static int check_conflicts(const struct assignment *list, size_t n, struct nw_err *err)
{
	for (size_t i = 1; i < n; i++) {
		size_t len = strlen(list[i - 1].path);

		if (strncmp(list[i - 1].path, list[i].path, len) == 0 &&
		    (list[i].path[len] == '\0' || list[i].path[len] == '.')) {
			return nw_err_set(err, -EINVAL, "'%s' and '%s' cannot both be set", list[i - 1].path,
					  list[i].path);
		}
	}
	return 0;
}

/* The assignments from @at on whose next part is the same. */
static struct group subgroup(const struct group *group, size_t at)
{
	struct part part = part_at(&group->list[at], group->skip);
	size_t end = at + 1;

	while (end < group->n && is_same(part, part_at(&group->list[end], group->skip))) {
		end++;
	}
	return (struct group){
		.list = &group->list[at], .n = end - at, .skip = group->skip + part.len + 1, .depth = group->depth + 1};
}

static int merge(const bson_iter_t *old, bool is_array, const struct group *group, bson_t *out, struct nw_err *err);

/* One member of the result: what the group's first part names, in place of @old (NULL: there is none). */
static int put_group(const struct group *outer, size_t at, const bson_iter_t *old, bson_t *out, struct nw_err *err)
{
	struct part part = part_at(&outer->list[at], outer->skip);
	struct group group = subgroup(outer, at);
	bson_iter_t inside;
	bson_t child;

	if (part.is_last) {
		bson_append_iter(out, part.p, (int)part.len, &outer->list[at].value);
		return 0;
	}
	if (group.depth > DEPTH) {
		return nw_err_set(err, -EINVAL, "'%s' reaches too deep", outer->list[at].path);
	}
	if (old == NULL) {
		bson_append_document_begin(out, part.p, (int)part.len, &child);
		int code = merge(NULL, false, &group, &child, err);

		bson_append_document_end(out, &child);
		return code;
	}
	if ((!BSON_ITER_HOLDS_DOCUMENT(old) && !BSON_ITER_HOLDS_ARRAY(old)) || !bson_iter_recurse(old, &inside)) {
		return nw_err_set(err, -EINVAL, "'%s' reaches into a value that is no document", outer->list[at].path);
	}
	bool is_array = BSON_ITER_HOLDS_ARRAY(old);

	if (is_array) {
		bson_append_array_begin(out, part.p, (int)part.len, &child);
	} else {
		bson_append_document_begin(out, part.p, (int)part.len, &child);
	}
	int code = merge(&inside, is_array, &group, &child, err);

	if (is_array) {
		bson_append_array_end(out, &child);
	} else {
		bson_append_document_end(out, &child);
	}
	/* Here and not at the end: nulls for many arrays would take gigabytes. */
	if (code == 0 && out->len > NW_STORE_DOC_SIZE) {
		return nw_err_set(err, -EINVAL, "a document has at most 16 MiB");
	}
	return code;
}

/* Where @key's assignments begin; group->n: there are none. */
static size_t find_part(const struct group *group, const char *key)
{
	struct part wanted = {.p = key, .len = strlen(key)};
	size_t from = 0, to = group->n;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (compare_parts(part_at(&group->list[middle], group->skip), wanted) < 0) {
			from = middle + 1;
		} else {
			to = middle;
		}
	}
	bool is_found = from < group->n && is_same(wanted, part_at(&group->list[from], group->skip));

	return is_found ? from : group->n;
}

/* The members that are there, each as it is or as it is set. */
static int merge_old(bson_iter_t *iter, const struct group *group, bson_t *out, uint32_t *out_n, struct nw_err *err)
{
	while (bson_iter_next(iter)) {
		size_t at = find_part(group, bson_iter_key(iter));
		int code = 0;

		(*out_n)++;
		if (at == group->n || group->list[at].is_merged) {
			bson_append_iter(out, NULL, 0, iter);
		} else {
			code = put_group(group, at, iter, out, err);
			group->list[at].is_merged = true; /* after what is inside was merged: it uses the same mark */
		}
		if (code != 0) {
			return code;
		}
	}
	return 0;
}

/* Nulls in an array up to where the next element is put. */
static int fill_gap(struct part part, const char *path, uint32_t *n, bson_t *out, struct nw_err *err)
{
	int64_t index = 0;

	if (!is_index(part) || nw_span_to_int64((struct nw_span){part.p, part.len}, 0, INT32_MAX, &index) != 0 ||
	    index - *n > MAX_GAP) {
		return nw_err_set(err, -EINVAL, "'%s' reaches into an array", path);
	}
	for (; *n < index; (*n)++) {
		char key[16];

		snprintf(key, sizeof(key), "%u", *n);
		BSON_APPEND_NULL(out, key);
	}
	(*n)++;
	return 0;
}

static int merge(const bson_iter_t *old, bool is_array, const struct group *group, bson_t *out, struct nw_err *err)
{
	uint32_t n = 0;
	int code = 0;

	if (old != NULL) {
		bson_iter_t iter = *old;

		code = merge_old(&iter, group, out, &n, err);
	}
	for (size_t i = 0; i < group->n && code == 0; i += subgroup(group, i).n) {
		struct part part = part_at(&group->list[i], group->skip);

		if (group->list[i].is_merged) {
			continue;
		}
		if (is_array) {
			code = fill_gap(part, group->list[i].path, &n, out, err);
		}
		if (code == 0) {
			code = put_group(group, i, NULL, out, err);
		}
	}
	return code;
}

int nw_set_apply(const bson_t *doc, const bson_t *set, bson_t *out, struct nw_err *err)
{
	size_t n = bson_count_keys(set), i = 0;
	NW_AUTO_FREE struct assignment *list = calloc(n + 1, sizeof(*list));
	bson_iter_t iter;
	bson_t result = BSON_INITIALIZER;

	if (list == NULL) {
		return nw_err_set(err, -ENOMEM, "no memory");
	}
	bson_iter_init(&iter, set);
	while (i < n && bson_iter_next(&iter)) {
		list[i++] = (struct assignment){.path = bson_iter_key(&iter), .value = iter};
	}
	qsort(list, i, sizeof(*list), compare_assignments);
	int code = check_conflicts(list, i, err);

	if (code == 0 && bson_iter_init(&iter, doc)) {
		struct group group = {.list = list, .n = i};

		code = merge(&iter, false, &group, &result, err);
	}
	if (code != 0) {
		bson_destroy(&result);
		return code;
	}
	bson_steal(out, &result);
	return 0;
}
