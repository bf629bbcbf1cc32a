#include "common/settings_number.h"

#include <errno.h>
#include <stdio.h>

#include "common/literal_number.h"

static const double whole_max = 1e15; /* all of whose neighbours a double has */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int text_to_integer(struct nw_span text, int64_t *out)
{
	struct nw_literal number;
	bool is_negative = false;

	text = nw_literal_strip(text);
	/* Leading zeros are decimal on a command line, though no Python literal has them. */
	int rc = nw_span_to_int64(text, INT64_MIN, INT64_MAX, out);

	if (rc != -EINVAL) {
		return rc;
	}
	if (text.len > 0 && (text.p[0] == '-' || text.p[0] == '+')) {
		is_negative = text.p[0] == '-';
		text = (struct nw_span){text.p + 1, text.len - 1};
	}
	rc = nw_literal_number_parse(text, &number);
	if (rc != 0 || number.kind != NW_LITERAL_INT) {
		return rc == -ERANGE ? -ERANGE : -EINVAL;
	}
	*out = is_negative ? -number.integer : number.integer;
	return 0;
}

int nw_settings_number_integer(const struct nw_literal *value, int64_t *out)
{
	switch (value->kind) {
	case NW_LITERAL_INT:
		*out = value->integer;
		return 0;
	case NW_LITERAL_BOOL: /* an int to Python */
		*out = value->truth;
		return 0;
	case NW_LITERAL_STR:
		return text_to_integer(value->text, out);
	case NW_LITERAL_FLOAT: /* 30.0, or 60 / 2; one with a fraction is told, not cut as Gunicorn does */
		if (!(value->real >= -whole_max && value->real <= whole_max) ||
		    value->real != (double)(int64_t)value->real) {
			break;
		}
		*out = (int64_t)value->real;
		return 0;
	case NW_LITERAL_NONE:
	case NW_LITERAL_LIST:
	case NW_LITERAL_TUPLE:
	case NW_LITERAL_DICT:
		break;
	}
	return -EINVAL;
}

struct unit {
	const char *name;
	int64_t times;
};

enum { KIB = 1 << 10, MIB = 1 << 20, GIB = 1 << 30 };

static const struct unit size_units[] = {
	{"b", 1},     {"k", KIB}, {"kb", KIB}, {"kib", KIB}, {"m", MIB}, {"mb", MIB},
	{"mib", MIB}, {"g", GIB}, {"gb", GIB}, {"gib", GIB}, {NULL, 0},
};

/* In milliseconds. */
static const struct unit time_units[] = {
	{"ms", 1}, {"s", 1000}, {"m", 60 * 1000}, {"h", 60 * 60 * 1000}, {"d", 24 * 60 * 60 * 1000}, {NULL, 0},
};

/* "16 MiB": digits and a unit. */
static int text_with_unit(struct nw_span text, const struct unit *units, int64_t *out)
{
	size_t n_digits = 0;
	int64_t n = 0;

	text = nw_literal_strip(text);
	while (n_digits < text.len && is_digit(text.p[n_digits])) {
		n_digits++;
	}
	struct nw_span name = nw_literal_strip((struct nw_span){text.p + n_digits, text.len - n_digits});
	int rc = nw_span_to_int64((struct nw_span){text.p, n_digits}, 0, INT64_MAX, &n);

	while (units->name != NULL && !nw_span_eq_nocase(name, units->name)) {
		units++;
	}
	if (rc == -EINVAL || units->name == NULL) {
		return -EINVAL;
	}
	return rc != 0 || __builtin_mul_overflow(n, units->times, out) ? -ERANGE : 0;
}

int nw_settings_number_size(const struct nw_literal *value, int64_t *out)
{
	int rc = nw_settings_number_integer(value, out);

	return rc == -EINVAL && value->kind == NW_LITERAL_STR ? text_with_unit(value->text, size_units, out) : rc;
}

int nw_settings_number_seconds(const struct nw_literal *value, int64_t *out)
{
	int64_t ms = 0;
	int rc = nw_settings_number_integer(value, out);

	if (rc != -EINVAL || value->kind != NW_LITERAL_STR) {
		return rc;
	}
	rc = text_with_unit(value->text, time_units, &ms);
	if (rc != 0 || ms % 1000 != 0) {
		return rc != 0 ? rc : -EINVAL;
	}
	*out = ms / 1000;
	return 0;
}

int nw_settings_number_mode(const struct nw_literal *value, int64_t *out)
{
	int64_t mode = 0;

	if (value->kind != NW_LITERAL_STR) {
		return nw_settings_number_integer(value, out);
	}
	struct nw_span text = nw_literal_strip(value->text);

	if (text.len < 2 || text.p[0] != '0' || !is_digit(text.p[1])) {
		return text_to_integer(text, out);
	}
	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] < '0' || text.p[i] > '7') {
			return -EINVAL;
		}
		if (mode > INT64_MAX >> 3) {
			return -ERANGE;
		}
		mode = mode << 3 | (text.p[i] - '0');
	}
	*out = mode;
	return 0;
}
