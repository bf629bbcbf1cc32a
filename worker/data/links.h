/** The _links of answers, as Eve writes them: hrefs are relative to the API's root. */
#ifndef NW_DATA_LINKS_H
#define NW_DATA_LINKS_H

#include <bson/bson.h>
#include <stdint.h>

#include "common/buf.h"
#include "worker/data/resource.h"

/** What a list was asked for, and what it found. */
struct nw_links_page {
	int64_t page, page_size, total;
	const char *where, *sort; /* as sent; NULL: not asked for */
};

/** An id in a path: hexadecimal digits, or percent-encoded text. */
void nw_links_add_id(struct nw_buf *out, const bson_value_t *id);

/** "_links":{...} of a document in a list, or in the answer to a write: self, and related where it refers to others. */
void nw_links_document(struct nw_buf *out, const struct nw_resource *resource, const bson_t *doc,
		       const bson_value_t *id);

/** The same of an item's own page: with parent and collection. */
void nw_links_item(struct nw_buf *out, const struct nw_resource *resource, const bson_t *doc, const bson_value_t *id);

/** "_links":{...} of a list: parent, self, next, last, prev. */
void nw_links_list(struct nw_buf *out, const struct nw_resource *resource, const struct nw_links_page *page);

/** The whole body of the home page. */
void nw_links_home(struct nw_buf *out, const struct nw_domain *domain);

#endif
