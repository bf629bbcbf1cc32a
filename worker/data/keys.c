#include "worker/data/keys.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "common/str.h"
#include "worker/data/jsonc.h"

enum { KEYS_MAX = 64 };

static const struct nw_key *find_key(const struct nw_key *keys, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(keys[i].name, name) == 0) {
			return &keys[i];
		}
	}
	return NULL;
}

static void add_unknown(const struct nw_reader *reader, const struct nw_pointer *at, const char *what,
			const struct nw_key *keys, size_t n)
{
	const char *names[KEYS_MAX];
	size_t n_names = 0;

	for (size_t i = 0; i < n && n_names < KEYS_MAX; i++) {
		if (keys[i].read != NULL) {
			names[n_names++] = keys[i].name;
		}
	}
	const char *nearest = nw_str_nearest(at->name, names, n_names);

	if (nearest != NULL) {
		nw_mistakes_add(reader->mistakes, at, "unknown %s: did you mean '%s'?", what, nearest);
	} else {
		nw_mistakes_add(reader->mistakes, at, "unknown %s", what);
	}
}

static void read_key(const struct nw_reader *reader, const cJSON *json, const struct nw_pointer *up, const char *what,
		     const struct nw_key *keys, size_t n, void *arg)
{
	struct nw_pointer at = {up, json->string};
	const struct nw_key *key = find_key(keys, n, json->string);

	if (key == NULL) {
		add_unknown(reader, &at, what, keys, n);
	} else if (key->read == NULL) {
		nw_mistakes_add(reader->mistakes, &at, "this %s of Eve is not supported yet", what);
	} else {
		key->read(arg, json, &at);
	}
}

void nw_keys_read(const struct nw_reader *reader, const struct cJSON *json, const struct nw_pointer *at,
		  const char *what, const struct nw_key *keys, size_t n, void *arg)
{
	if (!cJSON_IsObject(json)) {
		nw_mistakes_add(reader->mistakes, at, "must be an object");
		return;
	}
	const char *twice = nw_jsonc_twice(json);
	const cJSON *first = cJSON_GetObjectItemCaseSensitive(json, keys[0].name);

	if (twice != NULL) {
		nw_mistakes_add(reader->mistakes, at, "'%s' stands here twice", twice);
		return;
	}
	if (first != NULL) {
		read_key(reader, first, at, what, keys, n, arg);
	}
	for (const cJSON *c = json->child; c != NULL; c = c->next) {
		if (c != first) {
			read_key(reader, c, at, what, keys, n, arg);
		}
	}
}

void nw_keys_read_bool(const struct nw_reader *reader, const struct cJSON *json, const struct nw_pointer *at, bool *out)
{
	if (cJSON_IsBool(json)) {
		*out = cJSON_IsTrue(json);
	} else {
		nw_mistakes_add(reader->mistakes, at, "must be true or false");
	}
}

void nw_keys_read_int(const struct nw_reader *reader, const struct cJSON *json, const struct nw_pointer *at,
		      int64_t min, int64_t max, int64_t *out)
{
	if (!cJSON_IsNumber(json) || json->valuedouble != floor(json->valuedouble) || json->valuedouble < (double)min ||
	    json->valuedouble > (double)max) {
		nw_mistakes_add(reader->mistakes, at, "must be a whole number from %" PRId64 " to %" PRId64, min, max);
	} else {
		*out = (int64_t)json->valuedouble;
	}
}

const char *nw_keys_read_string(const struct nw_reader *reader, const struct cJSON *json, const struct nw_pointer *at)
{
	if (!cJSON_IsString(json) || json->valuestring[0] == '\0') {
		nw_mistakes_add(reader->mistakes, at, "must be a string that is not empty");
		return NULL;
	}
	return nw_arena_strdup(reader->arena, json->valuestring);
}
