#include "worker/store/json_number.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	EXACT_POWER = 22,      /* 10 to this is still exact in a double */
	EXPONENT_CAP = 100000, /* beyond it the digits of an exponent change nothing */
};

static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
				1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/** A number taken apart: (-1)^is_negative * mantissa * 10^exponent. */
struct parts {
	bool is_negative;
	bool is_whole;    /* no fraction, no exponent */
	bool is_too_long; /* the digits do not fit in mantissa */
	uint64_t mantissa;
	int exponent;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/** Digits from s[i] on into the mantissa. Returns where they end. */
static size_t read_digits(const char *s, size_t len, size_t i, struct parts *parts)
{
	for (; i < len && is_digit(s[i]); i++) {
		uint64_t digit = (uint64_t)(s[i] - '0');

		if (parts->mantissa > (UINT64_MAX - digit) / 10) {
			parts->is_too_long = true;
		} else {
			parts->mantissa = parts->mantissa * 10 + digit;
		}
	}
	return i;
}

/** 'e', sign and digits at s[i]. Returns where they end; where they should have begun when there are none. */
static size_t read_exponent(const char *s, size_t len, size_t i, struct parts *parts, bool *out_is_there)
{
	bool is_negative = false;
	int exponent = 0;

	i++;
	if (i < len && (s[i] == '+' || s[i] == '-')) {
		is_negative = s[i++] == '-';
	}
	*out_is_there = i < len && is_digit(s[i]);
	for (; i < len && is_digit(s[i]); i++) {
		if (exponent < EXPONENT_CAP) {
			exponent = exponent * 10 + (s[i] - '0');
		}
	}
	parts->exponent += is_negative ? -exponent : exponent;
	return i;
}

/** All of the grammar. Returns the end of the number, *out_is_good: it is one. */
static size_t read_parts(const char *s, size_t len, struct parts *parts, bool *out_is_good)
{
	size_t i = 0;

	if (i < len && s[i] == '-') {
		parts->is_negative = true;
		i++;
	}
	size_t start = i;

	i = read_digits(s, len, i, parts);
	*out_is_good = i > start;
	if (i > start + 1 && s[start] == '0') {
		*out_is_good = false; /* 01 */
		return start + 1;
	}
	if (*out_is_good && i < len && s[i] == '.') {
		start = ++i;
		i = read_digits(s, len, i, parts);
		parts->is_whole = false;
		*out_is_good = i > start;
		parts->exponent = i - start < EXPONENT_CAP ? -(int)(i - start) : -EXPONENT_CAP;
	}
	if (*out_is_good && i < len && (s[i] == 'e' || s[i] == 'E')) {
		parts->is_whole = false;
		i = read_exponent(s, len, i, parts, out_is_good);
	}
	return i;
}

static int to_int(const struct parts *parts, int64_t *out)
{
	uint64_t most = (uint64_t)INT64_MAX + (parts->is_negative ? 1 : 0);

	if (parts->is_too_long || parts->mantissa > most) {
		return -ERANGE;
	}
	*out = parts->is_negative ? (int64_t)(0 - parts->mantissa) : (int64_t)parts->mantissa;
	return 0;
}

static int to_double(const struct parts *parts, const char *s, double *out)
{
	bool is_exact = !parts->is_too_long && parts->mantissa <= (UINT64_C(1) << DBL_MANT_DIG) &&
			parts->exponent >= -EXACT_POWER && parts->exponent <= EXACT_POWER;

	/* Both operands exact: one rounding, and that is right, as long as the machine computes in doubles. */
	if (is_exact && FLT_EVAL_METHOD == 0) {
		double d = (double)parts->mantissa;

		d = parts->exponent < 0 ? d / powers[-parts->exponent] : d * powers[parts->exponent];
		*out = parts->is_negative ? -d : d;
		return 0;
	}
	double d = strtod(s, NULL);

	if (!isfinite(d)) {
		return -ERANGE;
	}
	*out = d;
	return 0;
}

int nw_json_number_read(const char *s, size_t len, size_t *out_used, struct nw_json_number *out)
{
	struct parts parts = {.is_whole = true};
	bool is_good;

	*out_used = read_parts(s, len, &parts, &is_good);
	/* The byte behind it is what stops strtod(). */
	if (!is_good || *out_used == len) {
		return -EINVAL;
	}
	out->is_double = !parts.is_whole;
	return parts.is_whole ? to_int(&parts, &out->i) : to_double(&parts, s, &out->d);
}

static size_t write_digits(char *to, uint64_t n)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + n % 10);
		n /= 10;
	} while (n != 0);
	memcpy(to, digits + at, sizeof(digits) - at);
	return sizeof(digits) - at;
}

size_t nw_json_number_write_int(char *to, int64_t i)
{
	if (i >= 0) {
		return write_digits(to, (uint64_t)i);
	}
	*to = '-';
	return 1 + write_digits(to + 1, 0 - (uint64_t)i);
}

/** @n / 10^@decimals as "123.045", at least one decimal. */
static size_t write_fixed(char *to, uint64_t n, unsigned decimals)
{
	uint64_t power = (uint64_t)powers[decimals];
	size_t len = write_digits(to, n / power);

	to[len++] = '.';
	uint64_t rest = n % power;

	for (unsigned i = decimals; i > 0; i--) {
		to[len + i - 1] = (char)('0' + rest % 10);
		rest /= 10;
	}
	if (decimals == 0) {
		to[len++] = '0';
	}
	return len + decimals;
}

/**
 * Most doubles that people store have few decimals. With at most 15 digits in all there is one decimal number near
 * enough to read back as @d, so the first that does is the shortest. 0: not such a one.
 */
static size_t write_short(char *to, double d)
{
	if (FLT_EVAL_METHOD != 0 || (d < 1e-4 && d != 0)) {
		return 0;
	}
	for (unsigned decimals = 0; decimals <= 12; decimals++) {
		double scaled = d * powers[decimals];

		/* Whole numbers are exact for longer. */
		if (scaled > (decimals == 0 ? 0x1p53 : 1e15)) {
			return 0;
		}
		/* Half and more goes up; which of two neighbours it is is tested by dividing. */
		uint64_t n = (uint64_t)(scaled + 0.5);

		if ((double)n / powers[decimals] == d) {
			return write_fixed(to, n, decimals);
		}
	}
	return 0;
}

static size_t write_printf(char *to, double d)
{
	int len = 0;

	/* All doubles keep 15 digits, except those that are too small for all their bits. */
	for (int digits = d < DBL_MIN ? 1 : 15; digits <= 17; digits++) {
		len = snprintf(to, NW_JSON_NUMBER_MAX, "%.*g", digits, d);
		if (strtod(to, NULL) == d) {
			break;
		}
	}
	if (strpbrk(to, ".e") == NULL) {
		to[len++] = '.';
		to[len++] = '0';
	}
	return (size_t)len;
}

size_t nw_json_number_write_double(char *to, double d)
{
	if (!isfinite(d)) {
		memcpy(to, "null", 4);
		return 4;
	}
	size_t sign = signbit(d) ? 1 : 0;

	if (sign != 0) {
		*to++ = '-';
		d = -d;
	}
	size_t len = write_short(to, d);

	return sign + (len != 0 ? len : write_printf(to, d));
}
