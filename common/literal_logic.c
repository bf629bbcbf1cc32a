#include "common/literal_logic.h"

#include <errno.h>
#include <string.h>

#include "common/literal_method.h"

enum { DEPTH_MAX = 40 }; /* nested values */

/* The word at p, not taken. */
static struct nw_span peek_word(const struct nw_literal_reader *r)
{
	struct nw_literal_reader ahead = *r;

	return nw_literal_name(&ahead);
}

static bool take_word(struct nw_literal_reader *r, const char *word)
{
	nw_literal_skip(r);
	if (!nw_span_eq(peek_word(r), word)) {
		return false;
	}
	r->p += strlen(word);
	nw_literal_skip(r);
	return true;
}

/* Behind a string, or a comment, at p; otherwise behind one character. */
static void pass(struct nw_literal_reader *r)
{
	char quote = *r->p;

	if (quote == '#') {
		while (r->p < r->end && *r->p != '\n') {
			r->p++;
		}
		return;
	}
	if (quote != '\'' && quote != '"') {
		r->p++;
		return;
	}
	size_t n = r->end - r->p > 2 && r->p[1] == quote && r->p[2] == quote ? 3 : 1;

	for (r->p += n; r->p < r->end && !(n == 1 && *r->p == '\n'); r->p++) {
		if (*r->p == quote && (n == 1 || (r->end - r->p > 2 && r->p[1] == quote && r->p[2] == quote))) {
			r->p += n;
			return;
		}
		r->p += *r->p == '\\' && r->end - r->p > 1;
	}
}

/* Whether `if` comes behind the value at p. */
static bool is_conditional(const struct nw_literal_reader *r)
{
	struct nw_literal_reader ahead = *r;
	unsigned open = 0;

	while (ahead.p < ahead.end) {
		struct nw_span word = nw_literal_name(&ahead);

		if (open == 0 && (nw_span_eq(word, "if") || nw_span_eq(word, "else"))) {
			return word.len == 2;
		}
		if (word.len > 0) {
			continue;
		}
		char c = *ahead.p;

		if (memchr(")]}", c, 3) != NULL && open-- == 0) {
			return false;
		}
		if (open == 0 && (c == ',' || c == ';' || c == ':' || (c == '\n' && r->brackets == 0))) {
			return false;
		}
		open += memchr("([{", c, 3) != NULL;
		ahead.p += c == '\\' && ahead.end - ahead.p > 1;
		pass(&ahead);
	}
	return false;
}

static bool is_less(const struct nw_literal *a, const struct nw_literal *b, bool or_equal, struct nw_err *err, int *rc)
{
	double x, y;

	if (a->kind == NW_LITERAL_STR && b->kind == NW_LITERAL_STR) {
		size_t n = a->text.len < b->text.len ? a->text.len : b->text.len;
		int order = n > 0 ? memcmp(a->text.p, b->text.p, n) : 0;

		order = order != 0 ? order : (a->text.len > b->text.len) - (a->text.len < b->text.len);
		return order < 0 || (or_equal && order == 0);
	}
	if (!nw_literal_method_number(a, &x) || !nw_literal_method_number(b, &y)) {
		*rc = nw_err_set(err, -EINVAL, "only numbers, or strings, are compared");
		return false;
	}
	return x < y || (or_equal && x <= y);
}

/* What stands between two values at p, taken; '\0': nothing of the kind. 'e' ==, 'n' !=, 'i' in, 'I' not in, 'g' >=,
 * 'l' <=. */
static char take_comparison(struct nw_literal_reader *r)
{
	static const struct {
		const char *text;
		char op;
	} signs[] = {{"==", 'e'}, {"!=", 'n'}, {"<=", 'l'}, {">=", 'g'}, {"<", '<'}, {">", '>'}};

	nw_literal_skip(r);
	for (size_t i = 0; i < NW_ARRAY_LEN(signs); i++) {
		size_t len = strlen(signs[i].text);

		if ((size_t)(r->end - r->p) >= len && memcmp(r->p, signs[i].text, len) == 0) {
			r->p += len;
			return signs[i].op;
		}
	}
	if (take_word(r, "in")) {
		return 'i';
	}
	if (take_word(r, "is")) {
		return take_word(r, "not") ? 'n' : 'e';
	}
	struct nw_literal_reader before = *r;

	if (take_word(r, "not") && take_word(r, "in")) {
		return 'I';
	}
	*r = before;
	return '\0';
}

static int compare(const struct nw_literal *a, char op, const struct nw_literal *b, bool *out, struct nw_err *err)
{
	int rc = 0;

	switch (op) {
	case 'e':
	case 'n':
		*out = nw_literal_method_equal(a, b) == (op == 'e');
		return 0;
	case 'i':
	case 'I':
		rc = nw_literal_method_contains(b, a, out, err);
		*out ^= op == 'I';
		return rc;
	case '<':
	case 'l':
		*out = is_less(a, b, op == 'l', err, &rc);
		return rc;
	default:
		*out = is_less(b, a, op == 'g', err, &rc);
		return rc;
	}
}

static int read_comparison(struct nw_literal_reader *r, struct nw_literal *out, struct nw_err *err)
{
	struct nw_literal right;
	int rc = nw_literal_sum_read(r, out, err);
	char op = rc == 0 ? take_comparison(r) : '\0';
	bool truth = false;

	if (op == '\0') {
		return rc;
	}
	rc = nw_literal_sum_read(r, &right, err);
	if (rc == 0 && r->dry == 0) {
		rc = compare(out, op, &right, &truth, err);
	}
	if (rc == 0 && take_comparison(r) != '\0') {
		return nw_err_set(err, -EINVAL, "comparisons are not read in a row: write them with 'and'");
	}
	*out = (struct nw_literal){.kind = NW_LITERAL_BOOL, .truth = truth};
	return rc;
}

static int read_not(struct nw_literal_reader *r, struct nw_literal *out, struct nw_err *err)
{
	bool is_negated = false, has_not = false;

	while (take_word(r, "not")) {
		is_negated = !is_negated;
		has_not = true;
	}
	int rc = read_comparison(r, out, err);

	if (rc == 0 && has_not) {
		*out = (struct nw_literal){.kind = NW_LITERAL_BOOL,
					   .truth = nw_literal_method_truth(out) != is_negated};
	}
	return rc;
}

/* a or b, a and b: the first that decides, or the last. */
static int read_chain(struct nw_literal_reader *r, bool is_or, struct nw_literal *out, struct nw_err *err)
{
	int rc = is_or ? read_chain(r, false, out, err) : read_not(r, out, err);

	while (rc == 0 && take_word(r, is_or ? "or" : "and")) {
		bool is_decided = nw_literal_method_truth(out) == is_or;
		struct nw_literal right;

		r->dry += is_decided;
		rc = is_or ? read_chain(r, false, &right, err) : read_not(r, &right, err);
		r->dry -= is_decided;
		if (!is_decided) {
			*out = right;
		}
	}
	return rc;
}

static int expected_else(struct nw_literal_reader *r, struct nw_err *err)
{
	char found[64];

	return nw_err_set(err, -EINVAL, "expected 'else', found %s", nw_literal_found(r, found, sizeof(found)));
}

/* a if b else c: the first is passed over until it is known whether it counts. */
static int read_conditional(struct nw_literal_reader *r, struct nw_literal *out, struct nw_err *err)
{
	struct nw_literal_reader first = *r;
	struct nw_literal condition, passed;

	r->dry++;
	int rc = read_chain(r, true, &passed, err);

	r->dry--;
	if (rc != 0 || !take_word(r, "if")) {
		return rc != 0 ? rc : expected_else(r, err);
	}
	rc = read_chain(r, true, &condition, err);
	if (rc != 0 || !take_word(r, "else")) {
		return rc != 0 ? rc : expected_else(r, err);
	}
	bool is_first = r->dry == 0 && nw_literal_method_truth(&condition);

	r->dry += is_first;
	rc = nw_literal_logic_read(r, out, err);
	r->dry -= is_first;
	if (rc == 0 && is_first) {
		rc = read_chain(&first, true, out, err);
		if (rc != 0) {
			r->p = first.p;
			r->line = first.line;
		}
	}
	return rc;
}

int nw_literal_logic_read(struct nw_literal_reader *r, struct nw_literal *out, struct nw_err *err)
{
	if (r->depth >= DEPTH_MAX) {
		return nw_err_set(err, -EINVAL, "brackets are nested deeper than %d", DEPTH_MAX);
	}
	nw_literal_skip(r);
	r->depth++;
	int rc = is_conditional(r) ? read_conditional(r, out, err) : read_chain(r, true, out, err);

	r->depth--;
	return rc;
}
