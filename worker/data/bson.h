/** BSON documents whose memory ends with an arena. */
#ifndef NW_DATA_BSON_H
#define NW_DATA_BSON_H

#include <bson/bson.h>
#include <stdbool.h>

#include "common/arena.h"

struct cJSON;

/** An empty document, destroyed with @arena. NULL: no memory. */
bson_t *nw_bson_new(struct nw_arena *arena);

/** {KEY: json}; with @key NULL the members of @json (a list: by index). NULL: no memory, or too deep. */
const bson_t *nw_bson_keep(struct nw_arena *arena, const char *key, const struct cJSON *json);

/** The first value; borrowed from @doc. false: it is empty. */
bool nw_bson_first(const bson_t *doc, bson_value_t *out);

#endif
