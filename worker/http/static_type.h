/** What the name of a file says: its type, and how long it may be kept. Internal to worker/http/static. */
#ifndef NW_HTTP_STATIC_TYPE_H
#define NW_HTTP_STATIC_TYPE_H

#include <stdbool.h>

/** The media type by the extension, in any case; text is UTF-8. Unknown: application/octet-stream. */
const char *nw_static_type_of(const char *name);

/**
 * Does the name change with the content, as Vite's do: assets/NAME-HASH.ext, HASH eight characters of base64url? Words
 * and dates of eight characters are told from a hash by how little they mix letters and digits; a hash that looks like
 * one of those is taken for a word, and is only asked for again.
 */
bool nw_static_type_is_hashed(const char *name);

#endif
