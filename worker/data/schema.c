#include "worker/data/schema.h"

#include <string.h>

#include <cjson/cJSON.h>

#include "worker/data/field.h"
#include "worker/data/jsonc.h"

static size_t count_children(const cJSON *json)
{
	size_t n = 0;

	for (const cJSON *c = json->child; c != NULL; c = c->next) {
		n++;
	}
	return n;
}

bool nw_schema_can_name(const char *name)
{
	return name[0] != '\0' && name[0] != '$' && strchr(name, '.') == NULL;
}

bool nw_schema_is_reserved(const char *name)
{
	static const char *const names[] = {"_updated", "_created", "_etag", "_links",   "_status", "_issues",
					    "_error",   "_items",   "_meta", "_deleted", "_version"};

	for (size_t i = 0; i < NW_ARRAY_LEN(names); i++) {
		if (strcmp(name, names[i]) == 0) {
			return true;
		}
	}
	return false;
}

static void check_name(const struct nw_reader *reader, const struct nw_pointer *at, unsigned depth)
{
	if (!nw_schema_can_name(at->name)) {
		nw_mistakes_add(reader->mistakes, at, "a field's name must not be empty, begin with '$' or hold a '.'");
	} else if (depth == 0 && nw_schema_is_reserved(at->name)) {
		nw_mistakes_add(reader->mistakes, at, "this name is the server's own");
	}
}

static bool is_object(const struct nw_reader *reader, const cJSON *json, const struct nw_pointer *at, unsigned depth)
{
	const char *twice;

	if (!cJSON_IsObject(json)) {
		nw_mistakes_add(reader->mistakes, at,
				"must be an object of fields, e.g. {\"name\": {\"type\": \"string\"}}");
	} else if (depth >= NW_SCHEMA_DEPTH) {
		nw_mistakes_add(reader->mistakes, at, "deeper than %d levels", NW_SCHEMA_DEPTH);
	} else if (count_children(json) > NW_SCHEMA_FIELDS) {
		nw_mistakes_add(reader->mistakes, at, "more than %d fields", NW_SCHEMA_FIELDS);
	} else if ((twice = nw_jsonc_twice(json)) != NULL) {
		nw_mistakes_add(reader->mistakes, at, "'%s' stands here twice", twice);
	} else {
		return true;
	}
	return false;
}

struct nw_schema *nw_schema_empty(struct nw_arena *arena)
{
	struct nw_schema *schema = nw_arena_alloc(arena, sizeof(*schema));

	if (schema != NULL) {
		schema->fields = nw_arena_alloc(arena, sizeof(*schema->fields)); /* for the _id */
	}
	return schema == NULL || schema->fields == NULL ? NULL : schema;
}

struct nw_schema *nw_schema_compile(const struct nw_reader *reader, const struct cJSON *json,
				    const struct nw_pointer *at, unsigned depth)
{
	struct nw_schema *schema = nw_arena_alloc(reader->arena, sizeof(*schema));

	if (schema == NULL || !is_object(reader, json, at, depth)) {
		return NULL;
	}
	schema->fields = nw_arena_alloc(reader->arena, (count_children(json) + 1) * sizeof(*schema->fields));
	for (const cJSON *c = json->child; c != NULL && schema->fields != NULL; c = c->next) {
		struct nw_pointer here = {at, c->string};
		struct nw_field *field = &schema->fields[schema->n];
		char *name = nw_arena_strdup(reader->arena, c->string);

		if (name == NULL) {
			return NULL;
		}
		field->name = name;
		field->name_len = strlen(name);
		check_name(reader, &here, depth);
		nw_field_compile(reader, c, &here, depth, field);
		schema->n++;
	}
	return schema->fields == NULL ? NULL : schema;
}

static bool is_named(const struct nw_field *field, const char *name, size_t len)
{
	return field->name_len == len && memcmp(field->name, name, len) == 0;
}

const struct nw_field *nw_schema_find(const struct nw_schema *schema, const char *name, size_t len, size_t hint)
{
	/* Documents mostly come in the schema's order. */
	if (hint < schema->n && is_named(&schema->fields[hint], name, len)) {
		return &schema->fields[hint];
	}
	for (size_t i = 0; i < schema->n; i++) {
		if (is_named(&schema->fields[i], name, len)) {
			return &schema->fields[i];
		}
	}
	return NULL;
}

static bool is_index(const char *part, size_t len)
{
	return len > 0 && strspn(part, "0123456789") >= len;
}

/* Past the first part of @path, which is @len long; NULL: it was the last. */
static const char *rest_of(const char *path, size_t len)
{
	return path[len] == '.' ? path + len + 1 : NULL;
}

static bool reach(const struct nw_field *field, const char *rest, const struct nw_field **out)
{
	if (rest == NULL) {
		*out = field;
		return true;
	}
	if (field->element != NULL) {
		size_t len = strcspn(rest, ".");

		return reach(field->element, is_index(rest, len) ? rest_of(rest, len) : rest, out);
	}
	if (field->members != NULL) {
		return nw_schema_at(field->members, rest, out);
	}
	*out = NULL;
	return field->n_types == 0 || nw_field_has_type(field, NW_TYPE_DICT) ||
	       nw_field_has_type(field, NW_TYPE_LIST) || nw_field_has_type(field, NW_TYPE_POINT);
}

bool nw_schema_at(const struct nw_schema *schema, const char *path, const struct nw_field **out)
{
	size_t len = strcspn(path, ".");
	const struct nw_field *field = nw_schema_find(schema, path, len, 0);

	return field != NULL && reach(field, rest_of(path, len), out);
}

bool nw_field_has_type(const struct nw_field *field, enum nw_type type)
{
	for (size_t i = 0; i < field->n_types; i++) {
		if (field->types[i] == type) {
			return true;
		}
	}
	return false;
}

/* What a walk carries along. */
struct walk {
	struct nw_arena *arena;
	nw_field_visit visit;
	void *arg;
};

static void walk_schema(const struct walk *w, const struct nw_schema *schema, const char *prefix,
			const struct nw_pointer *at, bool is_in_list);

static void walk_field(const struct walk *w, const struct nw_met *met)
{
	struct nw_field *field = met->field;
	struct nw_pointer schema = {met->at, "schema"};

	w->visit(w->arg, met);
	if (field->element != NULL) {
		struct nw_met element = {field->element, met->path, &schema, true};

		walk_field(w, &element);
	}
	if (field->members != NULL) {
		const char *prefix = nw_arena_printf(w->arena, "%s.", met->path);

		walk_schema(w, field->members, prefix, &schema, met->is_in_list);
	}
}

static void walk_schema(const struct walk *w, const struct nw_schema *schema, const char *prefix,
			const struct nw_pointer *at, bool is_in_list)
{
	for (size_t i = 0; i < schema->n && prefix != NULL; i++) {
		struct nw_pointer here = {at, schema->fields[i].name};
		const char *path = nw_arena_printf(w->arena, "%s%s", prefix, here.name);
		struct nw_met met = {&schema->fields[i], path, &here, is_in_list};

		if (path != NULL) {
			walk_field(w, &met);
		}
	}
}

void nw_schema_walk(const struct nw_schema *schema, struct nw_arena *arena, const struct nw_pointer *at,
		    nw_field_visit visit, void *arg)
{
	struct walk w = {arena, visit, arg};

	walk_schema(&w, schema, "", at, false);
}
