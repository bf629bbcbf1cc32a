#include "worker/data/resource.h"

#include <ctype.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "common/str.h"
#include "worker/data/description.h"
#include "worker/data/domain.h"
#include "worker/data/keys.h"
#include "worker/data/type.h"

static const struct method {
	const char *name;
	enum nw_method bit;
} METHODS[] = {
	{"GET", NW_METHOD_GET}, {"POST", NW_METHOD_POST},     {"PATCH", NW_METHOD_PATCH},
	{"PUT", NW_METHOD_PUT}, {"DELETE", NW_METHOD_DELETE},
};

/* A resource while it is read. */
struct reading {
	const struct nw_reader *reader;
	struct nw_resource *resource;
};

static unsigned method_bit(const char *name, unsigned allowed)
{
	for (size_t i = 0; i < NW_ARRAY_LEN(METHODS); i++) {
		if (strcmp(METHODS[i].name, name) == 0) {
			return METHODS[i].bit & allowed;
		}
	}
	return 0;
}

const char *nw_resource_method_name(enum nw_method method)
{
	size_t i = 0;

	while (METHODS[i].bit != method) {
		i++;
	}
	return METHODS[i].name;
}

void nw_resource_read_methods(const struct nw_reader *reader, const struct cJSON *json, const struct nw_pointer *at,
			      unsigned allowed, unsigned *out)
{
	const char *choice = allowed & NW_METHOD_POST ? "GET, POST and DELETE" : "GET, PATCH, PUT and DELETE";
	unsigned methods = 0;

	if (!cJSON_IsArray(json)) {
		nw_mistakes_add(reader->mistakes, at, "must be a list of methods: %s", choice);
		return;
	}
	for (const cJSON *c = json->child; c != NULL; c = c->next) {
		unsigned bit = cJSON_IsString(c) ? method_bit(c->valuestring, allowed) : 0;

		if (bit == 0) {
			nw_mistakes_add(reader->mistakes, at, "'%s' is no method here: there are %s",
					cJSON_IsString(c) ? c->valuestring : "?", choice);
		}
		methods |= bit;
	}
	*out = methods;
}

static void read_methods(void *arg, const cJSON *json, const struct nw_pointer *at)
{
	struct reading *r = arg;

	nw_resource_read_methods(r->reader, json, at, NW_METHOD_GET | NW_METHOD_POST | NW_METHOD_DELETE,
				 &r->resource->settings.methods);
}

static void read_item_methods(void *arg, const cJSON *json, const struct nw_pointer *at)
{
	struct reading *r = arg;

	nw_resource_read_methods(r->reader, json, at,
				 NW_METHOD_GET | NW_METHOD_PATCH | NW_METHOD_PUT | NW_METHOD_DELETE,
				 &r->resource->settings.item_methods);
}

static void read_page_size(void *arg, const cJSON *json, const struct nw_pointer *at)
{
	struct reading *r = arg;

	nw_keys_read_int(r->reader, json, at, 1, NW_PAGE_LIMIT, &r->resource->settings.page_size);
}

static void read_page_limit(void *arg, const cJSON *json, const struct nw_pointer *at)
{
	struct reading *r = arg;

	nw_keys_read_int(r->reader, json, at, 1, NW_PAGE_LIMIT, &r->resource->settings.page_limit);
}

static void read_allow_unknown(void *arg, const cJSON *json, const struct nw_pointer *at)
{
	struct reading *r = arg;

	nw_keys_read_bool(r->reader, json, at, &r->resource->settings.allow_unknown);
}

static void read_item_title(void *arg, const cJSON *json, const struct nw_pointer *at)
{
	struct reading *r = arg;
	const char *title = nw_keys_read_string(r->reader, json, at);

	r->resource->item_title = title == NULL ? "" : title;
}

static void read_source(void *arg, const cJSON *json, const struct nw_pointer *at)
{
	struct reading *r = arg;
	const char *source = nw_keys_read_string(r->reader, json, at);

	if (source == NULL) {
		return;
	}
	if (source[0] == '$' || strncmp(source, "system.", 7) == 0 || strlen(source) > 120) {
		nw_mistakes_add(r->reader->mistakes, at, "'%s' cannot be a collection's name", source);
		return;
	}
	r->resource->collection = source;
}

static void read_datasource(void *arg, const cJSON *json, const struct nw_pointer *at)
{
	static const struct nw_key keys[] = {
		{"source", read_source}, {"filter", NULL},      {"projection", NULL},
		{"default_sort", NULL},  {"aggregation", NULL},
	};
	struct reading *r = arg;

	nw_keys_read(r->reader, json, at, "key", keys, NW_ARRAY_LEN(keys), r);
}

static void read_lookup(void *arg, const cJSON *json, const struct nw_pointer *at)
{
	struct reading *r = arg;

	r->resource->lookup = nw_lookup_compile(r->reader, json, at);
}

static void read_schema(void *arg, const cJSON *json, const struct nw_pointer *at)
{
	struct reading *r = arg;

	r->resource->schema = nw_schema_compile(r->reader, json, at, 0);
}

/* NULL: a setting of Eve that is not there yet. */
static const struct nw_key KEYS[] = {
	{"schema", read_schema},
	{"datasource", read_datasource},
	{"item_title", read_item_title},
	{"additional_lookup", read_lookup},
	{"resource_methods", read_methods},
	{"item_methods", read_item_methods},
	{"pagination_default", read_page_size},
	{"pagination_limit", read_page_limit},
	{"allow_unknown", read_allow_unknown},
	{"url", NULL},
	{"resource_title", NULL},
	{"item_url", NULL},
	{"item_lookup", NULL},
	{"item_lookup_field", NULL},
	{"id_field", NULL},
	{"allowed_filters", NULL},
	{"sorting", NULL},
	{"projection", NULL},
	{"pagination", NULL},
	{"embedding", NULL},
	{"embedded_fields", NULL},
	{"bulk_enabled", NULL},
	{"versioning", NULL},
	{"soft_delete", NULL},
	{"internal_resource", NULL},
	{"mongo_indexes", NULL},
	{"mongo_write_concern", NULL},
	{"etag_ignore_fields", NULL},
	{"cache_control", NULL},
	{"cache_expires", NULL},
	{"hateoas", NULL},
	{"auth_field", NULL},
	{"authentication", NULL},
	{"public_methods", NULL},
	{"public_item_methods", NULL},
	{"allowed_roles", NULL},
	{"allowed_read_roles", NULL},
	{"allowed_write_roles", NULL},
	{"allowed_item_roles", NULL},
	{"allowed_item_read_roles", NULL},
	{"allowed_item_write_roles", NULL},
	{"extra_response_fields", NULL},
	{"merge_nested_documents", NULL},
	{"normalize_dotted_fields", NULL},
	{"normalize_on_patch", NULL},
};

/* ---- After the keys */

/* Eve's: "works" -> "Work". */
static const char *title_of(struct nw_arena *arena, const char *name)
{
	char *title = nw_arena_strdup(arena, name);
	size_t len = strlen(name);

	if (title == NULL) {
		return "";
	}
	while (len > 1 && title[len - 1] == 's') {
		title[--len] = '\0';
	}
	for (size_t i = 0; i < len; i++) {
		int c = (unsigned char)title[i];

		title[i] = (char)(i == 0 ? toupper(c) : tolower(c));
	}
	return title;
}

/* _id is a field whether the file says so or not. The array has room for it. */
static void add_id(const struct nw_reader *reader, struct nw_resource *resource, const struct nw_pointer *at)
{
	struct nw_pointer schema = {at, "schema"}, here = {&schema, "_id"};
	const struct nw_field *id = nw_schema_find(resource->schema, "_id", 3, 0);

	resource->has_id_rules = id != NULL;
	if (id == NULL) {
		struct nw_field *field = &resource->schema->fields[resource->schema->n++];

		*field = (struct nw_field){.name = "_id", .name_len = 3, .type_text = "objectid"};
		field->types[field->n_types++] = NW_TYPE_OBJECTID;
		id = field;
	}
	resource->id = id;
	for (size_t i = 0; i < id->n_types; i++) {
		if (id->types[i] != NW_TYPE_OBJECTID && id->types[i] != NW_TYPE_STRING &&
		    id->types[i] != NW_TYPE_INTEGER) {
			nw_mistakes_add(reader->mistakes, &here, "an id is of type objectid, string or integer");
		}
	}
	if (nw_field_has_type(id, NW_TYPE_STRING) && nw_field_has_type(id, NW_TYPE_INTEGER)) {
		nw_mistakes_add(reader->mistakes, &here, "a path does not say whether 5 is a string or an integer");
	}
	if (id->n_types == 0 || id->is_unique || id->is_readonly || id->is_nullable || id->fallback != NULL ||
	    id->relation != NULL) {
		nw_mistakes_add(reader->mistakes, &here,
				"an id needs a type, and cannot be unique (it is), readonly, nullable, "
				"have a default or refer to something");
	}
}

static void check_lookup(const struct nw_reader *reader, struct nw_resource *resource, const struct nw_pointer *at)
{
	struct nw_pointer lookup = {at, "additional_lookup"}, here = {&lookup, "field"};
	const char *name = resource->lookup->field;
	const struct nw_field *field = nw_schema_find(resource->schema, name, strlen(name), 0);

	if (field == NULL) {
		nw_mistakes_add(reader->mistakes, &here, "'%s' is no field of the schema", name);
	}
	if (resource->id->n_types != 1 || resource->id->types[0] != NW_TYPE_OBJECTID) {
		nw_mistakes_add(reader->mistakes, &lookup, "needs a resource whose _id is an objectid");
	}
}

static bool is_good_path(const char *name)
{
	return name[0] != '\0' &&
	       name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")] == '\0';
}

void nw_resource_compile(const struct nw_reader *reader, const struct cJSON *json, const struct nw_pointer *at,
			 struct nw_resource *resource)
{
	struct reading r = {reader, resource};
	struct nw_pointer page = {at, "pagination_default"};

	resource->collection = resource->name;
	if (!is_good_path(resource->name)) {
		nw_mistakes_add(reader->mistakes, at, "a resource's name is its path: letters, digits, '_' and '-'");
	} else if (strcmp(resource->name, NW_DESCRIPTION_NAME) == 0) {
		nw_mistakes_add(reader->mistakes, at,
				"a resource cannot have this name: its path is that of the domain's description");
	}
	nw_keys_read(reader, json, at, "key", KEYS, NW_ARRAY_LEN(KEYS), &r);
	if (cJSON_IsObject(json) && cJSON_GetObjectItemCaseSensitive(json, "schema") == NULL) {
		resource->schema = nw_schema_empty(reader->arena); /* Eve's: nothing but what others stored */
	}
	if (resource->item_title == NULL) {
		resource->item_title = title_of(reader->arena, resource->name);
	}
	if (resource->settings.page_size > resource->settings.page_limit) {
		nw_mistakes_add(reader->mistakes, &page, "is more than pagination_limit");
	}
	if (resource->schema != NULL) {
		add_id(reader, resource, at);
	}
	if (resource->schema != NULL && resource->lookup != NULL) {
		check_lookup(reader, resource, at);
	}
}

/* ---- Once all resources are there */

struct binding {
	const struct nw_reader *reader;
	const struct nw_domain *domain;
	struct nw_resource *resource;
};

static const struct nw_resource *find_resource(const struct nw_domain *domain, const char *name)
{
	for (size_t i = 0; i < domain->n_resources; i++) {
		if (strcmp(domain->resources[i].name, name) == 0) {
			return &domain->resources[i];
		}
	}
	return NULL;
}

static const char *nearest_resource(const struct nw_domain *domain, const char *name)
{
	const char *nearest = NULL;

	for (size_t i = 0; i < domain->n_resources && nearest == NULL; i++) {
		nearest = nw_str_nearest(name, &domain->resources[i].name, 1);
	}
	return nearest;
}

static void bind_relation(const struct binding *b, struct nw_relation *relation, const struct nw_pointer *at)
{
	struct nw_pointer rule = {at, "data_relation"}, resource_at = {&rule, "resource"}, field_at = {&rule, "field"};
	const struct nw_field *field;

	if (relation->resource_name == NULL) {
		return; /* said already */
	}
	relation->resource = find_resource(b->domain, relation->resource_name);
	if (relation->resource == NULL) {
		const char *nearest = nearest_resource(b->domain, relation->resource_name);

		nw_mistakes_add(b->reader->mistakes, &resource_at, "no resource '%s' in this domain%s%s%s",
				relation->resource_name, nearest == NULL ? "" : ": did you mean '",
				nearest == NULL ? "" : nearest, nearest == NULL ? "" : "'?");
		return;
	}
	if (relation->resource->schema == NULL) {
		return;
	}
	field = nw_schema_find(relation->resource->schema, relation->field, strlen(relation->field), 0);
	if (field == NULL) {
		nw_mistakes_add(b->reader->mistakes, &field_at, "resource '%s' has no field '%s'",
				relation->resource_name, relation->field);
	} else if (nw_field_has_type(field, NW_TYPE_LIST) || nw_field_has_type(field, NW_TYPE_DICT)) {
		nw_mistakes_add(b->reader->mistakes, &field_at, "'%s' is a list or a dict: a relation needs one value",
				relation->field);
	}
}

static void add_unique(const struct binding *b, const struct nw_met *met)
{
	struct nw_unique *unique = nw_arena_alloc(b->reader->arena, sizeof(*unique));

	if (met->is_in_list) {
		nw_mistakes_add(b->reader->mistakes, met->at, "a field inside of a list cannot be unique");
	} else if (unique != NULL) {
		*unique = (struct nw_unique){b->resource->uniques, met->path};
		b->resource->uniques = unique;
	}
}

static void bind_field(void *arg, const struct nw_met *met)
{
	const struct binding *b = arg;
	struct nw_relation *relation = met->field->relation;

	if (relation != NULL) {
		relation->next = b->resource->relations;
		b->resource->relations = relation;
		bind_relation(b, relation, met->at);
	}
	if (met->field->is_unique) {
		add_unique(b, met);
	}
}

void nw_resource_bind(const struct nw_reader *reader, const struct nw_domain *domain, struct nw_resource *resource,
		      const struct nw_pointer *at)
{
	struct binding binding = {reader, domain, resource};
	struct nw_pointer schema = {at, "schema"};

	if (resource->schema != NULL) {
		nw_schema_walk(resource->schema, reader->arena, &schema, bind_field, &binding);
	}
}

bool nw_resource_read_id(const struct nw_resource *resource, const char *text, bson_value_t *out)
{
	return nw_type_coerce_text(resource->id, text, out);
}
