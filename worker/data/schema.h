/**
 * The rules of a resource's documents: Cerberus's, compiled once from the domain file. Everything lives in the domain's
 * arena and is never changed after it was loaded.
 */
#ifndef NW_DATA_SCHEMA_H
#define NW_DATA_SCHEMA_H

#include <bson/bson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/arena.h"
#include "worker/data/mistakes.h"

struct cJSON;
struct nw_resource;

enum {
	NW_SCHEMA_FIELDS = 256, /* members of one object */
	NW_SCHEMA_DEPTH = 12,   /* objects and lists in each other */
};

enum nw_type {
	NW_TYPE_STRING,
	NW_TYPE_BOOLEAN,
	NW_TYPE_INTEGER,
	NW_TYPE_FLOAT,
	NW_TYPE_NUMBER,
	NW_TYPE_DATETIME,
	NW_TYPE_DICT,
	NW_TYPE_LIST,
	NW_TYPE_OBJECTID,
	NW_TYPE_POINT,
	NW_TYPES, /* how many there are */
};

/** Rules beyond the type, in the order in which their messages come: Cerberus's, by name. */
enum nw_rule {
	NW_RULE_ALLOWED,
	NW_RULE_RELATION,
	NW_RULE_MAX,
	NW_RULE_MAXLENGTH,
	NW_RULE_MIN,
	NW_RULE_MINLENGTH,
	NW_RULES, /* how many there are */
};

struct nw_relation {
	struct nw_relation *next; /* of the same resource's relations */
	const char *resource_name;
	const char *field; /* top-level, of that resource */
	const struct nw_resource *resource;
};

struct nw_bound {
	bson_value_t value; /* number, date or string */
	const char *text;   /* as Python writes it */
};

struct nw_schema;

struct nw_field {
	const char *name; /* "" for the elements of a list */
	size_t name_len;
	enum nw_type types[NW_TYPES]; /* in order of the file */
	size_t n_types;               /* 0: anything */
	const char *type_text;        /* "integer", "['string', 'integer']" */

	bool is_required, is_nullable, is_readonly, is_unique;
	bool has_rule[NW_RULES];
	struct nw_bound min, max;
	int64_t min_length, max_length;
	const bson_t *allowed;        /* {"0": value, ...} */
	const bson_t *fallback;       /* the default: {NAME: value}; NULL: none */
	struct nw_schema *members;    /* schema of an object */
	struct nw_field *element;     /* schema of a list */
	struct nw_relation *relation; /* NULL: none */
};

struct nw_schema {
	struct nw_field *fields;
	size_t n;
};

/** What compiles need: where results live, where mistakes go. */
struct nw_reader {
	struct nw_arena *arena;
	struct nw_mistakes *mistakes;
};

/**
 * Compile the object @json ({"name": {"type": "string"}, ...}). Mistakes are added to the reader's; the result is then
 * not to be used. NULL: no memory, or @json is no object (which is a mistake).
 */
struct nw_schema *nw_schema_compile(const struct nw_reader *reader, const struct cJSON *json,
				    const struct nw_pointer *at, unsigned depth);

/** A schema without fields, with room for one. NULL: no memory. */
struct nw_schema *nw_schema_empty(struct nw_arena *arena);

/** The field of that name; @hint: where to look first (the number of the field found before, plus one). NULL: none. */
const struct nw_field *nw_schema_find(const struct nw_schema *schema, const char *name, size_t len, size_t hint);

/**
 * What a dotted path of a query reaches: list indexes are passed over, a list's elements looked into. false: no such
 * field. *out NULL: it is inside of something without a schema.
 */
bool nw_schema_at(const struct nw_schema *schema, const char *path, const struct nw_field **out);

/** Can a query say @name? Not empty, no '$' in front, no '.' inside. */
bool nw_schema_can_name(const char *name);
/** Is @name one of the members that the server itself keeps or answers (_etag, _links, ...)? Not _id. */
bool nw_schema_is_reserved(const char *name);

bool nw_field_has_type(const struct nw_field *field, enum nw_type type);

/** A field met on a walk. */
struct nw_met {
	struct nw_field *field;
	const char *path;            /* dotted, as queries name it */
	const struct nw_pointer *at; /* in the file */
	bool is_in_list;
};

/** Call @visit for each field of @schema, which stands at @at, those inside of others too. */
typedef void (*nw_field_visit)(void *arg, const struct nw_met *met);
void nw_schema_walk(const struct nw_schema *schema, struct nw_arena *arena, const struct nw_pointer *at,
		    nw_field_visit visit, void *arg);

#endif
