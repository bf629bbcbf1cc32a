#include "worker/data/bson.h"

#include <cjson/cJSON.h>

#include "worker/data/jsonc.h"

static void destroy(void *arg)
{
	bson_destroy(arg);
}

bson_t *nw_bson_new(struct nw_arena *arena)
{
	bson_t *doc = bson_new();

	if (nw_arena_defer(arena, destroy, doc) != 0) {
		bson_destroy(doc);
		return NULL;
	}
	return doc;
}

const bson_t *nw_bson_keep(struct nw_arena *arena, const char *key, const struct cJSON *json)
{
	bson_t *doc = nw_bson_new(arena);
	uint32_t i = 0;

	if (doc == NULL || key != NULL) {
		return doc != NULL && nw_jsonc_append(doc, key, json) ? doc : NULL;
	}
	for (const cJSON *c = json->child; c != NULL; c = c->next, i++) {
		char index[16];
		const char *name = c->string;

		if (name == NULL) {
			bson_uint32_to_string(i, &name, index, sizeof(index));
		}
		if (!nw_jsonc_append(doc, name, c)) {
			return NULL;
		}
	}
	return doc;
}

bool nw_bson_first(const bson_t *doc, bson_value_t *out)
{
	bson_iter_t iter;

	if (!bson_iter_init(&iter, doc) || !bson_iter_next(&iter)) {
		return false;
	}
	*out = *bson_iter_value(&iter);
	return true;
}
