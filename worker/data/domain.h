/** A domain file, loaded: the resources that the data app serves. */
#ifndef NW_DATA_DOMAIN_H
#define NW_DATA_DOMAIN_H

#include <stddef.h>
#include <stdint.h>

#include "common/arena.h"
#include "common/err.h"
#include "worker/data/resource.h"

struct nw_domain {
	struct nw_arena *arena;
	const char *url_prefix; /* "" or "/api" */
	struct nw_resource *resources;
	size_t n_resources;
};

/**
 * Read, check and compile the file at @path. 0: *out is the caller's (nw_domain_free). Failure: every mistake of the
 * file is a line of @err (as far as it holds them), and nothing is loaded.
 */
int nw_domain_load(const char *path, struct nw_domain **out, struct nw_err *err) NW_MUST_CHECK;

/** The same from memory; @file names it in messages. */
int nw_domain_parse(const char *file, const char *text, size_t len, struct nw_domain **out,
		    struct nw_err *err) NW_MUST_CHECK;

/** Accepts NULL, returns NULL. */
struct nw_domain *nw_domain_free(struct nw_domain *domain);

#endif
