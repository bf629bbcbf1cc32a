/** Numbers between JSON text and the machine, with no loss. */
#ifndef NW_STORE_JSON_NUMBER_H
#define NW_STORE_JSON_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/cc.h"

struct nw_json_number {
	bool is_double; /* it was written with a fraction or an exponent */
	int64_t i;
	double d;
};

enum { NW_JSON_NUMBER_MAX = 32 }; /* bytes that any number takes as text */

/**
 * The JSON number at the start of @s. A number is not the last thing in a JSON document: one that reaches to s[len] is
 * -EINVAL. *out_used: bytes of it; on -EINVAL the offset where it breaks; -ERANGE: no int64, or no finite double.
 */
int nw_json_number_read(const char *s, size_t len, size_t *out_used, struct nw_json_number *out) NW_MUST_CHECK;

/** Digits into @to (NW_JSON_NUMBER_MAX bytes). Returns how many bytes. */
size_t nw_json_number_write_int(char *to, int64_t i);

/** The shortest text that reads back as @d and as a double ("2.0"); "null" for NaN and infinities. */
size_t nw_json_number_write_double(char *to, double d);

#endif
