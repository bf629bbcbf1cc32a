/**
 * An opened file as an answer: what the client has of it already, which bytes it asks for, what tells this content from
 * the next (RFC 9110 sections 8.8, 13, 14). For the folders of --static and for apps.
 */
#ifndef NW_HTTP_FILE_ANSWER_H
#define NW_HTTP_FILE_ANSWER_H

#include "worker/http/exchange.h"
#include "worker/http/file_variant.h"

/**
 * Make @out, zeroed by the caller (but its status), the answer to @x with @variant: 200; 206 or 416 to a GET of ranges;
 * 304 or 412 to a GET or HEAD with preconditions. 412 and 416 have no body, that is the caller's to write. If
 * out->status is set it stays: the file is the page to it, whole, and nothing that a client may come back with. @type:
 * of the content; it becomes that of the answer, which is not among the fields (NULL: none). Borrowed, as all else
 * here, until the arena of @x is reset. Takes the descriptor, also on failure: -ENOMEM, or the errno of reading. From
 * any thread that has @x.
 */
int nw_file_answer_make(const struct nw_exchange *x, const struct nw_file_variant *variant, const char **type,
			struct nw_answer *out) NW_MUST_CHECK;

#endif
