#include "worker/data/validate.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "worker/data/repr.h"
#include "worker/data/type.h"
#include "worker/store/filter.h"

/* One value on its way through the rules of its field. */
struct subject {
	struct nw_validation *v;
	const struct nw_field *field;
	const struct nw_path *path;
	const char *key;
	size_t key_len;
	bson_value_t value; /* after coercion */
	size_t issues_before;
};

static void check_members(struct nw_validation *v, const struct nw_schema *schema, const bson_t *doc,
			  const struct nw_path *path, bson_t *out);
static void check_value(struct nw_validation *v, const struct nw_field *field, const bson_iter_t *iter,
			const struct nw_path *path, bson_t *out);

static bool is_container(const bson_value_t *value)
{
	return value->value_type == BSON_TYPE_DOCUMENT || value->value_type == BSON_TYPE_ARRAY;
}

static bool as_doc(const bson_value_t *value, bson_t *out)
{
	return is_container(value) && bson_init_static(out, value->value.v_doc.data, value->value.v_doc.data_len);
}

static bool is_comparable(const bson_value_t *value, const bson_value_t *bound)
{
	bool is_number = value->value_type == BSON_TYPE_INT32 || value->value_type == BSON_TYPE_INT64 ||
			 value->value_type == BSON_TYPE_DOUBLE;
	bool is_bound_number = bound->value_type != BSON_TYPE_UTF8 && bound->value_type != BSON_TYPE_DATE_TIME;

	return is_number ? is_bound_number : value->value_type == bound->value_type;
}

static void check_min(struct subject *s)
{
	const struct nw_bound *min = &s->field->min;

	if (is_comparable(&s->value, &min->value) && nw_value_compare(&s->value, &min->value) < 0) {
		nw_issues_add(&s->v->issues, s->path, "min value is %s", min->text);
	}
}

static void check_max(struct subject *s)
{
	const struct nw_bound *max = &s->field->max;

	if (is_comparable(&s->value, &max->value) && nw_value_compare(&s->value, &max->value) > 0) {
		nw_issues_add(&s->v->issues, s->path, "max value is %s", max->text);
	}
}

/* Code points of a string, members of an object, elements of a list; -1: it has no length. */
static int64_t length_of(const bson_value_t *value)
{
	int64_t n = 0;
	bson_t doc;

	if (as_doc(value, &doc)) {
		return bson_count_keys(&doc);
	}
	if (value->value_type != BSON_TYPE_UTF8) {
		return -1;
	}
	for (uint32_t i = 0; i < value->value.v_utf8.len; i++) {
		n += ((unsigned char)value->value.v_utf8.str[i] & 0xc0) != 0x80;
	}
	return n;
}

static void check_length(struct subject *s, enum nw_rule rule)
{
	int64_t len = length_of(&s->value);

	if (rule == NW_RULE_MINLENGTH && len >= 0 && len < s->field->min_length) {
		nw_issues_add(&s->v->issues, s->path, "min length is %" PRId64, s->field->min_length);
	}
	if (rule == NW_RULE_MAXLENGTH && len > s->field->max_length) {
		nw_issues_add(&s->v->issues, s->path, "max length is %" PRId64, s->field->max_length);
	}
}

static bool is_allowed(const struct nw_field *field, const bson_value_t *value)
{
	bson_iter_t iter;

	bson_iter_init(&iter, field->allowed);
	while (bson_iter_next(&iter)) {
		if (nw_value_compare(value, bson_iter_value(&iter)) == 0) {
			return true;
		}
	}
	return false;
}

/* An element of a list, or as Python sees it, the name of an object's member. */
static bson_value_t element_of(const bson_iter_t *iter, bool is_list)
{
	bson_iter_t here = *iter;
	bson_value_t name = {.value_type = BSON_TYPE_UTF8};

	if (is_list) {
		return *bson_iter_value(&here);
	}
	name.value.v_utf8.str = (char *)(uintptr_t)bson_iter_key(iter); /* borrowed: nobody writes to it */
	name.value.v_utf8.len = bson_iter_key_len(iter);
	return name;
}

/* Python's tuple: ('x',) or ('x', 'y'). */
static void check_allowed_elements(struct subject *s, const bson_t *doc)
{
	struct nw_buf text = nw_memory_buf(s->v->memory);
	bson_iter_t iter;
	size_t n = 0;

	bson_iter_init(&iter, doc);
	while (bson_iter_next(&iter)) {
		bson_value_t value = element_of(&iter, s->value.value_type == BSON_TYPE_ARRAY);

		if (!is_allowed(s->field, &value)) {
			nw_buf_adds(&text, n++ == 0 ? "(" : ", ");
			nw_repr_value(&text, &value);
		}
	}
	if (n > 0) {
		nw_issues_add(&s->v->issues, s->path, "unallowed values %s%s", nw_buf_str(&text), n == 1 ? ",)" : ")");
	}
}

static void check_allowed(struct subject *s)
{
	bson_t doc;

	if (as_doc(&s->value, &doc)) {
		check_allowed_elements(s, &doc);
	} else if (!is_allowed(s->field, &s->value)) {
		struct nw_buf text = nw_memory_buf(s->v->memory);

		nw_repr_str(&text, &s->value);
		nw_issues_add(&s->v->issues, s->path, "unallowed value %s", nw_buf_str(&text));
	}
}

static void add_reference(struct subject *s, const bson_value_t *value)
{
	struct nw_reference *reference = nw_memory_alloc(s->v->memory, sizeof(*reference));

	if (reference != NULL) {
		reference->relation = s->field->relation;
		reference->value = *value;
		reference->path = nw_path_keep(s->path, s->v->memory);
		reference->next = s->v->references;
		s->v->references = reference;
	}
}

/* The elements of a list are stored as their own type has it, and looked for as such. */
static void check_relation(struct subject *s)
{
	const struct nw_field *element = s->field->element;
	bson_t list;
	bson_iter_t iter;
	bson_value_t value;

	if (s->value.value_type != BSON_TYPE_ARRAY) {
		add_reference(s, &s->value);
		return;
	}
	if (as_doc(&s->value, &list) && bson_iter_init(&iter, &list)) {
		while (bson_iter_next(&iter)) {
			value = *bson_iter_value(&iter);
			if (element == NULL || nw_type_coerce(element, bson_iter_value(&iter), &value)) {
				add_reference(s, &value);
			}
		}
	}
}

static void apply(struct subject *s, enum nw_rule rule)
{
	switch (rule) {
	case NW_RULE_MIN:
		check_min(s);
		break;
	case NW_RULE_MAX:
		check_max(s);
		break;
	case NW_RULE_MINLENGTH:
	case NW_RULE_MAXLENGTH:
		check_length(s, rule);
		break;
	case NW_RULE_ALLOWED:
		check_allowed(s);
		break;
	case NW_RULE_RELATION:
		check_relation(s);
		break;
	case NW_RULES:
		break;
	}
}

static void check_elements(struct nw_validation *v, const struct nw_field *field, const bson_t *list,
			   const struct nw_path *path, bson_t *out)
{
	bson_iter_t iter;

	bson_iter_init(&iter, list);
	while (bson_iter_next(&iter)) {
		struct nw_path here = {path, bson_iter_key(&iter)};

		check_value(v, field, &iter, &here, out);
	}
}

static void append_inside(struct subject *s, bson_t *out)
{
	bool is_array = s->value.value_type == BSON_TYPE_ARRAY;
	bson_t doc, child;

	if (!as_doc(&s->value, &doc)) {
		return;
	}
	if (is_array) {
		bson_append_array_begin(out, s->key, (int)s->key_len, &child);
		check_elements(s->v, s->field->element, &doc, s->path, &child);
	} else {
		bson_append_document_begin(out, s->key, (int)s->key_len, &child);
		check_members(s->v, s->field->members, &doc, s->path, &child);
	}
	bson_append_document_end(out, &child); /* an array ends in the same way */
}

static void append(struct subject *s, bson_t *out)
{
	bool has_inside = (s->value.value_type == BSON_TYPE_ARRAY && s->field->element != NULL) ||
			  (s->value.value_type == BSON_TYPE_DOCUMENT && s->field->members != NULL);

	if (has_inside) {
		append_inside(s, out);
	} else if (s->v->issues.n == s->issues_before) {
		bson_append_value(out, s->key, (int)s->key_len, &s->value);
	}
}

/* Is the value what the stored document already has in that place? */
static bool is_unchanged(const struct nw_validation *v, const struct nw_path *path, const bson_value_t *value)
{
	struct nw_buf dotted = nw_memory_buf(v->memory);
	bson_iter_t root, iter;

	if (v->stored == NULL) {
		return false;
	}
	nw_path_dotted(path, &dotted);
	return bson_iter_init(&root, v->stored) && bson_iter_find_descendant(&root, nw_buf_str(&dotted), &iter) &&
	       nw_value_compare(bson_iter_value(&iter), value) == 0;
}

/* In a new document null stands for the default where there is one, as in Cerberus. */
static void check_null(struct subject *s, bson_t *out)
{
	if (s->field->is_nullable) {
		bson_append_null(out, s->key, (int)s->key_len);
	} else if (s->field->fallback != NULL && !s->v->is_change) {
		bson_concat(out, s->field->fallback);
	} else {
		nw_issues_add(&s->v->issues, s->path, "null value not allowed");
	}
}

static void check_value(struct nw_validation *v, const struct nw_field *field, const bson_iter_t *iter,
			const struct nw_path *path, bson_t *out)
{
	struct subject s = {.v = v, .field = field, .path = path, .issues_before = v->issues.n};
	bson_iter_t here = *iter;
	bool is_right = nw_type_coerce(field, bson_iter_value(&here), &s.value);

	s.key = bson_iter_key(iter);
	s.key_len = bson_iter_key_len(iter);
	if (field->is_readonly && !is_unchanged(v, path, &s.value)) {
		nw_issues_add(&v->issues, path, "field is read-only");
		return;
	}
	if (s.value.value_type == BSON_TYPE_NULL) {
		check_null(&s, out);
		return;
	}
	if (!is_right) {
		nw_issues_add(&v->issues, path, "must be of %s type", field->type_text);
		return;
	}
	for (unsigned rule = 0; rule < NW_RULES; rule++) {
		if (field->has_rule[rule]) {
			apply(&s, (enum nw_rule)rule);
		}
	}
	append(&s, out);
}

static void check_unknown(struct nw_validation *v, const bson_iter_t *iter, const struct nw_path *path, bson_t *out)
{
	const char *name = bson_iter_key(iter);
	bool is_reserved = path->up == NULL && nw_schema_is_reserved(name);

	if (!v->allow_unknown || is_reserved || !nw_schema_can_name(name)) {
		nw_issues_add(&v->issues, path, "unknown field");
	} else {
		bson_append_iter(out, name, (int)bson_iter_key_len(iter), iter);
	}
}

static void check_missing(struct nw_validation *v, const struct nw_schema *schema, const bool *seen,
			  const struct nw_path *up, bson_t *out)
{
	for (size_t i = 0; i < schema->n; i++) {
		const struct nw_field *field = &schema->fields[i];
		struct nw_path path = {up, field->name};

		if (seen[i] || (up == NULL && v->is_change)) {
			continue;
		}
		if (field->fallback != NULL) {
			bson_concat(out, field->fallback);
		} else if (field->is_required) {
			nw_issues_add(&v->issues, &path, "required field");
		}
	}
}

static void check_members(struct nw_validation *v, const struct nw_schema *schema, const bson_t *doc,
			  const struct nw_path *up, bson_t *out)
{
	bool seen[NW_SCHEMA_FIELDS + 1] = {false}; /* one more: _id, which every resource has */
	size_t hint = 0;
	bson_iter_t iter;

	bson_iter_init(&iter, doc);
	while (bson_iter_next(&iter) && v->issues.n < NW_ISSUES_MAX) {
		struct nw_path path = {up, bson_iter_key(&iter)};
		const struct nw_field *field =
			nw_schema_find(schema, bson_iter_key(&iter), bson_iter_key_len(&iter), hint);

		if (field == NULL) {
			check_unknown(v, &iter, &path, out);
			continue;
		}
		hint = (size_t)(field - schema->fields) + 1;
		seen[hint - 1] = true;
		check_value(v, field, &iter, &path, out);
	}
	check_missing(v, schema, seen, up, out);
}

int nw_validate(struct nw_validation *v, const struct nw_schema *schema, const bson_t *doc, bson_t *out)
{
	v->issues = (struct nw_issues){.memory = v->memory};
	v->references = NULL;
	check_members(v, schema, doc, NULL, out);
	return v->memory->failed ? -ENOMEM : 0;
}
