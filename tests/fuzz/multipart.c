/*
 * The first line is a boundary, the rest a body. What is read of it lies within it, in order; written anew and read
 * again, it is the same.
 */
#include "worker/app/multipart.h"

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "worker/app/form.h"

enum { MOST = 4096, PARTS = 64, LINE = 128 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was read, as far as it matters. */
struct result {
	size_t n;
	struct nw_part parts[PARTS];
	int rc;
};

static void read_all(const char *type, struct nw_span body, struct result *out)
{
	struct nw_multipart m;
	const char *from = body.p;

	out->n = 0;
	out->rc = nw_multipart_begin(&m, nw_span_of(type), body);
	while (out->rc == 0 && out->n < PARTS) {
		struct nw_part *part = &out->parts[out->n];

		out->rc = nw_multipart_next(&m, part);
		if (out->rc <= 0) {
			break;
		}
		out->rc = 0;
		out->n++;
		assert(part->data.p >= from && part->data.p + part->data.len <= body.p + body.len);
		from = part->data.p + part->data.len;
	}
	assert(out->rc == 0 || (m.fault != NULL && (out->rc == -EBADMSG || out->rc == -E2BIG)));
}

static void add_quoted(struct nw_buf *out, const char *name, struct nw_span raw)
{
	static char text[MOST];
	size_t len = nw_part_text_into(raw, text);

	assert(len <= raw.len && memchr(text, '\0', len) == NULL);
	nw_buf_addf(out, "; %s=\"", name);
	for (size_t i = 0; i < len; i++) {
		nw_buf_adds(out, text[i] == '"' || text[i] == '\\' ? "\\" : "");
		nw_buf_addc(out, text[i]);
	}
	nw_buf_addc(out, '"');
}

static void write_all(const struct result *result, const char *boundary, struct nw_buf *out)
{
	for (size_t i = 0; i < result->n; i++) {
		const struct nw_part *part = &result->parts[i];

		nw_buf_addf(out, "--%s\r\nContent-Disposition: form-data", boundary);
		add_quoted(out, "name", part->name);
		if (part->is_file) {
			add_quoted(out, "filename", part->filename);
		}
		nw_buf_adds(out, "; more=1\r\n\r\n");
		nw_buf_add(out, part->data.p, part->data.len);
		nw_buf_adds(out, "\r\n");
	}
	nw_buf_addf(out, "--%s--", boundary);
}

static bool is_same_text(struct nw_span a, struct nw_span b)
{
	static char x[MOST], y[2 * MOST];
	size_t n = nw_part_text_into(a, x);

	return n == nw_part_text_into(b, y) && memcmp(x, y, n) == 0;
}

static void check_again(const char *type, const char *boundary, const struct result *result)
{
	static struct result again;
	struct nw_buf text = {0};

	write_all(result, boundary, &text);
	read_all(type, (struct nw_span){text.data, text.len}, &again);
	assert(again.rc == 0 && again.n == result->n);
	for (size_t i = 0; i < again.n; i++) {
		const struct nw_part *a = &result->parts[i], *b = &again.parts[i];

		assert(is_same_text(a->name, b->name) && a->is_file == b->is_file);
		assert(!a->is_file || is_same_text(a->filename, b->filename));
		assert(a->data.len == b->data.len && memcmp(a->data.p, b->data.p, a->data.len) == 0);
	}
	nw_buf_free(&text);
}

static void check_form(const char *type, struct nw_span body, const struct result *result)
{
	struct nw_arena *arena = nw_arena_new(0);
	struct nw_form form;
	const char *fault = NULL;
	int rc = nw_form_read(arena, nw_span_of(type), body, &form, &fault);

	assert(rc < 0 ? fault != NULL : result->rc == 0 && form.fields.n + form.n_files >= result->n);
	for (size_t i = 0; rc == 0 && i < form.n_files; i++) {
		assert(strpbrk(form.files[i].filename, "/\\") == NULL);
	}
	nw_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct result result;
	const uint8_t *line = size == 0 || size > MOST ? NULL : memchr(data, '\n', size);
	char type[2 * LINE], boundary[LINE];

	if (line == NULL || line - data >= LINE) {
		return 0;
	}
	snprintf(boundary, sizeof(boundary), "%.*s", (int)(line - data), (const char *)data);
	if (strpbrk(boundary, "\"\\") != NULL) {
		return 0;
	}
	snprintf(type, sizeof(type), "multipart/form-data; boundary=\"%s\"", boundary);
	struct nw_span body = {(const char *)line + 1, size - (size_t)(line + 1 - data)};

	read_all(type, body, &result);
	check_form(type, body, &result);
	if (result.rc == 0 && result.n < PARTS) {
		check_again(type, boundary, &result);
	}
	return 0;
}
