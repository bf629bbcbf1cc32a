/** One resource of a domain: where its documents are, what may be done with them, what they must be. */
#ifndef NW_DATA_RESOURCE_H
#define NW_DATA_RESOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "worker/data/lookup.h"
#include "worker/data/schema.h"

struct nw_domain;

enum { NW_PAGE_LIMIT = 10000 }; /* no page is larger, whatever the file says */

enum nw_method {
	NW_METHOD_GET = 1 << 0,
	NW_METHOD_POST = 1 << 1,
	NW_METHOD_PATCH = 1 << 2,
	NW_METHOD_PUT = 1 << 3,
	NW_METHOD_DELETE = 1 << 4,
};

/** Settings that a resource takes over from the top of the file when it has none of its own. */
struct nw_resource_settings {
	unsigned methods;      /* of the collection: enum nw_method */
	unsigned item_methods; /* of its items */
	int64_t page_size;     /* pagination_default */
	int64_t page_limit;    /* pagination_limit */
	bool allow_unknown;
};

/** A field whose values are unique in the collection. */
struct nw_unique {
	struct nw_unique *next;
	const char *path; /* dotted */
};

struct nw_resource {
	const struct nw_domain *domain;
	const char *name;       /* also its path */
	const char *collection; /* in the store */
	const char *item_title;
	struct nw_resource_settings settings;
	struct nw_schema *schema;      /* _id is always a field of it */
	const struct nw_field *id;     /* that one */
	bool has_id_rules;             /* the file has some for it */
	struct nw_lookup *lookup;      /* additional_lookup; NULL: none */
	struct nw_relation *relations; /* all data_relation rules of the schema; NULL: none */
	struct nw_unique *uniques;     /* all its unique fields; NULL: none */
};

/** Read settings that stand at the top and in resources alike. For nw_keys_read(). */
void nw_resource_read_methods(const struct nw_reader *reader, const struct cJSON *json, const struct nw_pointer *at,
			      unsigned allowed, unsigned *out);

/** "GET", ... */
const char *nw_resource_method_name(enum nw_method method);

/** Compile the object @json into @resource, whose domain, name and inherited settings are set. */
void nw_resource_compile(const struct nw_reader *reader, const struct cJSON *json, const struct nw_pointer *at,
			 struct nw_resource *resource);

/** Bind data_relation rules to their resources, and check what needs them all. */
void nw_resource_bind(const struct nw_reader *reader, const struct nw_domain *domain, struct nw_resource *resource,
		      const struct nw_pointer *at);

/**
 * Read the last segment of an item's path. *out may borrow from @text. false: no id of this resource looks like that.
 */
bool nw_resource_read_id(const struct nw_resource *resource, const char *text, bson_value_t *out);

#endif
