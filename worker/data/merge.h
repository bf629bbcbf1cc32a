/** Documents put together. */
#ifndef NW_DATA_MERGE_H
#define NW_DATA_MERGE_H

#include <bson/bson.h>

/** Append each member of @patch to @out, an object merged into the one that @stored has there. _id is left out. */
void nw_merge_changes(const bson_t *stored, const bson_t *patch, bson_t *out);

/** Append @stored to @out with the members of @set in place of its own, new ones last. */
void nw_merge_set(const bson_t *stored, const bson_t *set, bson_t *out);

#endif
