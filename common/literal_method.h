/** What can be done with values of a config file without running anything: truth, equality, text, methods, items. */
#ifndef NW_COMMON_LITERAL_METHOD_H
#define NW_COMMON_LITERAL_METHOD_H

#include "common/literal.h"

/** As bool(). */
bool nw_literal_method_truth(const struct nw_literal *value);

/** As ==. */
bool nw_literal_method_equal(const struct nw_literal *a, const struct nw_literal *b);

/** An INT, FLOAT or BOOL; false: it is none. */
bool nw_literal_method_number(const struct nw_literal *value, double *out);

/* Below: 0, or -EINVAL and a sentence. */

/** As `item in value`. */
int nw_literal_method_contains(const struct nw_literal *value, const struct nw_literal *item, bool *out,
			       struct nw_err *err) NW_MUST_CHECK;

/** As str(): of strings, integers, True, False and None. */
int nw_literal_method_text(struct nw_arena *arena, const struct nw_literal *value, struct nw_span *out,
			   struct nw_err *err) NW_MUST_CHECK;

/** As value[index]. @out may be @value. */
int nw_literal_method_item(const struct nw_literal *value, const struct nw_literal *index, struct nw_literal *out,
			   struct nw_err *err) NW_MUST_CHECK;

/** As value.name(args): what strings and dicts have. @out may be @value. */
int nw_literal_method_call(struct nw_arena *arena, const struct nw_literal *value, struct nw_span name,
			   const struct nw_literal_args *args, struct nw_literal *out,
			   struct nw_err *err) NW_MUST_CHECK;

/** As format % value, with %s and %d only. @out may be @format. */
int nw_literal_method_percent(struct nw_arena *arena, const struct nw_literal *format, const struct nw_literal *value,
			      struct nw_literal *out, struct nw_err *err) NW_MUST_CHECK;

#endif
