/* Which value of a document a sort looks at. As MongoDB makes the keys of an index: every value at the path is a key.
 */
#include "worker/store/value.h"

#include <string.h>

#include "worker/store/walk.h"

/** The best of the values that were offered so far. */
struct pick {
	bool is_descending;
	bool is_found; /* one of them was in the document */
	bool has_value;
	bson_value_t value;
};

static const bson_value_t null_value = {.value_type = BSON_TYPE_NULL};
static const bson_value_t undefined_value = {.value_type = BSON_TYPE_UNDEFINED};

static void pick_from_object(struct pick *pick, const bson_value_t *object, const char *path);

static void offer(struct pick *pick, const bson_value_t *value)
{
	int order = pick->has_value ? nw_value_compare(value, &pick->value) : 0;

	if (!pick->has_value || (pick->is_descending ? order > 0 : order < 0)) {
		pick->value = *value;
		pick->has_value = true;
	}
}

static void offer_found(struct pick *pick, const bson_value_t *value)
{
	pick->is_found = true;
	offer(pick, value);
}

static bool find(const bson_value_t *object, const char *name, size_t len, bson_value_t *out)
{
	struct nw_walk at;

	if (!nw_walk_init(&at, object->value.v_doc.data, object->value.v_doc.data_len) ||
	    !nw_walk_find(&at, name, len)) {
		return false;
	}
	nw_walk_value(&at, out);
	return true;
}

static const char *next_part(const char *path, size_t len)
{
	return path[len] == '.' ? path + len + 1 : path + len;
}

/** Down through objects to the end of *path or to the first array; *path: what is left then. */
static bool walk(const bson_value_t *object, const char **path, bson_value_t *out)
{
	bson_value_t at = *object;

	for (;;) {
		size_t len = strcspn(*path, ".");

		if (!find(&at, *path, len, &at)) {
			return false;
		}
		*path = next_part(*path, len);
		if (**path == '\0' || at.value_type == BSON_TYPE_ARRAY) {
			*out = at;
			return true;
		}
		if (at.value_type != BSON_TYPE_DOCUMENT) {
			return false;
		}
	}
}

static bool is_empty(const bson_value_t *array)
{
	struct nw_walk at;

	return !nw_walk_init(&at, array->value.v_doc.data, array->value.v_doc.data_len) || !nw_walk_next(&at);
}

static void pick_from_elements(struct pick *pick, const bson_value_t *array, const char *path)
{
	struct nw_walk at;

	if (is_empty(array)) {
		if (*path == '\0') {
			offer_found(pick, &undefined_value);
		} else {
			offer(pick, &null_value);
		}
		return;
	}
	nw_walk_init(&at, array->value.v_doc.data, array->value.v_doc.data_len);
	while (nw_walk_next(&at)) {
		bson_value_t element;

		nw_walk_value(&at, &element);
		if (*path == '\0') {
			offer_found(pick, &element);
		} else if (element.value_type == BSON_TYPE_DOCUMENT) {
			pick_from_object(pick, &element, path);
		} else {
			offer(pick, &null_value);
		}
	}
}

/** @path is left at @array. A number in it is an index when the array has that one, else a name in the elements. */
static void pick_from_array(struct pick *pick, const bson_value_t *array, const char *path)
{
	size_t len = strcspn(path, ".");
	bson_value_t at, element;

	while (*path != '\0' && find(array, path, len, &element)) {
		if (!walk(array, &path, &at)) {
			offer(pick, &null_value);
			return;
		}
		bool is_nested = element.value_type == BSON_TYPE_ARRAY;

		/* An array that an index chose out of an array is one value, unless it is empty. */
		if (at.value_type != BSON_TYPE_ARRAY || (*path == '\0' && is_nested && !is_empty(&at))) {
			offer_found(pick, &at);
			return;
		}
		array = &at;
		len = strcspn(path, ".");
	}
	pick_from_elements(pick, array, path);
}

static void pick_from_object(struct pick *pick, const bson_value_t *object, const char *path)
{
	bson_value_t at;

	if (!walk(object, &path, &at)) {
		offer(pick, &null_value);
	} else if (at.value_type == BSON_TYPE_ARRAY) {
		pick_from_array(pick, &at, path);
	} else {
		offer_found(pick, &at);
	}
}

bool nw_value_at(const bson_t *doc, const char *path, bool descending, bson_value_t *out)
{
	struct pick pick = {.is_descending = descending};
	bson_value_t top = {.value_type = BSON_TYPE_DOCUMENT};

	/* Only read, as all values here are. */
	top.value.v_doc.data = (uint8_t *)(uintptr_t)bson_get_data(doc);
	top.value.v_doc.data_len = doc->len;
	pick_from_object(&pick, &top, path);
	*out = pick.has_value ? pick.value : null_value;
	return pick.is_found;
}
