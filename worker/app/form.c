#include "worker/app/form.h"

#include <errno.h>
#include <string.h>

#include "worker/app/multipart.h"

/* A multipart form while it is read. */
struct reading {
	struct nw_arena *arena;
	struct nw_form form;
	size_t text; /* bytes so far */
	const char *fault;
};

static int fail(const char **out_fault, int code, const char *fault)
{
	*out_fault = fault;
	return code;
}

static int pairs_read(struct nw_arena *arena, struct nw_span body, struct nw_pairs *out, const char **out_fault)
{
	if (body.len > NW_FORM_TEXT) {
		return fail(out_fault, -E2BIG, "it is longer than 1048576 bytes");
	}
	int rc = nw_pairs_parse(arena, body, NW_FORM_FIELDS, out);

	if (rc == -E2BIG) {
		return fail(out_fault, rc, "it has more than 1000 fields");
	}
	for (size_t i = 0; rc == 0 && i < out->n; i++) {
		if (strlen(out->v[i].name) > NW_FORM_NAME) {
			return fail(out_fault, -E2BIG, "the name of a field is longer than 1024 bytes");
		}
	}
	return rc;
}

/* Room for one more of @n elements of @size: as many again whenever that is a power of two. */
static void *array_grow(struct nw_arena *arena, void *array, size_t n, size_t size)
{
	return (n & (n - 1)) != 0 ? array : nw_arena_grow(arena, array, n * size, (n == 0 ? 1 : 2 * n) * size);
}

/* A name as it was meant; NULL: no memory. */
static char *text_copy(const struct reading *r, struct nw_span text)
{
	char *copy = nw_arena_alloc(r->arena, text.len + 1);

	if (copy != NULL) {
		copy[nw_part_text_into(text, copy)] = '\0';
	}
	return copy;
}

static int field_add(struct reading *r, const struct nw_part *part)
{
	struct nw_pairs *fields = &r->form.fields;
	struct nw_pair *grown = array_grow(r->arena, fields->v, fields->n, sizeof(*fields->v));
	char *name = text_copy(r, part->name);
	char *value = nw_arena_alloc(r->arena, 3 * part->data.len + 1);

	if (grown == NULL || name == NULL || value == NULL) {
		return -ENOMEM;
	}
	nw_pairs_copy(part->data, value);
	fields->v = grown;
	fields->v[fields->n++] = (struct nw_pair){name, value};
	return 0;
}

/* The last segment of what may be a path, of either kind: some clients send all of it. */
static const char *base_of(const char *filename)
{
	const char *base = filename;

	for (const char *p = filename; *p != '\0'; p++) {
		if (*p == '/' || *p == '\\') {
			base = p + 1;
		}
	}
	return strcmp(base, ".") == 0 || strcmp(base, "..") == 0 ? "" : base;
}

/* The media type, in lower case, without parameters. */
static char *type_copy(const struct reading *r, struct nw_span type)
{
	const char *semicolon = type.len == 0 ? NULL : memchr(type.p, ';', type.len);

	if (semicolon != NULL) {
		type = nw_span_trim((struct nw_span){type.p, (size_t)(semicolon - type.p)});
	}
	char *copy = nw_arena_strndup(r->arena, type.len == 0 ? "" : type.p, type.len);

	for (char *p = copy; p != NULL && *p != '\0'; p++) {
		if (*p >= 'A' && *p <= 'Z') {
			*p = (char)(*p + ('a' - 'A'));
		}
	}
	return copy;
}

static int file_add(struct reading *r, const struct nw_part *part)
{
	struct nw_form *form = &r->form;
	struct nw_upload *grown = array_grow(r->arena, form->files, form->n_files, sizeof(*form->files));
	char *name = text_copy(r, part->name);
	char *filename = text_copy(r, part->filename);
	char *type = type_copy(r, part->type);

	if (grown == NULL || name == NULL || filename == NULL || type == NULL) {
		return -ENOMEM;
	}
	form->files = grown;
	form->files[form->n_files++] = (struct nw_upload){
		.name = name,
		.filename = base_of(filename),
		.type = type,
		.data = part->data.p,
		.len = part->data.len,
	};
	return 0;
}

static int part_add(struct reading *r, const struct nw_part *part)
{
	if (r->form.fields.n + r->form.n_files == NW_FORM_FIELDS) {
		return fail(&r->fault, -E2BIG, "it has more than 1000 parts");
	}
	if (part->name.len > NW_FORM_NAME) {
		return fail(&r->fault, -E2BIG, "the name of a part is longer than 1024 bytes");
	}
	size_t own = part->name.len + (part->is_file ? part->filename.len + part->type.len : part->data.len);

	if (own > NW_FORM_TEXT - r->text) {
		return fail(&r->fault, -E2BIG, "its text is longer than 1048576 bytes, files not counted");
	}
	r->text += own;
	return part->is_file ? file_add(r, part) : field_add(r, part);
}

static int parts_read(struct reading *r, struct nw_span content_type, struct nw_span body)
{
	struct nw_multipart m;
	struct nw_part part;
	int rc = nw_multipart_begin(&m, content_type, body);

	while (rc == 0 && (rc = nw_multipart_next(&m, &part)) > 0) {
		rc = part_add(r, &part);
		if (rc < 0) {
			return rc;
		}
	}
	r->fault = m.fault;
	return rc;
}

static bool is_type(struct nw_span content_type, const char *name)
{
	const char *semicolon = content_type.len == 0 ? NULL : memchr(content_type.p, ';', content_type.len);

	if (semicolon != NULL) {
		content_type.len = (size_t)(semicolon - content_type.p);
	}
	return nw_span_eq_nocase(nw_span_trim(content_type), name);
}

int nw_form_read(struct nw_arena *arena, struct nw_span content_type, struct nw_span body, struct nw_form *out,
		 const char **out_fault)
{
	struct reading r = {.arena = arena};
	int rc = 0;

	if (is_type(content_type, "application/x-www-form-urlencoded")) {
		rc = pairs_read(arena, body, &r.form.fields, &r.fault);
	} else if (is_type(content_type, "multipart/form-data")) {
		rc = parts_read(&r, content_type, body);
	}
	if (rc < 0) {
		*out_fault = r.fault;
		return rc;
	}
	*out = r.form;
	return 0;
}
