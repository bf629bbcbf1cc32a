#include "common/literal_math.h"

#include <errno.h>
#include <string.h>

#include "common/literal_method.h"

int nw_literal_math_negate(struct nw_literal *value, struct nw_err *err)
{
	if (value->kind == NW_LITERAL_FLOAT) {
		value->real = -value->real;
		return 0;
	}
	if (__builtin_sub_overflow(0, value->integer, &value->integer)) {
		return nw_err_set(err, -EINVAL, "the number is too large");
	}
	return 0;
}

/* Python's // and %: rounded down, the rest has the divisor's sign. */
static int divide(int64_t a, int64_t b, bool wants_rest, int64_t *out)
{
	if (b == 0 || (b == -1 && a == INT64_MIN)) {
		return -ERANGE;
	}
	int64_t quotient = a / b, rest = a % b;

	if (rest != 0 && (rest < 0) != (b < 0)) {
		quotient--;
		rest += b;
	}
	*out = wants_rest ? rest : quotient;
	return 0;
}

static int join(struct nw_arena *arena, struct nw_literal *a, const struct nw_literal *b, struct nw_err *err)
{
	char *text = nw_arena_alloc(arena, a->text.len + b->text.len + 1);

	if (text == NULL) {
		return nw_err_set(err, -EINVAL, "the text is too long");
	}
	memcpy(text, a->text.p, a->text.len);
	memcpy(text + a->text.len, b->text.p, b->text.len);
	a->text = (struct nw_span){text, a->text.len + b->text.len};
	return 0;
}

static int join_items(struct nw_arena *arena, struct nw_literal *a, const struct nw_literal *b, struct nw_err *err)
{
	size_t n = a->items.n + b->items.n;
	const struct nw_literal **v = nw_arena_alloc(arena, (n + 1) * sizeof(*v));

	if (v == NULL) {
		return nw_err_set(err, -EINVAL, "the list is too long");
	}
	for (size_t i = 0; i < n; i++) {
		v[i] = i < a->items.n ? a->items.v[i] : b->items.v[i - a->items.n];
	}
	a->items.v = v;
	a->items.n = n;
	return 0;
}

static int compute_real(char op, struct nw_literal *a, const struct nw_literal *b, struct nw_err *err)
{
	double x, y;

	if (!nw_literal_method_number(a, &x) || !nw_literal_method_number(b, &y) || op == '%' || op == '/') {
		return nw_err_set(err, -EINVAL, "arithmetic is for numbers only, // and %% for integers");
	}
	if (op == ':' && !(y < 0 || y > 0)) {
		return nw_err_set(err, -EINVAL, "division by zero");
	}
	*a = (struct nw_literal){.kind = NW_LITERAL_FLOAT,
				 .real = op == ':'   ? x / y
					 : op == '*' ? x * y
					 : op == '+' ? x + y
						     : x - y};
	return 0;
}

int nw_literal_math_compute(struct nw_arena *arena, char op, struct nw_literal *a, const struct nw_literal *b,
			    struct nw_err *err)
{
	bool is_lost = false;

	if (op == '+' && a->kind == NW_LITERAL_STR && b->kind == NW_LITERAL_STR) {
		return join(arena, a, b, err);
	}
	if (op == '+' && a->kind == b->kind && (a->kind == NW_LITERAL_LIST || a->kind == NW_LITERAL_TUPLE)) {
		return join_items(arena, a, b, err);
	}
	if (op == '%' && a->kind == NW_LITERAL_STR) {
		return nw_literal_method_percent(arena, a, b, a, err);
	}
	if (op == ':' || a->kind == NW_LITERAL_FLOAT || b->kind == NW_LITERAL_FLOAT) {
		return compute_real(op, a, b, err);
	}
	if (a->kind != NW_LITERAL_INT || b->kind != NW_LITERAL_INT) {
		return nw_err_set(err, -EINVAL, "arithmetic is for numbers only");
	}
	if (op == '/' || op == '%') {
		if (b->integer == 0) {
			return nw_err_set(err, -EINVAL, "division by zero");
		}
		is_lost = divide(a->integer, b->integer, op == '%', &a->integer) != 0;
	} else if (op == '*') {
		is_lost = __builtin_mul_overflow(a->integer, b->integer, &a->integer);
	} else if (op == '+') {
		is_lost = __builtin_add_overflow(a->integer, b->integer, &a->integer);
	} else {
		is_lost = __builtin_sub_overflow(a->integer, b->integer, &a->integer);
	}
	return is_lost ? nw_err_set(err, -EINVAL, "the result is too large") : 0;
}
