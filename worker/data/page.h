/** page and max_results. */
#ifndef NW_DATA_PAGE_H
#define NW_DATA_PAGE_H

#include <stdint.h>

#include "common/err.h"
#include "worker/data/resource.h"

struct nw_page {
	int64_t number; /* from 1 */
	int64_t size;
};

/**
 * Read the parameters as sent (NULL: not there). 0 means the default, too much the most there is, as Eve has it; what
 * is no number, or negative, is -EINVAL with the parameter's name.
 */
int nw_page_read(const struct nw_resource *resource, const char *page, const char *max_results, struct nw_page *out,
		 struct nw_err *err) NW_MUST_CHECK;

#endif
