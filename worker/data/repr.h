/** Values as Python writes them: Cerberus puts str() and repr() of what was sent into its messages. */
#ifndef NW_DATA_REPR_H
#define NW_DATA_REPR_H

#include <bson/bson.h>

#include "common/buf.h"

/** str(value): a string as it is, everything else as repr(). */
void nw_repr_str(struct nw_buf *out, const bson_value_t *value);

/** repr(value): 'x', 5, 1.5, True, None, ['x', 1], {'a': 1}. */
void nw_repr_value(struct nw_buf *out, const bson_value_t *value);

#endif
