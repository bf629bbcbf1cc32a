#include "common/literal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/literal_logic.h"
#include "common/literal_math.h"
#include "common/literal_method.h"
#include "common/literal_number.h"
#include "common/literal_string.h"
#include "common/quote.h"

static bool is_name_start(char c)
{
	return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_';
}

static bool is_name_char(char c)
{
	return is_name_start(c) || (c >= '0' && c <= '9');
}

static char peek(const struct nw_literal_reader *r)
{
	return r->p < r->end ? *r->p : '\0';
}

static bool peek_is(const struct nw_literal_reader *r, const char *text)
{
	size_t len = strlen(text);

	return (size_t)(r->end - r->p) >= len && memcmp(r->p, text, len) == 0;
}

void nw_literal_skip(struct nw_literal_reader *r)
{
	while (r->p < r->end) {
		char c = *r->p;

		if (c == '#') {
			const char *newline = memchr(r->p, '\n', (size_t)(r->end - r->p));

			r->p = newline != NULL ? newline : r->end;
		} else if (c == ' ' || c == '\t' || c == '\f') {
			r->p++;
		} else if (c == '\n' && r->brackets > 0) {
			r->line++;
			r->p++;
		} else if (peek_is(r, "\\\n")) {
			r->line++;
			r->p += 2;
		} else {
			return;
		}
	}
}

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct nw_span nw_literal_strip(struct nw_span s)
{
	while (s.len > 0 && is_blank(s.p[0])) {
		s.p++;
		s.len--;
	}
	while (s.len > 0 && is_blank(s.p[s.len - 1])) {
		s.len--;
	}
	return s;
}

struct nw_span nw_literal_name(struct nw_literal_reader *r)
{
	struct nw_span name = {r->p, 0};

	if (is_name_start(peek(r))) {
		while (r->p < r->end && is_name_char(*r->p)) {
			r->p++;
		}
		name.len = (size_t)(r->p - name.p);
	}
	return name;
}

const char *nw_literal_found(const struct nw_literal_reader *r, char *buf, size_t size)
{
	struct nw_literal_reader ahead = *r;
	struct nw_span word = nw_literal_name(&ahead);

	if (r->p >= r->end) {
		snprintf(buf, size, "the end of the file");
	} else if (*r->p == '\n') {
		snprintf(buf, size, "the end of the line");
	} else {
		nw_quote_into(buf, size, word.len > 0 ? word : (struct nw_span){r->p, 1});
	}
	return buf;
}

static int no_memory(struct nw_err *err)
{
	return nw_err_set(err, -EINVAL, "the value is too large");
}

static int not_expected(struct nw_literal_reader *r, const char *expected, struct nw_err *err)
{
	char found[64];

	return nw_err_set(err, -EINVAL, "expected %s, found %s", expected, nw_literal_found(r, found, sizeof(found)));
}

static const struct nw_literal *keep(struct nw_literal_reader *r, const struct nw_literal *value)
{
	struct nw_literal *kept = nw_arena_alloc(r->arena, sizeof(*kept));

	if (kept != NULL) {
		*kept = *value;
	}
	return kept;
}

/* Items of a list, tuple or dict while they are read. */
struct items {
	const struct nw_literal **v;
	size_t n, cap;
};

static int add_item(struct nw_literal_reader *r, struct items *items, const struct nw_literal *value,
		    struct nw_err *err)
{
	if (items->n == items->cap) {
		size_t size = items->cap * sizeof(*items->v);
		size_t cap = items->cap == 0 ? 8 : items->cap * 2;
		const struct nw_literal **v = nw_arena_alloc(r->arena, cap * sizeof(*v));

		if (v == NULL) {
			return no_memory(err);
		}
		if (items->v != NULL) {
			memcpy(v, items->v, size);
		}
		items->v = v;
		items->cap = cap;
	}
	items->v[items->n] = keep(r, value);
	return items->v[items->n++] == NULL ? no_memory(err) : 0;
}

/* One item, or KEY: VALUE. */
static int read_item(struct nw_literal_reader *r, bool is_dict, struct items *items, struct nw_err *err)
{
	struct nw_literal value;
	int rc = nw_literal_logic_read(r, &value, err);

	if (rc == 0) {
		rc = add_item(r, items, &value, err);
	}
	if (rc != 0 || !is_dict) {
		return rc;
	}
	if (peek(r) != ':') {
		return not_expected(r, "':' and a value", err);
	}
	r->p++;
	rc = nw_literal_logic_read(r, &value, err);
	return rc != 0 ? rc : add_item(r, items, &value, err);
}

/* From behind the opening bracket to behind the closing one. */
static int read_items(struct nw_literal_reader *r, char close, struct items *items, bool *out_has_comma,
		      struct nw_err *err)
{
	char expected[] = "',' or '?'";
	unsigned line = r->line;

	expected[8] = close;
	for (;;) {
		nw_literal_skip(r);
		if (peek(r) == close) {
			r->p++;
			return 0;
		}
		int rc = read_item(r, close == '}', items, err);

		if (rc != 0) {
			return rc;
		}
		if (peek(r) == ',') {
			r->p++;
			*out_has_comma = true;
		} else if (r->p >= r->end) {
			r->line = line;
			return nw_err_set(err, -EINVAL, "the bracket that is opened here is not closed by '%c'", close);
		} else if (peek(r) != close) {
			return not_expected(r, expected, err);
		}
	}
}

static int read_brackets(struct nw_literal_reader *r, struct nw_literal *out, struct nw_err *err)
{
	char open = *r->p++;
	char close = open == '(' ? ')' : open == '[' ? ']' : '}';
	struct items items = {0};
	bool has_comma = false;

	r->brackets++;
	int rc = read_items(r, close, &items, &has_comma, err);

	r->brackets--;
	if (rc != 0) {
		return rc;
	}
	if (open == '(' && items.n == 1 && !has_comma) {
		*out = *items.v[0];
		return 0;
	}
	out->kind = open == '(' ? NW_LITERAL_TUPLE : open == '[' ? NW_LITERAL_LIST : NW_LITERAL_DICT;
	out->items.v = items.v;
	out->items.n = items.n;
	return 0;
}

/* One string, or several side by side, which are one. */
static int read_strings(struct nw_literal_reader *r, struct nw_literal *out, struct nw_err *err)
{
	struct nw_buf buf = {.grow = nw_arena_grow_any, .grow_arg = r->arena};

	do {
		int rc = nw_literal_string_read(r, &buf, err);

		if (rc != 0) {
			return rc;
		}
		nw_literal_skip(r);
	} while (nw_literal_at_string(r));
	const char *text = nw_buf_str(&buf);

	if (buf.failed) {
		return no_memory(err);
	}
	*out = (struct nw_literal){.kind = NW_LITERAL_STR, .text = {text, buf.len}};
	return 0;
}

/* What stands between the bracket at p and its end. */
static int read_arguments(struct nw_literal_reader *r, struct nw_literal_args *out, struct nw_err *err)
{
	struct items items = {0};
	bool has_comma = false;

	r->p++;
	r->brackets++;
	int rc = read_items(r, ')', &items, &has_comma, err);

	r->brackets--;
	*out = (struct nw_literal_args){items.v, items.n};
	return rc;
}

static int read_name(struct nw_literal_reader *r, struct nw_literal *out, struct nw_err *err)
{
	struct nw_span name = nw_literal_name(r);
	const struct nw_literal none = {.kind = NW_LITERAL_NONE}, *value = &none;
	struct nw_literal_args args = {0};

	while (peek(r) == '.' && r->end - r->p > 1 && is_name_start(r->p[1])) {
		r->p++;
		nw_literal_name(r);
		name.len = (size_t)(r->p - name.p);
	}
	if (nw_span_eq(name, "None")) {
		*out = (struct nw_literal){.kind = NW_LITERAL_NONE};
		return 0;
	}
	if (nw_span_eq(name, "True") || nw_span_eq(name, "False")) {
		*out = (struct nw_literal){.kind = NW_LITERAL_BOOL, .truth = name.p[0] == 'T'};
		return 0;
	}
	nw_literal_skip(r);
	bool is_call = peek(r) == '(';
	int rc = is_call ? read_arguments(r, &args, err) : 0;

	if (rc == 0 && r->dry > 0) {
		/* The name counts as used, whatever comes of it. */
		(void)r->resolve(r->resolve_arg, name, is_call ? &args : NULL, &value, NULL);
		*out = none;
		return 0;
	}
	if (rc == 0) {
		rc = r->resolve(r->resolve_arg, name, is_call ? &args : NULL, &value, err);
	}
	if (rc == 0) {
		*out = *value;
	}
	return rc;
}

static int read_atom(struct nw_literal_reader *r, struct nw_literal *out, struct nw_err *err)
{
	char c = peek(r);

	if (c == '(' || c == '[' || c == '{') {
		return read_brackets(r, out, err);
	}
	if (nw_literal_at_string(r)) {
		return read_strings(r, out, err);
	}
	if ((c >= '0' && c <= '9') || (c == '.' && r->end - r->p > 1 && r->p[1] >= '0' && r->p[1] <= '9')) {
		return nw_literal_number_read(r, out, err);
	}
	if (is_name_start(c)) {
		return read_name(r, out, err);
	}
	return not_expected(r, "a value", err);
}

/* value.name(args) */
static int read_method(struct nw_literal_reader *r, struct nw_literal *out, struct nw_err *err)
{
	struct nw_literal_args args;

	r->p++;
	nw_literal_skip(r);
	struct nw_span name = nw_literal_name(r);

	nw_literal_skip(r);
	if (name.len == 0 || peek(r) != '(') {
		return not_expected(r, "the call of a method", err);
	}
	int rc = read_arguments(r, &args, err);

	return rc != 0 || r->dry > 0 ? rc : nw_literal_method_call(r->arena, out, name, &args, out, err);
}

/* value[index] */
static int read_index(struct nw_literal_reader *r, struct nw_literal *out, struct nw_err *err)
{
	struct nw_literal index;

	r->p++;
	r->brackets++;
	int rc = nw_literal_logic_read(r, &index, err);

	r->brackets--;
	if (rc == 0 && peek(r) != ']') {
		rc = not_expected(r, "']'", err);
	}
	if (rc != 0) {
		return rc;
	}
	r->p++;
	return r->dry > 0 ? 0 : nw_literal_method_item(out, &index, out, err);
}

static int read_postfix(struct nw_literal_reader *r, struct nw_literal *out, struct nw_err *err)
{
	int rc = read_atom(r, out, err);

	nw_literal_skip(r);
	while (rc == 0 && (peek(r) == '.' || peek(r) == '[')) {
		rc = peek(r) == '.' ? read_method(r, out, err) : read_index(r, out, err);
		nw_literal_skip(r);
	}
	return rc;
}

static int read_signed(struct nw_literal_reader *r, struct nw_literal *out, struct nw_err *err)
{
	bool is_negative = false, has_sign = false;

	nw_literal_skip(r);
	while (peek(r) == '-' || peek(r) == '+') {
		is_negative ^= *r->p == '-';
		has_sign = true;
		r->p++;
		nw_literal_skip(r);
	}
	int rc = read_postfix(r, out, err);

	if (rc != 0 || r->dry > 0) {
		return rc;
	}
	if (has_sign && out->kind != NW_LITERAL_INT && out->kind != NW_LITERAL_FLOAT) {
		return nw_err_set(err, -EINVAL, "a sign stands in front of numbers only");
	}
	return is_negative ? nw_literal_math_negate(out, err) : 0;
}

/* The operator at p of the product (or sum), taken: '*', '/' for //, ':' for /, '%' ('+', '-'); 0: none. */
static int take_operator(struct nw_literal_reader *r, bool is_product, char *out_op, struct nw_err *err)
{
	char c = peek(r);

	*out_op = '\0';
	if (!is_product && (c == '+' || c == '-')) {
		*out_op = *r->p++;
		return 0;
	}
	if (!is_product || (c != '*' && c != '/' && c != '%')) {
		return 0;
	}
	if (peek_is(r, "**")) {
		return nw_err_set(err, -EINVAL, "only + - * / // and %% are computed");
	}
	*out_op = c == '/' && !peek_is(r, "//") ? ':' : c;
	r->p += *out_op == '/' ? 2 : 1;
	return 0;
}

static int read_product(struct nw_literal_reader *r, struct nw_literal *out, struct nw_err *err)
{
	int rc = read_signed(r, out, err);

	while (rc == 0) {
		struct nw_literal right;
		char op;

		rc = take_operator(r, true, &op, err);
		if (rc != 0 || op == '\0') {
			break;
		}
		rc = read_signed(r, &right, err);
		if (rc == 0 && r->dry == 0) {
			rc = nw_literal_math_compute(r->arena, op, out, &right, err);
		}
	}
	return rc;
}

int nw_literal_sum_read(struct nw_literal_reader *r, struct nw_literal *out, struct nw_err *err)
{
	int rc = read_product(r, out, err);

	while (rc == 0) {
		struct nw_literal right;
		char op;

		rc = take_operator(r, false, &op, err);
		if (rc != 0 || op == '\0') {
			break;
		}
		rc = read_product(r, &right, err);
		if (rc == 0 && r->dry == 0) {
			rc = nw_literal_math_compute(r->arena, op, out, &right, err);
		}
	}
	return rc;
}

/* `"a", "b"` without brackets is a tuple too. */
static int read_bare_tuple(struct nw_literal_reader *r, struct nw_literal *first, struct nw_err *err)
{
	struct items items = {0};
	int rc = add_item(r, &items, first, err);

	while (rc == 0 && peek(r) == ',') {
		r->p++;
		nw_literal_skip(r);
		if (r->p >= r->end || *r->p == '\n' || *r->p == ';') {
			break;
		}
		rc = read_item(r, false, &items, err);
	}
	first->kind = NW_LITERAL_TUPLE;
	first->items.v = items.v;
	first->items.n = items.n;
	return rc;
}

int nw_literal_read(struct nw_literal_reader *r, const struct nw_literal **out, struct nw_err *err)
{
	struct nw_literal value;
	int rc = nw_literal_logic_read(r, &value, err);

	if (rc == 0 && peek(r) == ',') {
		rc = read_bare_tuple(r, &value, err);
	}
	if (rc != 0) {
		return rc;
	}
	const struct nw_literal *kept = keep(r, &value);

	if (kept == NULL) {
		return no_memory(err);
	}
	*out = kept;
	return 0;
}
