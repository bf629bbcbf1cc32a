/** What the name of a file says: its type, and how long it may be kept. */
#ifndef NW_HTTP_FILE_TYPE_H
#define NW_HTTP_FILE_TYPE_H

#include <stdbool.h>

/** The media type by the extension, in any case; text is UTF-8. Unknown: application/octet-stream. */
const char *nw_file_type_of(const char *name);

/** Whether the type is one that is compressed by itself (pictures, films, archives): to do it again gains nothing. */
bool nw_file_type_is_packed(const char *name);

/**
 * Cache-Control: to be asked for again, or to be kept for a year when the name changes with the content, as Vite's do:
 * assets/NAME-HASH.ext, HASH eight characters of base64url. Words and dates of eight characters are told from a hash by
 * how little they mix letters and digits; a hash that looks like one of those (one in nine) is taken for a word, and is
 * only asked for again. The name alone cannot tell better, and the other mistake would keep an old file for a year.
 */
const char *nw_file_type_caching(const char *name);

#endif
