/**
 * Files of folders as answers, each folder below a prefix of the URL: the web application beside an API. Knows no app:
 * whoever has the request decides that it is for a file.
 *
 * Files are opened and read on the loop: what is used is in the page cache, and then all of it takes microseconds. A
 * large file goes from the page cache to the socket, so that its size costs no memory.
 */
#ifndef NW_HTTP_STATIC_H
#define NW_HTTP_STATIC_H

#include "common/settings.h"
#include "worker/http/exchange.h"

struct nw_static;

/**
 * @mounts: "PREFIX=DIR" each, checked (nw_settings_check_static()); borrowed for the life of the result. Opens every
 * DIR: a folder that takes its place later is not seen. The sentence names the DIR.
 */
int nw_static_open(const struct nw_strings *mounts, struct nw_static **out, struct nw_err *err) NW_MUST_CHECK;

/** Accepts NULL, returns NULL. No answer of it may be under way. */
struct nw_static *nw_static_close(struct nw_static *files);

/**
 * Answer @x with the file for @path (decoded, no NUL in it), sending it, if there is one: GET and HEAD, other methods
 * 405. @has_pages: a browser that navigates to a path of no file gets the index.html of the prefix (a single-page
 * application knows its pages itself). False: there is nothing for it, and @x is as it was. @files NULL: false.
 */
bool nw_static_answer(const struct nw_static *files, struct nw_exchange *x, struct nw_span path, bool has_pages);

#endif
