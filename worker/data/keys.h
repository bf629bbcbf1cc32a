/** Reading an object of the domain file key by key: every key is known, or a mistake. */
#ifndef NW_DATA_KEYS_H
#define NW_DATA_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "worker/data/schema.h"

struct nw_key {
	const char *name;
	void (*read)(void *arg, const struct cJSON *json, const struct nw_pointer *at); /* NULL: not supported yet */
};

/**
 * Call the read function of every member of @json. @what names the kind of key in messages ("rule"). Keys are read in
 * order of the file, but the first of the table comes first.
 */
void nw_keys_read(const struct nw_reader *reader, const struct cJSON *json, const struct nw_pointer *at,
		  const char *what, const struct nw_key *keys, size_t n, void *arg);

/** Read one value, or add a mistake that says what was expected and leave *out. */
void nw_keys_read_bool(const struct nw_reader *reader, const struct cJSON *json, const struct nw_pointer *at,
		       bool *out);
void nw_keys_read_int(const struct nw_reader *reader, const struct cJSON *json, const struct nw_pointer *at,
		      int64_t min, int64_t max, int64_t *out);
/** Not empty; in the reader's arena. NULL: a mistake. */
const char *nw_keys_read_string(const struct nw_reader *reader, const struct cJSON *json, const struct nw_pointer *at);

#endif
