/** What Python builds of values by words: a if b else c, or, and, not, comparisons. What is not chosen is not computed.
 */
#ifndef NW_COMMON_LITERAL_LOGIC_H
#define NW_COMMON_LITERAL_LOGIC_H

#include "common/literal.h"

/** A whole value at p, but for a tuple without brackets. */
int nw_literal_logic_read(struct nw_literal_reader *reader, struct nw_literal *out, struct nw_err *err) NW_MUST_CHECK;

/** Internal to literal: sums and what is in them. */
int nw_literal_sum_read(struct nw_literal_reader *reader, struct nw_literal *out, struct nw_err *err) NW_MUST_CHECK;

#endif
