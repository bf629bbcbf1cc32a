#include "worker/store/json_names.h"

#include <stdlib.h>
#include <string.h>

enum { FEW = 24 }; /* up to here comparing each with each costs less than sorting */

void nw_json_names_init(struct nw_json_names *names)
{
	names->list = names->local;
	names->n = 0;
	names->cap = NW_JSON_NAMES_LOCAL;
}

void nw_json_names_fini(struct nw_json_names *names)
{
	if (names->list != names->local) {
		free(names->list);
	}
}

static bool grow(struct nw_json_names *names)
{
	bool is_local = names->list == names->local;
	size_t cap = names->cap * 2;
	struct nw_json_name *list = realloc(is_local ? NULL : names->list, cap * sizeof(*list));

	if (list == NULL) {
		return false;
	}
	if (is_local) {
		memcpy(list, names->local, sizeof(names->local));
	}
	names->list = list;
	names->cap = cap;
	return true;
}

/** A cheap first look: length, first, middle and last byte. */
static uint32_t mark_of(const char *name, size_t len)
{
	if (len == 0) {
		return 0;
	}
	return (uint32_t)len << 24 | (uint32_t)(unsigned char)name[0] << 16 |
	       (uint32_t)(unsigned char)name[len / 2] << 8 | (unsigned char)name[len - 1];
}

bool nw_json_names_add(struct nw_json_names *names, const char *bson, size_t at, size_t len, size_t text_at)
{
	if (len > UINT32_MAX || (names->n == names->cap && !grow(names))) {
		return false;
	}
	names->list[names->n++] = (struct nw_json_name){
		.at = at,
		.text_at = text_at,
		.len = (uint32_t)len,
		.mark = mark_of(bson + at, len),
	};
	return true;
}

static int compare(const void *left, const void *right, void *arg)
{
	const struct nw_json_name *a = left, *b = right;
	const char *bson = arg;

	if (a->len != b->len) {
		return a->len < b->len ? -1 : 1;
	}
	int order = memcmp(bson + a->at, bson + b->at, a->len);

	/* Of twins the later one comes last, so that it is the one that is named. */
	return order != 0 ? order : (a->text_at > b->text_at) - (a->text_at < b->text_at);
}

static bool is_equal(const struct nw_json_name *a, const struct nw_json_name *b, const char *bson)
{
	return a->mark == b->mark && a->len == b->len && memcmp(bson + a->at, bson + b->at, a->len) == 0;
}

static const struct nw_json_name *find_by_pairs(const struct nw_json_name *list, size_t n, const char *bson)
{
	for (size_t i = 1; i < n; i++) {
		for (size_t j = 0; j < i; j++) {
			if (list[i].mark == list[j].mark && is_equal(&list[i], &list[j], bson)) {
				return &list[i];
			}
		}
	}
	return NULL;
}

const struct nw_json_name *nw_json_names_twin(struct nw_json_names *names, size_t first, const char *bson)
{
	struct nw_json_name *list = names->list + first;
	size_t n = names->n - first;

	if (n <= FEW) {
		return find_by_pairs(list, n, bson);
	}
	/* Sorting, and not a hash: nobody can choose names that make it slow. */
	qsort_r(list, n, sizeof(*list), compare, (void *)(uintptr_t)bson);
	for (size_t i = 1; i < n; i++) {
		if (is_equal(&list[i], &list[i - 1], bson)) {
			return &list[i];
		}
	}
	return NULL;
}
