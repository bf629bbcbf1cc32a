/**
 * A form: the body of a request as application/x-www-form-urlencoded (WHATWG URL) or multipart/form-data (RFC 7578).
 * Text is copied, since it is to end with a NUL; files stay slices of the body.
 */
#ifndef NW_APP_FORM_H
#define NW_APP_FORM_H

#include <narwhal/upload.h>

#include "common/arena.h"
#include "worker/app/pairs.h"

/* Of either kind of form. What is over a limit is refused whole, never cut. */
enum {
	NW_FORM_FIELDS = 1000,      /* fields and files: as many as Werkzeug and Django take */
	NW_FORM_NAME = 1024,        /* bytes of a field's name */
	NW_FORM_TEXT = 1024 * 1024, /* bytes of all text: what of a body is held in memory at most; not of files */
};

struct nw_form {
	struct nw_pairs fields;
	struct nw_upload *files;
	size_t n_files;
};

/**
 * @content_type: the field's whole value. What is copied is @arena's; file data is @body's. 0, also when the body is
 * no form: *out is empty then; -EBADMSG: malformed, -E2BIG: over a limit, *out_fault says what ("it has ...");
 * -ENOMEM: over the arena's limit.
 */
int nw_form_read(struct nw_arena *arena, struct nw_span content_type, struct nw_span body, struct nw_form *out,
		 const char **out_fault) NW_MUST_CHECK;

#endif
