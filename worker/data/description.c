#include "worker/data/description.h"

#include <inttypes.h>
#include <string.h>

#include "worker/data/type.h"
#include "worker/store/json.h"

static void add_string(struct nw_buf *out, const char *s)
{
	nw_json_string(out, s, strlen(s));
}

/* A member's name, behind a comma unless it is the first of its object. */
static void add_name(struct nw_buf *out, const char *name)
{
	if (out->len > 0 && out->data[out->len - 1] != '{') {
		nw_buf_addc(out, ',');
	}
	add_string(out, name);
	nw_buf_addc(out, ':');
}

static void add_text(struct nw_buf *out, const char *name, const char *text)
{
	add_name(out, name);
	add_string(out, text);
}

static void add_bool(struct nw_buf *out, const char *name, bool value)
{
	add_name(out, name);
	nw_buf_adds(out, value ? "true" : "false");
}

static void add_int(struct nw_buf *out, const char *name, int64_t value)
{
	add_name(out, name);
	nw_buf_addf(out, "%" PRId64, value);
}

static void add_separated(struct nw_buf *out, const char *text, size_t i)
{
	if (i > 0) {
		nw_buf_addc(out, ',');
	}
	add_string(out, text);
}

/* ---- The rules of a field */

static void add_type(struct nw_buf *out, const struct nw_field *field)
{
	if (field->n_types == 0) {
		return;
	}
	add_name(out, "type");
	if (field->n_types > 1) {
		nw_buf_addc(out, '[');
	}
	for (size_t i = 0; i < field->n_types; i++) {
		add_separated(out, nw_type_name(field->types[i]), i);
	}
	if (field->n_types > 1) {
		nw_buf_addc(out, ']');
	}
}

static void add_flags(struct nw_buf *out, const struct nw_field *field)
{
	const struct {
		const char *name;
		bool is_set;
	} flags[] = {
		{"required", field->is_required},
		{"nullable", field->is_nullable},
		{"readonly", field->is_readonly},
		{"unique", field->is_unique},
	};

	for (size_t i = 0; i < NW_ARRAY_LEN(flags); i++) {
		if (flags[i].is_set) {
			add_bool(out, flags[i].name, true);
		}
	}
}

static void add_default(struct nw_buf *out, const struct nw_field *field)
{
	bson_iter_t iter;

	if (field->fallback != NULL && bson_iter_init(&iter, field->fallback) && bson_iter_next(&iter)) {
		add_name(out, "default");
		nw_json_from_value(out, &iter);
	}
}

static void add_allowed(struct nw_buf *out, const struct nw_field *field)
{
	bson_iter_t iter;
	size_t n = 0;

	if (field->allowed == NULL || !bson_iter_init(&iter, field->allowed)) {
		return;
	}
	add_name(out, "allowed");
	nw_buf_addc(out, '[');
	while (bson_iter_next(&iter)) {
		if (n++ > 0) {
			nw_buf_addc(out, ',');
		}
		nw_json_from_value(out, &iter);
	}
	nw_buf_addc(out, ']');
}

static void add_bound(struct nw_buf *out, const char *name, const struct nw_bound *bound)
{
	bson_t doc = BSON_INITIALIZER;
	bson_iter_t iter;

	if (bson_append_value(&doc, name, -1, &bound->value) && bson_iter_init(&iter, &doc) && bson_iter_next(&iter)) {
		add_name(out, name);
		nw_json_from_value(out, &iter);
	}
	bson_destroy(&doc);
}

static void add_limits(struct nw_buf *out, const struct nw_field *field)
{
	if (field->has_rule[NW_RULE_MIN]) {
		add_bound(out, "min", &field->min);
	}
	if (field->has_rule[NW_RULE_MAX]) {
		add_bound(out, "max", &field->max);
	}
	if (field->has_rule[NW_RULE_MINLENGTH]) {
		add_int(out, "minlength", field->min_length);
	}
	if (field->has_rule[NW_RULE_MAXLENGTH]) {
		add_int(out, "maxlength", field->max_length);
	}
}

static void add_relation(struct nw_buf *out, const struct nw_relation *relation)
{
	add_name(out, "data_relation");
	nw_buf_addc(out, '{');
	add_text(out, "resource", relation->resource_name);
	add_text(out, "field", relation->field);
	nw_buf_addc(out, '}');
}

/* @hidden: a field that is left out; NULL: none. */
static void add_fields(struct nw_buf *out, const struct nw_schema *schema, const struct nw_field *hidden);

/* Of an object its members', of a list the rules of its elements. */
static void add_field(struct nw_buf *out, const struct nw_field *field)
{
	nw_buf_addc(out, '{');
	add_type(out, field);
	add_flags(out, field);
	add_default(out, field);
	add_allowed(out, field);
	add_limits(out, field);
	if (field->relation != NULL) {
		add_relation(out, field->relation);
	}
	if (field->members != NULL) {
		add_name(out, "schema");
		add_fields(out, field->members, NULL);
	} else if (field->element != NULL) {
		add_name(out, "schema");
		add_field(out, field->element);
	}
	nw_buf_addc(out, '}');
}

static void add_fields(struct nw_buf *out, const struct nw_schema *schema, const struct nw_field *hidden)
{
	nw_buf_addc(out, '{');
	for (size_t i = 0; i < schema->n; i++) {
		if (&schema->fields[i] != hidden) {
			add_name(out, schema->fields[i].name);
			add_field(out, &schema->fields[i]);
		}
	}
	nw_buf_addc(out, '}');
}

/* ---- A resource */

static void add_methods(struct nw_buf *out, const char *name, unsigned methods)
{
	size_t n = 0;

	add_name(out, name);
	nw_buf_addc(out, '[');
	for (unsigned bit = NW_METHOD_GET; bit <= NW_METHOD_DELETE; bit <<= 1) {
		if (methods & bit) {
			add_separated(out, nw_resource_method_name(bit), n++);
		}
	}
	nw_buf_addc(out, ']');
}

static void add_lookup(struct nw_buf *out, const struct nw_lookup *lookup)
{
	add_name(out, "additional_lookup");
	nw_buf_addc(out, '{');
	add_text(out, "field", lookup->field);
	add_text(out, "url", lookup->url);
	nw_buf_addc(out, '}');
}

static void add_resource(struct nw_buf *out, const struct nw_resource *resource)
{
	nw_buf_addc(out, '{');
	add_text(out, "title", resource->name);
	add_text(out, "item_title", resource->item_title);
	add_text(out, "href", resource->name);
	add_methods(out, "resource_methods", resource->settings.methods);
	add_methods(out, "item_methods", resource->settings.item_methods);
	add_text(out, "id_field", resource->id->name);
	add_int(out, "pagination_default", resource->settings.page_size);
	add_int(out, "pagination_limit", resource->settings.page_limit);
	add_bool(out, "allow_unknown", resource->settings.allow_unknown);
	if (resource->lookup != NULL) {
		add_lookup(out, resource->lookup);
	}
	add_name(out, "schema");
	add_fields(out, resource->schema, resource->has_id_rules ? NULL : resource->id);
	nw_buf_addc(out, '}');
}

void nw_description_add(struct nw_buf *out, const struct nw_domain *domain)
{
	nw_buf_adds(out, "{\"resources\":{");
	for (size_t i = 0; i < domain->n_resources; i++) {
		add_name(out, domain->resources[i].name);
		add_resource(out, &domain->resources[i]);
	}
	nw_buf_adds(out, "}}");
}
