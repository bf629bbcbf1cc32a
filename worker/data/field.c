#include "worker/data/field.h"

#include <string.h>

#include <cjson/cJSON.h>

#include "worker/data/bson.h"
#include "worker/data/jsonc.h"
#include "worker/data/keys.h"
#include "worker/data/repr.h"
#include "worker/data/type.h"

/* A field while it is read. */
struct rules {
	const struct nw_reader *reader;
	struct nw_field *field;
	unsigned depth;
};

static void add_type(const struct rules *r, const cJSON *json, const struct nw_pointer *at)
{
	struct nw_field *field = r->field;
	enum nw_type type;

	if (!cJSON_IsString(json)) {
		nw_mistakes_add(r->reader->mistakes, at, "must be the name of a type or a list of such names");
	} else if (!nw_type_parse(json->valuestring, &type)) {
		nw_type_mistake(r->reader, at, json->valuestring);
	} else if (nw_field_has_type(field, type)) {
		nw_mistakes_add(r->reader->mistakes, at, "type '%s' stands here twice", json->valuestring);
	} else {
		field->types[field->n_types++] = type;
	}
}

/* As Python writes the value of the rule: it is part of the message. */
static char *type_text(struct nw_arena *arena, const cJSON *json)
{
	struct nw_buf text = {0};
	bson_t doc = BSON_INITIALIZER;
	bson_iter_t iter;

	if (nw_jsonc_append(&doc, "t", json) && bson_iter_init_find(&iter, &doc, "t")) {
		nw_repr_str(&text, bson_iter_value(&iter));
	}
	char *copy = nw_arena_strdup(arena, nw_buf_str(&text));

	bson_destroy(&doc);
	nw_buf_free(&text);
	return copy;
}

static void read_type(void *arg, const cJSON *json, const struct nw_pointer *at)
{
	struct rules *r = arg;

	r->field->type_text = type_text(r->reader->arena, json);
	if (!cJSON_IsArray(json)) {
		add_type(r, json, at);
		return;
	}
	if (json->child == NULL) {
		nw_mistakes_add(r->reader->mistakes, at, "must name at least one type");
	}
	for (const cJSON *c = json->child; c != NULL; c = c->next) {
		add_type(r, c, at);
	}
}

static void read_required(void *arg, const cJSON *json, const struct nw_pointer *at)
{
	struct rules *r = arg;

	nw_keys_read_bool(r->reader, json, at, &r->field->is_required);
}

static void read_nullable(void *arg, const cJSON *json, const struct nw_pointer *at)
{
	struct rules *r = arg;

	nw_keys_read_bool(r->reader, json, at, &r->field->is_nullable);
}

static void read_readonly(void *arg, const cJSON *json, const struct nw_pointer *at)
{
	struct rules *r = arg;

	nw_keys_read_bool(r->reader, json, at, &r->field->is_readonly);
}

static void read_unique(void *arg, const cJSON *json, const struct nw_pointer *at)
{
	struct rules *r = arg;

	nw_keys_read_bool(r->reader, json, at, &r->field->is_unique);
}

static void read_bound(struct rules *r, const cJSON *json, const struct nw_pointer *at, struct nw_bound *bound)
{
	const struct nw_reader *reader = r->reader;
	struct nw_buf text = {0};
	bson_value_t value;

	if (!cJSON_IsNumber(json) && !cJSON_IsString(json)) {
		nw_mistakes_add(reader->mistakes, at, "must be a number, or a date in a string");
		return;
	}
	const bson_t *kept = nw_bson_keep(reader->arena, "", json);

	if (kept == NULL || !nw_bson_first(kept, &value)) {
		return;
	}
	nw_repr_str(&text, &value);
	bound->text = nw_arena_strdup(reader->arena, nw_buf_str(&text));
	bound->value = value;
	nw_buf_free(&text);
}

static void read_min(void *arg, const cJSON *json, const struct nw_pointer *at)
{
	struct rules *r = arg;

	r->field->has_rule[NW_RULE_MIN] = true;
	read_bound(r, json, at, &r->field->min);
}

static void read_max(void *arg, const cJSON *json, const struct nw_pointer *at)
{
	struct rules *r = arg;

	r->field->has_rule[NW_RULE_MAX] = true;
	read_bound(r, json, at, &r->field->max);
}

static void read_minlength(void *arg, const cJSON *json, const struct nw_pointer *at)
{
	struct rules *r = arg;

	r->field->has_rule[NW_RULE_MINLENGTH] = true;
	nw_keys_read_int(r->reader, json, at, 0, INT32_MAX, &r->field->min_length);
}

static void read_maxlength(void *arg, const cJSON *json, const struct nw_pointer *at)
{
	struct rules *r = arg;

	r->field->has_rule[NW_RULE_MAXLENGTH] = true;
	nw_keys_read_int(r->reader, json, at, 0, INT32_MAX, &r->field->max_length);
}

static void read_allowed(void *arg, const cJSON *json, const struct nw_pointer *at)
{
	struct rules *r = arg;

	r->field->has_rule[NW_RULE_ALLOWED] = true;
	if (!cJSON_IsArray(json)) {
		nw_mistakes_add(r->reader->mistakes, at, "must be a list of values");
		return;
	}
	r->field->allowed = nw_bson_keep(r->reader->arena, NULL, json);
}

static void read_default(void *arg, const cJSON *json, const struct nw_pointer *at)
{
	struct rules *r = arg;

	(void)at;
	r->field->fallback = nw_bson_keep(r->reader->arena, r->field->name, json);
}

/* Of an object the schema of its members, of a list the rules of its elements: Cerberus tells them by the type. */
static void read_schema(void *arg, const cJSON *json, const struct nw_pointer *at)
{
	struct rules *r = arg;
	bool is_list = nw_field_has_type(r->field, NW_TYPE_LIST);

	if (is_list == nw_field_has_type(r->field, NW_TYPE_DICT)) {
		nw_mistakes_add(r->reader->mistakes, at, "needs \"type\": \"dict\" or \"type\": \"list\" beside it");
		return;
	}
	if (!is_list) {
		r->field->members = nw_schema_compile(r->reader, json, at, r->depth + 1);
		return;
	}
	if (r->depth + 1 >= NW_SCHEMA_DEPTH) {
		nw_mistakes_add(r->reader->mistakes, at, "deeper than %d levels", NW_SCHEMA_DEPTH);
		return;
	}
	struct nw_field *element = nw_arena_alloc(r->reader->arena, sizeof(*element));

	if (element != NULL) {
		element->name = "";
		nw_field_compile(r->reader, json, at, r->depth + 1, element);
		r->field->element = element;
	}
}

static void read_relation_resource(void *arg, const cJSON *json, const struct nw_pointer *at)
{
	struct rules *r = arg;

	r->field->relation->resource_name = nw_keys_read_string(r->reader, json, at);
}

static void read_relation_field(void *arg, const cJSON *json, const struct nw_pointer *at)
{
	struct rules *r = arg;
	const char *field = nw_keys_read_string(r->reader, json, at);

	r->field->relation->field = field == NULL ? "_id" : field;
}

static void read_relation_embeddable(void *arg, const cJSON *json, const struct nw_pointer *at)
{
	struct rules *r = arg;
	bool is_embeddable; /* for the embedding of documents; here it only has to be right */

	nw_keys_read_bool(r->reader, json, at, &is_embeddable);
}

static void read_relation(void *arg, const cJSON *json, const struct nw_pointer *at)
{
	static const struct nw_key keys[] = {
		{"resource", read_relation_resource},
		{"field", read_relation_field},
		{"embeddable", read_relation_embeddable},
		{"version", NULL},
	};
	struct rules *r = arg;

	r->field->relation = nw_arena_alloc(r->reader->arena, sizeof(*r->field->relation));
	if (r->field->relation == NULL) {
		return;
	}
	r->field->has_rule[NW_RULE_RELATION] = true;
	r->field->relation->field = "_id";
	nw_keys_read(r->reader, json, at, "data_relation", keys, NW_ARRAY_LEN(keys), r);
	if (cJSON_IsObject(json) && cJSON_GetObjectItemCaseSensitive(json, "resource") == NULL) {
		nw_mistakes_add(r->reader->mistakes, at, "'resource' is missing: the resource that it refers to");
	}
}

/* NULL: a rule of Cerberus or Eve that is not there yet. The type comes first: other rules depend on it. */
static const struct nw_key RULES[] = {
	{"type", read_type},
	{"required", read_required},
	{"nullable", read_nullable},
	{"default", read_default},
	{"min", read_min},
	{"max", read_max},
	{"minlength", read_minlength},
	{"maxlength", read_maxlength},
	{"allowed", read_allowed},
	{"readonly", read_readonly},
	{"unique", read_unique},
	{"schema", read_schema},
	{"data_relation", read_relation},
	{"empty", NULL},
	{"forbidden", NULL},
	{"regex", NULL},
	{"contains", NULL},
	{"items", NULL},
	{"keysrules", NULL},
	{"valuesrules", NULL},
	{"keyschema", NULL},
	{"valueschema", NULL},
	{"dependencies", NULL},
	{"excludes", NULL},
	{"anyof", NULL},
	{"allof", NULL},
	{"oneof", NULL},
	{"noneof", NULL},
	{"anyof_type", NULL},
	{"oneof_type", NULL},
	{"allow_unknown", NULL},
	{"purge_unknown", NULL},
	{"require_all", NULL},
	{"meta", NULL},
	{"coerce", NULL},
	{"rename", NULL},
	{"check_with", NULL},
	{"default_setter", NULL},
	{"versioned", NULL},
	{"unique_to_user", NULL},
	{"unique_within_resource", NULL},
};

void nw_field_compile(const struct nw_reader *reader, const struct cJSON *json, const struct nw_pointer *at,
		      unsigned depth, struct nw_field *field)
{
	struct rules r = {.reader = reader, .field = field, .depth = depth};
	size_t n_before = reader->mistakes->n;

	nw_keys_read(reader, json, at, "rule", RULES, NW_ARRAY_LEN(RULES), &r);
	if (reader->mistakes->n > n_before) {
		return;
	}
	nw_field_check(reader, at, field);
}
