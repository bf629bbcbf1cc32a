/** A file, or what stands for it in a coding: NAME.br and NAME.gz beside NAME, made when NAME was or later. */
#ifndef NW_HTTP_FILE_VARIANT_H
#define NW_HTTP_FILE_VARIANT_H

#include "worker/http/accept.h"
#include "worker/http/file.h"

struct nw_file_variant {
	struct nw_file file;   /* the caller's to close */
	enum nw_coding coding; /* of what is in it */
	bool is_negotiated;    /* another Accept-Encoding may get another one: Vary has to say so */
};

/**
 * As nw_file_open(), for a regular file (a folder: -EISDIR), and then the variant that the request of @head would
 * rather have. The time of a variant is compared in whole seconds: not all that copy it copy more of it.
 */
int nw_file_variant_open(int dir, const char *name, const struct nw_head *head,
			 struct nw_file_variant *out) NW_MUST_CHECK;

/** What to answer when that failed with @rc: 404, 403, 503 or 500; *@out_detail becomes the sentence to it, or NULL. */
unsigned nw_file_variant_status(int rc, const char **out_detail);

#endif
