/** Random BSON from a seed: few names and values, so that random documents and filters meet, and the extremes. */
#ifndef NW_TESTS_UNIT_STORE_RANDOM_H
#define NW_TESTS_UNIT_STORE_RANDOM_H

#include <bson/bson.h>
#include <float.h>
#include <math.h>
#include <string.h>

#include "common/cc.h"

static inline uint64_t random_next(uint64_t *seed)
{
	uint64_t z = (*seed += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static inline unsigned random_below(uint64_t *seed, unsigned n)
{
	return (unsigned)(random_next(seed) % n);
}

static inline int64_t random_int(uint64_t *seed)
{
	static const int64_t ints[] = {0,
				       1,
				       2,
				       3,
				       5,
				       -1,
				       -2,
				       INT32_MAX,
				       INT32_MIN,
				       INT64_C(1) << 53,
				       (INT64_C(1) << 53) + 1,
				       (INT64_C(1) << 53) - 1,
				       -(INT64_C(1) << 53) - 1,
				       INT64_MAX,
				       INT64_MAX - 1,
				       INT64_MIN,
				       INT64_MIN + 1,
				       INT64_C(1000000000000000003)};

	return random_below(seed, 4) == 0 ? (int64_t)random_next(seed) >> random_below(seed, 64)
					  : ints[random_below(seed, NW_ARRAY_LEN(ints))];
}

static inline double random_double(uint64_t *seed)
{
	static const double doubles[] = {0.0,   -0.0,   1.0,     2.0,        3.0,     0.1,    0.5,     1.5,
					 -1.0,  -1.5,   0x1p53,  0x1p53 + 2, -0x1p53, 0x1p63, -0x1p63, 0x1p64,
					 1e300, -1e300, DBL_MAX, DBL_MIN,    5e-324,  1e15,   123.456, 1e18};
	double d;
	uint64_t bits = random_next(seed);

	if (random_below(seed, 8) != 0) {
		return doubles[random_below(seed, NW_ARRAY_LEN(doubles))];
	}
	memcpy(&d, &bits, sizeof(d));
	return isfinite(d) ? d : 7.25;
}

static inline void random_decimal(uint64_t *seed, bson_decimal128_t *out)
{
	static const char *const decimals[] = {"0",
					       "-0",
					       "0E-3",
					       "0E+3",
					       "1",
					       "1.0",
					       "1.00",
					       "1E+1",
					       "0.1",
					       "0.5",
					       "1.5",
					       "2",
					       "-1",
					       "-1.5",
					       "NaN",
					       "Infinity",
					       "-Infinity",
					       "9007199254740993",
					       "9007199254740992",
					       "9223372036854775807",
					       "9223372036854775808",
					       "-9223372036854775808",
					       "-9223372036854775809",
					       "1E-6176",
					       "-1E-6176",
					       "9.99E+6144",
					       "1E+400",
					       "0.1000000000000000055511151231257827",
					       "123.456",
					       "1E+18",
					       "5E-324",
					       "1000000000000000003",
					       "3"};

	bson_decimal128_from_string(decimals[random_below(seed, NW_ARRAY_LEN(decimals))], out);
}

static inline void random_append_string(uint64_t *seed, bson_t *doc, const char *key)
{
	static const struct {
		const char *s;
		int len;
	} strings[] = {{"", 0},         {"a", 1},
		       {"b", 1},        {"ab", 2},
		       {"a\0b", 3},     {"a\0", 2},
		       {"A", 1},        {"a\x01", 2},
		       {"\xc3\xa9", 2}, {"\xf0\x9f\xa6\x84", 4},
		       {"aa", 2},       {"\xef\xbf\xbf", 3},
		       {"z", 1},        {"a\"\\\n\x1f/", 6},
		       {"\x7f", 1}};
	unsigned i = random_below(seed, NW_ARRAY_LEN(strings));

	bson_append_utf8(doc, key, -1, strings[i].s, strings[i].len);
}

/** What JSON can hold too: reading back what was written gives the same bytes. */
static inline void random_append_plain(uint64_t *seed, bson_t *doc, const char *key)
{
	int64_t i = random_int(seed);

	switch (random_below(seed, 6)) {
	case 0:
		bson_append_null(doc, key, -1);
		break;
	case 1:
		bson_append_bool(doc, key, -1, random_below(seed, 2) == 1);
		break;
	case 2:
		if (i >= INT32_MIN && i <= INT32_MAX) {
			bson_append_int32(doc, key, -1, (int32_t)i);
		} else {
			bson_append_int64(doc, key, -1, i);
		}
		break;
	case 3:
		bson_append_double(doc, key, -1, random_double(seed));
		break;
	default:
		random_append_string(seed, doc, key);
	}
}

static inline void random_append_binary(uint64_t *seed, bson_t *doc, const char *key)
{
	static const uint8_t bytes[] = {1, 0, 255, 1};

	bson_append_binary(doc, key, -1, random_below(seed, 2) == 0 ? BSON_SUBTYPE_BINARY : BSON_SUBTYPE_USER,
			   bytes + random_below(seed, 2), random_below(seed, 3));
}

static inline void random_append_oid(uint64_t *seed, bson_t *doc, const char *key)
{
	bson_oid_t oid;

	memset(&oid, (int)random_below(seed, 3) * 100, sizeof(oid));
	bson_append_oid(doc, key, -1, &oid);
}

/** Types that only other programs make. */
static inline void random_append_rare(uint64_t *seed, bson_t *doc, const char *key)
{
	switch (random_below(seed, 8)) {
	case 0:
		bson_append_undefined(doc, key, -1);
		break;
	case 1:
		bson_append_minkey(doc, key, -1);
		break;
	case 2:
		bson_append_maxkey(doc, key, -1);
		break;
	case 3:
		bson_append_timestamp(doc, key, -1, 1 + random_below(seed, 3) * 0x7fffffff, random_below(seed, 3));
		break;
	case 4:
		bson_append_regex(doc, key, -1, random_below(seed, 2) == 0 ? "a" : "ab",
				  random_below(seed, 2) == 0 ? "" : "i");
		break;
	case 5:
		bson_append_code(doc, key, -1, random_below(seed, 2) == 0 ? "a" : "b");
		break;
	case 6:
		bson_append_symbol(doc, key, -1, random_below(seed, 2) == 0 ? "a" : "b", -1);
		break;
	default:
		bson_append_date_time(doc, key, -1, random_int(seed));
	}
}

/** Any value that has no others in it. */
static inline void random_append_scalar(uint64_t *seed, bson_t *doc, const char *key)
{
	bson_decimal128_t decimal;

	switch (random_below(seed, 20)) {
	case 0:
		random_decimal(seed, &decimal);
		bson_append_decimal128(doc, key, -1, &decimal);
		break;
	case 1:
		bson_append_double(doc, key, -1, random_below(seed, 2) == 0 ? (double)NAN : -(double)INFINITY);
		break;
	case 2:
		random_append_binary(seed, doc, key);
		break;
	case 3:
		random_append_oid(seed, doc, key);
		break;
	case 4:
		bson_append_date_time(doc, key, -1, (int64_t)random_below(seed, 5) - 2);
		break;
	case 5:
		random_append_rare(seed, doc, key);
		break;
	case 6:
	case 7:
		bson_append_int32(doc, key, -1, (int32_t)random_below(seed, 3));
		break;
	case 8:
		bson_append_int64(doc, key, -1, random_int(seed));
		break;
	default:
		random_append_plain(seed, doc, key);
	}
}

/** Any value; documents in it have the names a, b, c, 0 and 1, each at most once. */
static inline void random_append(uint64_t *seed, bson_t *doc, const char *key, unsigned depth)
{
	static const char *const names[] = {"a", "b", "c", "0", "1"};
	unsigned kind = depth == 0 ? 9 : random_below(seed, 10);
	char index[16];
	bson_t child;

	if (kind < 2) {
		bson_append_array_begin(doc, key, -1, &child);
		for (unsigned i = 0, n = random_below(seed, 4); i < n; i++) {
			snprintf(index, sizeof(index), "%u", i);
			random_append(seed, &child, index, depth - 1);
		}
		bson_append_array_end(doc, &child);
	} else if (kind < 4) {
		bson_append_document_begin(doc, key, -1, &child);
		for (unsigned i = 0; i < NW_ARRAY_LEN(names); i++) {
			if (random_below(seed, i < 3 ? 2 : 6) == 0) {
				random_append(seed, &child, names[i], depth - 1);
			}
		}
		bson_append_document_end(doc, &child);
	} else {
		random_append_scalar(seed, doc, key);
	}
}

#endif
