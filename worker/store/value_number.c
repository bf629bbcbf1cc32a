#include "worker/store/value_number.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	DOUBLE_DIGITS = 767,              /* decimal digits of the longest double */
	DIGITS_TEXT = DOUBLE_DIGITS + 16, /* and as text, with sign, point and exponent */
	INFINITE = 20000,                 /* the exponent that stands for infinity; decimal128 ends at 6144 */
};

enum sign { NOT_A_NUMBER = 1, NEGATIVE, ZERO, POSITIVE };

/** A magnitude d.ddd * 10^exponent: no zeros in front, none at the end. */
struct decimal {
	enum sign sign;
	int exponent;
	size_t n;
	char digits[DOUBLE_DIGITS]; /* 0 to 9 */
};

static int order(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int compare_doubles(double a, double b)
{
	if (isnan(a) || isnan(b)) {
		return (isnan(a) ? 0 : 1) - (isnan(b) ? 0 : 1);
	}
	return (a > b) - (a < b);
}

static int compare_int_double(int64_t i, double d)
{
	if (isnan(d)) {
		return 1;
	}
	/* 2^63 and what lies beyond no int64 reaches. */
	if (d >= 0x1p63) {
		return -1;
	}
	if (d < -0x1p63) {
		return 1;
	}
	int64_t whole = (int64_t)d;

	/* A double that has a fraction is small enough that its whole part is exact. */
	return i != whole ? order(i, whole) : compare_doubles((double)whole, d);
}

/** "-1.5E+3", and what printf() makes of a double: digits, point, exponent. */
static void decimal_from_text(const char *text, struct decimal *out)
{
	int exponent = -1;
	bool has_point = false;

	out->n = 0;
	out->sign = *text == '-' ? NEGATIVE : POSITIVE;
	for (; *text != '\0' && *text != 'E' && *text != 'e'; text++) {
		if (*text == '.') {
			has_point = true;
		} else if (*text >= '0' && *text <= '9') {
			bool is_leading = out->n == 0 && *text == '0';

			exponent += !has_point && !is_leading ? 1 : has_point && is_leading ? -1 : 0;
			if (!is_leading) {
				out->digits[out->n++] = (char)(*text - '0');
			}
		}
	}
	out->exponent = exponent + (*text != '\0' ? (int)strtol(text + 1, NULL, 10) : 0);
	while (out->n > 0 && out->digits[out->n - 1] == 0) {
		out->n--;
	}
	out->sign = out->n == 0 ? ZERO : out->sign;
}

static void decimal_infinite(bool is_negative, struct decimal *out)
{
	out->sign = is_negative ? NEGATIVE : POSITIVE;
	out->exponent = INFINITE;
	out->n = 1;
	out->digits[0] = 1;
}

static void decimal_from_double(double d, struct decimal *out)
{
	char text[DIGITS_TEXT];

	if (isnan(d)) {
		out->sign = NOT_A_NUMBER;
		return;
	}
	if (isinf(d)) {
		decimal_infinite(d < 0, out);
		return;
	}
	snprintf(text, sizeof(text), "%.*e", DOUBLE_DIGITS - 1, d);
	decimal_from_text(text, out);
}

static void decimal_from_int(int64_t i, struct decimal *out)
{
	char text[32];

	snprintf(text, sizeof(text), "%lld", (long long)i);
	decimal_from_text(text, out);
}

static void decimal_from_decimal128(const bson_decimal128_t *d, struct decimal *out)
{
	char text[BSON_DECIMAL128_STRING];

	bson_decimal128_to_string(d, text);
	if (strcmp(text, "NaN") == 0) {
		out->sign = NOT_A_NUMBER;
	} else if (strstr(text, "Inf") != NULL) {
		decimal_infinite(*text == '-', out);
	} else {
		decimal_from_text(text, out);
	}
}

static bool is_int(const bson_value_t *v)
{
	return v->value_type == BSON_TYPE_INT32 || v->value_type == BSON_TYPE_INT64;
}

static int64_t int_of(const bson_value_t *v)
{
	return v->value_type == BSON_TYPE_INT32 ? v->value.v_int32 : v->value.v_int64;
}

static void decimal_from_value(const bson_value_t *v, struct decimal *out)
{
	if (v->value_type == BSON_TYPE_DECIMAL128) {
		decimal_from_decimal128(&v->value.v_decimal128, out);
	} else if (v->value_type == BSON_TYPE_DOUBLE) {
		decimal_from_double(v->value.v_double, out);
	} else {
		decimal_from_int(int_of(v), out);
	}
}

static int compare_magnitudes(const struct decimal *a, const struct decimal *b)
{
	if (a->exponent != b->exponent) {
		return order(a->exponent, b->exponent);
	}
	int by_digits = memcmp(a->digits, b->digits, a->n < b->n ? a->n : b->n);

	return by_digits != 0 ? by_digits : order((int64_t)a->n, (int64_t)b->n);
}

static int compare_decimals(const bson_value_t *a, const bson_value_t *b)
{
	struct decimal x, y;

	decimal_from_value(a, &x);
	decimal_from_value(b, &y);
	if (x.sign != y.sign) {
		return order(x.sign, y.sign);
	}
	if (x.sign == NOT_A_NUMBER || x.sign == ZERO) {
		return 0;
	}
	return x.sign == NEGATIVE ? compare_magnitudes(&y, &x) : compare_magnitudes(&x, &y);
}

int nw_value_number_compare(const bson_value_t *a, const bson_value_t *b)
{
	if (a->value_type == BSON_TYPE_DECIMAL128 || b->value_type == BSON_TYPE_DECIMAL128) {
		return compare_decimals(a, b);
	}
	if (is_int(a)) {
		return is_int(b) ? order(int_of(a), int_of(b)) : compare_int_double(int_of(a), b->value.v_double);
	}
	return is_int(b) ? -compare_int_double(int_of(b), a->value.v_double)
			 : compare_doubles(a->value.v_double, b->value.v_double);
}

/** The largest double that is not above the magnitude of @x; *out_is_exact: it is the magnitude. */
static double double_below(const struct decimal *x, bool *out_is_exact)
{
	char text[BSON_DECIMAL128_STRING + 16];
	struct decimal back;
	size_t len = 0;

	if (x->exponent == INFINITE) {
		*out_is_exact = true;
		return INFINITY;
	}
	for (size_t i = 0; i < x->n && i < BSON_DECIMAL128_STRING; i++) {
		text[len++] = (char)('0' + x->digits[i]);
	}
	snprintf(text + len, sizeof(text) - len, "e%d", x->exponent - (int)len + 1);
	double d = strtod(text, NULL);

	d = isinf(d) ? DBL_MAX : d;
	decimal_from_double(d, &back);
	int to_x = back.sign == ZERO ? -1 : compare_magnitudes(&back, x);

	*out_is_exact = to_x == 0;
	return to_x > 0 ? nextafter(d, 0) : d;
}

/** As double_below(), of an integer. */
static double double_below_int(uint64_t n, bool *out_is_exact)
{
	double d = (double)n;

	if (d >= 0x1p64 || (uint64_t)d > n) {
		d = nextafter(d, 0);
	}
	*out_is_exact = (uint64_t)d == n;
	return d;
}

static void put_exactly(const struct decimal *x, struct nw_buf *out)
{
	uint16_t exponent = (uint16_t)(x->exponent + 0x8000);

	nw_buf_addc(out, 1);
	nw_buf_addc(out, (char)(exponent >> 8));
	nw_buf_addc(out, (char)(exponent & 0xff));
	for (size_t i = 0; i < x->n; i++) {
		nw_buf_addc(out, (char)(x->digits[i] + 1));
	}
	nw_buf_addc(out, 0);
}

static void put_magnitude(double below, bool is_exact, const bson_value_t *value, struct nw_buf *out)
{
	struct decimal x;
	uint64_t bits;

	memcpy(&bits, &below, sizeof(bits));
	bits = htobe64(bits);
	nw_buf_add(out, &bits, sizeof(bits));
	if (is_exact) {
		nw_buf_addc(out, 0);
		return;
	}
	decimal_from_value(value, &x);
	put_exactly(&x, out);
}

static enum sign take_apart(const bson_value_t *v, double *out_below, bool *out_is_exact)
{
	if (v->value_type == BSON_TYPE_DOUBLE) {
		double d = v->value.v_double;

		*out_is_exact = true;
		*out_below = fabs(d);
		return isnan(d) ? NOT_A_NUMBER : d == 0 ? ZERO : d < 0 ? NEGATIVE : POSITIVE;
	}
	if (is_int(v)) {
		int64_t i = int_of(v);

		*out_below = double_below_int(i < 0 ? 0 - (uint64_t)i : (uint64_t)i, out_is_exact);
		return i == 0 ? ZERO : i < 0 ? NEGATIVE : POSITIVE;
	}
	struct decimal x;

	decimal_from_value(v, &x);
	if (x.sign == NEGATIVE || x.sign == POSITIVE) {
		*out_below = double_below(&x, out_is_exact);
	}
	return x.sign;
}

void nw_value_number_key(const bson_value_t *value, struct nw_buf *out)
{
	double below = 0;
	bool is_exact = true;
	enum sign sign = take_apart(value, &below, &is_exact);

	nw_buf_addc(out, (char)sign);
	if (sign == NOT_A_NUMBER || sign == ZERO) {
		return;
	}
	size_t start = out->len;

	put_magnitude(below, is_exact, value, out);
	for (size_t i = start; sign == NEGATIVE && i < out->len; i++) {
		out->data[i] = (char)~out->data[i];
	}
}
