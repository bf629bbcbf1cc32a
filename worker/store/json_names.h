/** The names of the objects that are being read, to find one that is there twice. Inner objects lie behind outer ones.
 */
#ifndef NW_STORE_JSON_NAMES_H
#define NW_STORE_JSON_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/cc.h"

struct nw_json_name {
	size_t at;      /* offset in the BSON */
	size_t text_at; /* offset in the JSON */
	uint32_t len;
	uint32_t mark; /* equal for equal names */
};

enum { NW_JSON_NAMES_LOCAL = 48 };

struct nw_json_names {
	struct nw_json_name *list;
	size_t n;
	size_t cap;
	struct nw_json_name local[NW_JSON_NAMES_LOCAL]; /* where list begins */
};

void nw_json_names_init(struct nw_json_names *names);
void nw_json_names_fini(struct nw_json_names *names);

/** @bson: the bytes that @at counts in, as they are now. false: no memory. */
bool nw_json_names_add(struct nw_json_names *names, const char *bson, size_t at, size_t len,
		       size_t text_at) NW_MUST_CHECK;

/** Of the names from index @first on: one that an earlier one equals; NULL: all differ. Changes their order. */
const struct nw_json_name *nw_json_names_twin(struct nw_json_names *names, size_t first, const char *bson);

#endif
