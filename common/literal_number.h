/** Numbers as Python writes them: 1_000, 0x1f, 0o22, 0b1, 2.5, 1e3. */
#ifndef NW_COMMON_LITERAL_NUMBER_H
#define NW_COMMON_LITERAL_NUMBER_H

#include "common/literal.h"

/** All of @s (no sign, no blanks) as a number. 0, -EINVAL (not a number), -ERANGE (does not fit in 64 bits). */
int nw_literal_number_parse(struct nw_span s, struct nw_literal *out) NW_MUST_CHECK;

/** The number at p. */
int nw_literal_number_read(struct nw_literal_reader *reader, struct nw_literal *out, struct nw_err *err) NW_MUST_CHECK;

#endif
