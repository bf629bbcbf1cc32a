/** Names of types, and what a document's value must be to be of one. */
#ifndef NW_DATA_TYPE_H
#define NW_DATA_TYPE_H

#include <bson/bson.h>
#include <stdbool.h>

#include "worker/data/schema.h"

/** "integer" -> NW_TYPE_INTEGER. false: not one of Narwhal's. */
bool nw_type_parse(const char *name, enum nw_type *out);

/** The reverse. */
const char *nw_type_name(enum nw_type type);

/** Why @name is no type: "unknown type 'interger': did you mean 'integer'?" */
void nw_type_mistake(const struct nw_reader *reader, const struct nw_pointer *at, const char *name);

/**
 * Read @in as one of the types of @field, the first that fits: strings become ids and dates, whole numbers floats,
 * where the type asks for it. *out borrows from @in. false: none fits.
 */
bool nw_type_coerce(const struct nw_field *field, const bson_value_t *in, bson_value_t *out);

/** The same for text from a URL or a form: digits become numbers too. false: @text is not of @field's types. */
bool nw_type_coerce_text(const struct nw_field *field, const char *text, bson_value_t *out);

#endif
