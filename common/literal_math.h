/** Arithmetic of a config file: 64-bit integers with Python's rules, floats, and strings and lists side by side. */
#ifndef NW_COMMON_LITERAL_MATH_H
#define NW_COMMON_LITERAL_MATH_H

#include "common/literal.h"

/** @value: INT or FLOAT. */
int nw_literal_math_negate(struct nw_literal *value, struct nw_err *err) NW_MUST_CHECK;

/** a = a OP b; @op: '+', '-', '*', '%', '/' for //, or ':' for /. -EINVAL: kinds that do not fit, overflow, division by
 * zero. */
int nw_literal_math_compute(struct nw_arena *arena, char op, struct nw_literal *a, const struct nw_literal *b,
			    struct nw_err *err) NW_MUST_CHECK;

#endif
