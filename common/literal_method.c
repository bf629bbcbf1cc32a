#include "common/literal_method.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/buf.h"
#include "common/quote.h"

static bool is_items(const struct nw_literal *value)
{
	return value->kind == NW_LITERAL_LIST || value->kind == NW_LITERAL_TUPLE || value->kind == NW_LITERAL_DICT;
}

bool nw_literal_method_truth(const struct nw_literal *value)
{
	switch (value->kind) {
	case NW_LITERAL_NONE:
		return false;
	case NW_LITERAL_BOOL:
		return value->truth;
	case NW_LITERAL_INT:
		return value->integer != 0;
	case NW_LITERAL_FLOAT:
		return value->real < 0 || value->real > 0;
	case NW_LITERAL_STR:
		return value->text.len > 0;
	case NW_LITERAL_LIST:
	case NW_LITERAL_TUPLE:
	case NW_LITERAL_DICT:
		break;
	}
	return value->items.n > 0;
}

bool nw_literal_method_number(const struct nw_literal *value, double *out)
{
	switch (value->kind) {
	case NW_LITERAL_BOOL:
		*out = value->truth;
		return true;
	case NW_LITERAL_INT:
		*out = (double)value->integer;
		return true;
	case NW_LITERAL_FLOAT:
		*out = value->real;
		return true;
	default:
		return false;
	}
}

bool nw_literal_method_equal(const struct nw_literal *a, const struct nw_literal *b)
{
	double x, y;

	if (a->kind == NW_LITERAL_STR && b->kind == NW_LITERAL_STR) {
		return a->text.len == b->text.len &&
		       (a->text.len == 0 || memcmp(a->text.p, b->text.p, a->text.len) == 0);
	}
	if (nw_literal_method_number(a, &x) && nw_literal_method_number(b, &y)) {
		return x <= y && x >= y;
	}
	if (a->kind != b->kind || (is_items(a) && a->items.n != b->items.n)) {
		return false;
	}
	for (size_t i = 0; is_items(a) && i < a->items.n; i++) {
		if (!nw_literal_method_equal(a->items.v[i], b->items.v[i])) {
			return false;
		}
	}
	return true;
}

int nw_literal_method_contains(const struct nw_literal *value, const struct nw_literal *item, bool *out,
			       struct nw_err *err)
{
	if (value->kind == NW_LITERAL_STR && item->kind == NW_LITERAL_STR) {
		*out = item->text.len == 0 || (value->text.len > 0 && memmem(value->text.p, value->text.len,
									     item->text.p, item->text.len) != NULL);
		return 0;
	}
	if (!is_items(value)) {
		return nw_err_set(err, -EINVAL, "'in' looks into strings, lists, tuples and dicts only");
	}
	*out = false;
	for (size_t i = 0; i < value->items.n; i += value->kind == NW_LITERAL_DICT ? 2 : 1) {
		*out |= nw_literal_method_equal(value->items.v[i], item);
	}
	return 0;
}

static int no_memory(struct nw_err *err)
{
	return nw_err_set(err, -EINVAL, "the value is too large");
}

int nw_literal_method_text(struct nw_arena *arena, const struct nw_literal *value, struct nw_span *out,
			   struct nw_err *err)
{
	char *text;

	switch (value->kind) {
	case NW_LITERAL_STR:
		*out = value->text;
		return 0;
	case NW_LITERAL_NONE:
		*out = nw_span_of("None");
		return 0;
	case NW_LITERAL_BOOL:
		*out = nw_span_of(value->truth ? "True" : "False");
		return 0;
	case NW_LITERAL_INT:
		text = nw_arena_printf(arena, "%" PRId64, value->integer);
		if (text == NULL) {
			return no_memory(err);
		}
		*out = nw_span_of(text);
		return 0;
	default:
		return nw_err_set(err, -EINVAL, "only strings, integers, True, False and None are made text here");
	}
}

int nw_literal_method_item(const struct nw_literal *value, const struct nw_literal *index, struct nw_literal *out,
			   struct nw_err *err)
{
	char shown[80];

	if (value->kind == NW_LITERAL_DICT) {
		for (size_t i = 0; i + 1 < value->items.n; i += 2) {
			if (nw_literal_method_equal(value->items.v[i], index)) {
				*out = *value->items.v[i + 1];
				return 0;
			}
		}
		return nw_err_set(err, -EINVAL, "there is no key %s",
				  index->kind == NW_LITERAL_STR ? nw_quote_into(shown, sizeof(shown), index->text)
								: "like that");
	}
	if (!is_items(value) || index->kind != NW_LITERAL_INT) {
		return nw_err_set(err, -EINVAL, "only items of a list, a tuple or a dict are taken by [...]");
	}
	int64_t n = (int64_t)value->items.n;
	int64_t i = index->integer < 0 ? index->integer + n : index->integer;

	if (i < 0 || i >= n) {
		return nw_err_set(err, -EINVAL, "there is no item %" PRId64, index->integer);
	}
	*out = *value->items.v[i];
	return 0;
}

static int set_text(struct nw_arena *arena, struct nw_span text, struct nw_literal *out, struct nw_err *err)
{
	char *copy = nw_arena_strndup(arena, text.p, text.len);

	if (copy == NULL) {
		return no_memory(err);
	}
	*out = (struct nw_literal){.kind = NW_LITERAL_STR, .text = {copy, text.len}};
	return 0;
}

static int change_case(struct nw_arena *arena, struct nw_span text, bool is_upper, struct nw_literal *out,
		       struct nw_err *err)
{
	int rc = set_text(arena, text, out, err);
	char *copy = nw_arena_strndup(arena, text.p, text.len);

	if (rc != 0 || copy == NULL) {
		return no_memory(err);
	}
	for (size_t i = 0; i < text.len; i++) {
		copy[i] = (char)(is_upper ? toupper((unsigned char)copy[i]) : tolower((unsigned char)copy[i]));
	}
	out->text.p = copy;
	return 0;
}

/* By @separator; len 0: by white space. */
static int split(struct nw_arena *arena, struct nw_span text, struct nw_span separator, struct nw_literal *out,
		 struct nw_err *err)
{
	const struct nw_literal **v = nw_arena_alloc(arena, (text.len + 1) * sizeof(*v));
	size_t n = 0;

	if (v == NULL) {
		return no_memory(err);
	}
	for (bool is_last = false; !is_last;) {
		text = separator.len == 0 ? nw_literal_strip(text) : text;
		const char *end = NULL;
		size_t width = separator.len;

		if (separator.len > 0 && text.len > 0) {
			end = memmem(text.p, text.len, separator.p, separator.len);
		} else if (separator.len == 0) {
			width = 1;
			for (size_t i = 0; i < text.len && end == NULL; i++) {
				end = memchr(" \t\n\r\f\v", text.p[i], 6) != NULL ? text.p + i : NULL;
			}
		}
		is_last = end == NULL;
		struct nw_span piece = {text.p, is_last ? text.len : (size_t)(end - text.p)};
		struct nw_literal *item = nw_arena_alloc(arena, sizeof(*item));

		if (item == NULL) {
			return no_memory(err);
		}
		*item = (struct nw_literal){.kind = NW_LITERAL_STR, .text = piece};
		if (separator.len > 0 || piece.len > 0) {
			v[n++] = item;
		}
		if (!is_last) {
			text = (struct nw_span){end + width, text.len - piece.len - width};
		}
	}
	*out = (struct nw_literal){.kind = NW_LITERAL_LIST, .items = {v, n}};
	return 0;
}

static int add_value(struct nw_arena *arena, struct nw_buf *out, const struct nw_literal *value, struct nw_err *err)
{
	struct nw_span text = {NULL, 0};
	int rc = nw_literal_method_text(arena, value, &text, err);

	if (rc == 0) {
		nw_buf_add(out, text.p, text.len);
	}
	return rc;
}

static int finish(struct nw_buf *buf, struct nw_literal *out, struct nw_err *err)
{
	const char *text = nw_buf_str(buf);

	if (buf->failed) {
		return no_memory(err);
	}
	*out = (struct nw_literal){.kind = NW_LITERAL_STR, .text = {text, buf->len}};
	return 0;
}

/* "{}:{1}" */
static int format_braces(struct nw_arena *arena, struct nw_span text, const struct nw_literal_args *args,
			 struct nw_literal *out, struct nw_err *err)
{
	struct nw_buf buf = {.grow = nw_arena_grow_any, .grow_arg = arena};
	size_t next = 0;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i];
		bool is_twice = i + 1 < text.len && text.p[i + 1] == c;

		if ((c != '{' && c != '}') || is_twice) {
			nw_buf_addc(&buf, c);
			i += (c == '{' || c == '}') && is_twice;
			continue;
		}
		bool has_digit = i + 2 < text.len && isdigit((unsigned char)text.p[i + 1]);
		size_t which = has_digit ? (size_t)(text.p[i + 1] - '0') : next++;

		i += has_digit ? 2 : 1;
		if (c == '}' || i >= text.len || text.p[i] != '}') {
			return nw_err_set(err, -EINVAL, "format() takes {} and {0} only");
		}
		if (which >= args->n) {
			return nw_err_set(err, -EINVAL, "format() has too few values");
		}
		int rc = add_value(arena, &buf, args->v[which], err);

		if (rc != 0) {
			return rc;
		}
	}
	return finish(&buf, out, err);
}

int nw_literal_method_percent(struct nw_arena *arena, const struct nw_literal *format, const struct nw_literal *value,
			      struct nw_literal *out, struct nw_err *err)
{
	struct nw_buf buf = {.grow = nw_arena_grow_any, .grow_arg = arena};
	struct nw_span text = format->text;
	bool is_tuple = value->kind == NW_LITERAL_TUPLE;
	size_t n = is_tuple ? value->items.n : 1, used = 0;

	for (size_t i = 0; i < text.len; i++) {
		char kind = i + 1 < text.len ? text.p[i + 1] : '\0';

		if (text.p[i] != '%') {
			nw_buf_addc(&buf, text.p[i]);
			continue;
		}
		i++;
		if (kind == '%') {
			nw_buf_addc(&buf, '%');
			continue;
		}
		if ((kind != 's' && kind != 'd') || used == n) {
			return nw_err_set(err, -EINVAL, "'%%' takes %%s and %%d only, and a value for each");
		}
		int rc = add_value(arena, &buf, is_tuple ? value->items.v[used] : value, err);

		used++;
		if (rc != 0) {
			return rc;
		}
	}
	return used == n ? finish(&buf, out, err) : nw_err_set(err, -EINVAL, "there are more values than %%s");
}

static bool has_end(struct nw_span text, struct nw_span end, bool at_start)
{
	return text.len >= end.len &&
	       (end.len == 0 || memcmp(at_start ? text.p : text.p + text.len - end.len, end.p, end.len) == 0);
}

static int not_read(struct nw_span name, struct nw_err *err)
{
	char shown[80];

	return nw_err_set(err, -EINVAL, "the method %s() is not read with these arguments",
			  nw_quote_into(shown, sizeof(shown), name));
}

static int call_str(struct nw_arena *arena, struct nw_span text, struct nw_span name,
		    const struct nw_literal_args *args, struct nw_literal *out, struct nw_err *err)
{
	bool has_text = args->n == 1 && args->v[0]->kind == NW_LITERAL_STR;
	struct nw_span given = has_text ? args->v[0]->text : (struct nw_span){NULL, 0};
	bool starts = nw_span_eq(name, "startswith");

	if (args->n == 0 && (nw_span_eq(name, "lower") || nw_span_eq(name, "upper"))) {
		return change_case(arena, text, name.p[0] == 'u', out, err);
	}
	if (args->n == 0 && nw_span_eq(name, "strip")) {
		return set_text(arena, nw_literal_strip(text), out, err);
	}
	if (nw_span_eq(name, "split") && (args->n == 0 || (has_text && given.len > 0))) {
		return split(arena, text, given, out, err);
	}
	if (nw_span_eq(name, "format")) {
		return format_braces(arena, text, args, out, err);
	}
	if (has_text && (starts || nw_span_eq(name, "endswith"))) {
		*out = (struct nw_literal){.kind = NW_LITERAL_BOOL, .truth = has_end(text, given, starts)};
		return 0;
	}
	return not_read(name, err);
}

int nw_literal_method_call(struct nw_arena *arena, const struct nw_literal *value, struct nw_span name,
			   const struct nw_literal_args *args, struct nw_literal *out, struct nw_err *err)
{
	if (value->kind == NW_LITERAL_STR) {
		return call_str(arena, value->text, name, args, out, err);
	}
	if (value->kind == NW_LITERAL_DICT && nw_span_eq(name, "get") && (args->n == 1 || args->n == 2)) {
		if (nw_literal_method_item(value, args->v[0], out, NULL) != 0) {
			*out = args->n == 2 ? *args->v[1] : (struct nw_literal){.kind = NW_LITERAL_NONE};
		}
		return 0;
	}
	return not_read(name, err);
}
