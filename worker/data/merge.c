#include "worker/data/merge.h"

#include <stdlib.h>
#include <string.h>

static void merge(const bson_t *stored, const bson_t *patch, bson_t *out);

static void append(bson_t *out, const bson_iter_t *iter)
{
	bson_append_iter(out, bson_iter_key(iter), (int)bson_iter_key_len(iter), iter);
}

static bool as_document(const bson_iter_t *iter, bson_t *out)
{
	const uint8_t *data;
	uint32_t len;

	if (!BSON_ITER_HOLDS_DOCUMENT(iter)) {
		return false;
	}
	bson_iter_document(iter, &len, &data);
	return bson_init_static(out, data, len);
}

/* @stored: the member of the same name; NULL: there is none. */
static void merge_member(const bson_iter_t *stored, const bson_iter_t *patch, bson_t *out)
{
	bson_t before, change, child;

	if (stored != NULL && as_document(stored, &before) && as_document(patch, &change)) {
		bson_append_document_begin(out, bson_iter_key(patch), (int)bson_iter_key_len(patch), &child);
		merge(&before, &change, &child);
		bson_append_document_end(out, &child);
	} else {
		append(out, patch);
	}
}

/* ---- Members by name: both sides may have as many as a body holds */

struct name {
	const char *text;
	uint32_t len, at; /* where its member is */
};

struct names {
	const bson_t *doc;
	struct name *v; /* sorted */
	size_t n;
};

static int compare(const void *a, const void *b)
{
	const struct name *one = a, *other = b;

	return strcmp(one->text, other->text);
}

static struct names names_of(const bson_t *doc)
{
	struct names names = {.doc = doc, .v = bson_malloc((bson_count_keys(doc) + 1) * sizeof(struct name))};
	bson_iter_t iter;

	bson_iter_init(&iter, doc);
	while (bson_iter_next(&iter)) {
		names.v[names.n++] =
			(struct name){bson_iter_key(&iter), bson_iter_key_len(&iter), bson_iter_offset(&iter)};
	}
	qsort(names.v, names.n, sizeof(*names.v), compare);
	return names;
}

/* The member with the name of the one that @iter is at. */
static bool find(const struct names *names, const bson_iter_t *iter, bson_iter_t *out)
{
	struct name wanted = {.text = bson_iter_key(iter)};
	const struct name *name = bsearch(&wanted, names->v, names->n, sizeof(*names->v), compare);

	return name != NULL &&
	       bson_iter_init_from_data_at_offset(out, bson_get_data(names->doc), names->doc->len, name->at, name->len);
}

/* Members of @stored in their order, those of @patch that are new behind them. */
static void merge(const bson_t *stored, const bson_t *patch, bson_t *out)
{
	struct names in_stored = names_of(stored), in_patch = names_of(patch);
	bson_iter_t iter, changed;

	bson_iter_init(&iter, stored);
	while (bson_iter_next(&iter)) {
		if (find(&in_patch, &iter, &changed)) {
			merge_member(&iter, &changed, out);
		} else {
			append(out, &iter);
		}
	}
	bson_iter_init(&iter, patch);
	while (bson_iter_next(&iter)) {
		if (!find(&in_stored, &iter, &changed)) {
			append(out, &iter);
		}
	}
	bson_free(in_stored.v);
	bson_free(in_patch.v);
}

void nw_merge_changes(const bson_t *stored, const bson_t *patch, bson_t *out)
{
	struct names in_stored = names_of(stored);
	bson_iter_t iter, before;

	bson_iter_init(&iter, patch);
	while (bson_iter_next(&iter)) {
		if (strcmp(bson_iter_key(&iter), "_id") != 0) {
			merge_member(find(&in_stored, &iter, &before) ? &before : NULL, &iter, out);
		}
	}
	bson_free(in_stored.v);
}

void nw_merge_set(const bson_t *stored, const bson_t *set, bson_t *out)
{
	struct names in_stored = names_of(stored), in_set = names_of(set);
	bson_iter_t iter, changed;

	bson_iter_init(&iter, stored);
	while (bson_iter_next(&iter)) {
		append(out, find(&in_set, &iter, &changed) ? &changed : &iter);
	}
	bson_iter_init(&iter, set);
	while (bson_iter_next(&iter)) {
		if (!find(&in_stored, &iter, &changed)) {
			append(out, &iter);
		}
	}
	bson_free(in_stored.v);
	bson_free(in_set.v);
}
