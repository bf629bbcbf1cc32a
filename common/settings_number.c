#include "common/settings_number.h"

#include <errno.h>
#include <stdio.h>

#include "common/literal_number.h"

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
	case NW_LITERAL_NONE:
	case NW_LITERAL_FLOAT:
	case NW_LITERAL_LIST:
	case NW_LITERAL_TUPLE:
	case NW_LITERAL_DICT:
		break;
	}
	return -EINVAL;
}

/* The power of two that a unit stands for; -1: there is no such unit. */
static int unit_shift(struct nw_span unit)
{
	static const struct {
		const char *name;
		int shift;
	} units[] = {
		{"b", 0},   {"k", 10},   {"kb", 10}, {"kib", 10}, {"m", 20},
		{"mb", 20}, {"mib", 20}, {"g", 30},  {"gb", 30},  {"gib", 30},
	};

	for (size_t i = 0; i < NW_ARRAY_LEN(units); i++) {
		if (nw_span_eq_nocase(unit, units[i].name)) {
			return units[i].shift;
		}
	}
	return -1;
}

int nw_settings_number_size(const struct nw_literal *value, int64_t *out)
{
	int rc = nw_settings_number_integer(value, out);
	size_t n_digits = 0;
	int64_t n = 0;

	if (rc != -EINVAL || value->kind != NW_LITERAL_STR) {
		return rc;
	}
	struct nw_span text = nw_literal_strip(value->text);

	while (n_digits < text.len && is_digit(text.p[n_digits])) {
		n_digits++;
	}
	int shift = unit_shift(nw_literal_strip((struct nw_span){text.p + n_digits, text.len - n_digits}));

	rc = nw_span_to_int64((struct nw_span){text.p, n_digits}, 0, INT64_MAX, &n);
	if (rc == -EINVAL || shift < 0) {
		return -EINVAL;
	}
	if (rc != 0 || n > INT64_MAX >> shift) {
		return -ERANGE;
	}
	*out = n << shift;
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
