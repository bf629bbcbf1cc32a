/** One field of a schema, compiled from its rules. */
#ifndef NW_DATA_FIELD_H
#define NW_DATA_FIELD_H

#include "worker/data/schema.h"

/** Compile the object @json ({"type": "string", "required": true}) into @field, whose name is set. @depth: of the
 * schema that it stands in. */
void nw_field_compile(const struct nw_reader *reader, const struct cJSON *json, const struct nw_pointer *at,
		      unsigned depth, struct nw_field *field);

/** What the rules of one field must be to each other, once all are read. (field_check.c) */
void nw_field_check(const struct nw_reader *reader, const struct nw_pointer *at, struct nw_field *field);

#endif
