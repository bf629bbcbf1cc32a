/** The resources and their rules as JSON, for programs that make lists and forms of them: what GET /schema answers. */
#ifndef NW_DATA_DESCRIPTION_H
#define NW_DATA_DESCRIPTION_H

#include "common/buf.h"
#include "worker/data/domain.h"

#define NW_DESCRIPTION_NAME "schema" /* its path; no resource can be named so */

/**
 * The whole body: {"resources": {NAME: {...}}} in the order of the file. Rules stand there as they work, in Cerberus's
 * words; a boolean that is false is left out, and so is _id where the file says nothing about it.
 */
void nw_description_add(struct nw_buf *out, const struct nw_domain *domain);

#endif
