/**
 * The members of a BSON document one after the other, where they lie. As bson_iter_t, in a third of the instructions:
 * for what looks at every member of every document. Bytes that are not BSON end the walk; nothing outside is read.
 */
#ifndef NW_STORE_WALK_H
#define NW_STORE_WALK_H

#include <bson/bson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct nw_walk {
	const uint8_t *next; /* member to come */
	const uint8_t *end;  /* the NUL behind the last one */
	/* The member that the walk is at */
	const char *name; /* NUL-terminated */
	size_t name_len;
	const uint8_t *value;
	size_t size; /* bytes of value: they are there, and lengths inside it are right */
	bson_type_t type;
};

/** false: not a document. */
bool nw_walk_init(struct nw_walk *walk, const uint8_t *data, size_t len);
bool nw_walk_doc(struct nw_walk *walk, const bson_t *doc);

/** To the value that @iter is at: it is then as after nw_walk_next(). */
void nw_walk_at(struct nw_walk *walk, const bson_iter_t *iter);

/** To the next member. false: there is none. */
bool nw_walk_next(struct nw_walk *walk);

/** From here on to the member @name. */
bool nw_walk_find(struct nw_walk *walk, const char *name, size_t len);

/** The members of the document or array that @walk is at. */
bool nw_walk_into(const struct nw_walk *walk, struct nw_walk *out);

/** The value, borrowed from the document. */
void nw_walk_value(const struct nw_walk *walk, bson_value_t *out);

uint32_t nw_walk_uint32(const uint8_t *p);
uint64_t nw_walk_uint64(const uint8_t *p);

/** Of a string, code or symbol; binary (*out_subtype may be NULL). */
const char *nw_walk_text(const struct nw_walk *walk, size_t *out_len);
const uint8_t *nw_walk_binary(const struct nw_walk *walk, size_t *out_len);

#endif
