#include "worker/data/links.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "worker/data/domain.h"
#include "worker/store/json.h"

static const char HOME[] = "{\"title\":\"home\",\"href\":\"/\"}";

static void add_encoded(struct nw_buf *out, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (isalnum(c) || (c != '\0' && strchr("-._~", c) != NULL)) {
			nw_buf_addc(out, (char)c);
		} else {
			nw_buf_addf(out, "%%%02X", c);
		}
	}
}

void nw_links_add_id(struct nw_buf *out, const bson_value_t *id)
{
	char hex[25];

	switch ((int)id->value_type) {
	case BSON_TYPE_OID:
		bson_oid_to_string(&id->value.v_oid, hex);
		nw_buf_add(out, hex, 24);
		break;
	case BSON_TYPE_UTF8:
		add_encoded(out, id->value.v_utf8.str, id->value.v_utf8.len);
		break;
	case BSON_TYPE_INT32:
		nw_buf_addf(out, "%" PRId32, id->value.v_int32);
		break;
	case BSON_TYPE_INT64:
		nw_buf_addf(out, "%" PRId64, id->value.v_int64);
		break;
	default: /* of another program: no path leads to it */
		nw_buf_addc(out, '-');
	}
}

static void add_title(struct nw_buf *out, const char *title)
{
	nw_buf_adds(out, "{\"title\":");
	nw_json_string(out, title, strlen(title));
	nw_buf_adds(out, ",\"href\":");
}

static void add_item(struct nw_buf *out, const struct nw_resource *resource, const bson_value_t *id)
{
	add_title(out, resource->item_title);
	nw_buf_addf(out, "\"%s/", resource->name);
	nw_links_add_id(out, id);
	nw_buf_adds(out, "\"}");
}

static void add_collection(struct nw_buf *out, const struct nw_resource *resource)
{
	add_title(out, resource->name);
	nw_buf_addf(out, "\"%s\"}", resource->name);
}

static void add_related_list(struct nw_buf *out, const struct nw_resource *resource, const bson_iter_t *list)
{
	bson_iter_t iter;
	bool is_first = true;

	nw_buf_addc(out, '[');
	if (bson_iter_recurse(list, &iter)) {
		while (bson_iter_next(&iter)) {
			if (!is_first) {
				nw_buf_addc(out, ',');
			}
			is_first = false;
			add_item(out, resource, bson_iter_value(&iter));
		}
	}
	nw_buf_addc(out, ']');
}

/* Eve links what refers to others by its own field of the document, not what lies deeper. */
static void add_related(struct nw_buf *out, const struct nw_resource *resource, const bson_t *doc)
{
	size_t n = 0;
	bson_iter_t iter;

	for (size_t i = 0; i < resource->schema->n; i++) {
		const struct nw_field *field = &resource->schema->fields[i];

		if (field->relation == NULL || !bson_iter_init_find(&iter, doc, field->name) ||
		    BSON_ITER_HOLDS_NULL(&iter)) {
			continue;
		}
		nw_buf_adds(out, n++ == 0 ? ",\"related\":{" : ",");
		nw_json_string(out, field->name, field->name_len);
		nw_buf_addc(out, ':');
		if (BSON_ITER_HOLDS_ARRAY(&iter)) {
			add_related_list(out, field->relation->resource, &iter);
		} else {
			add_item(out, field->relation->resource, bson_iter_value(&iter));
		}
	}
	if (n > 0) {
		nw_buf_addc(out, '}');
	}
}

void nw_links_document(struct nw_buf *out, const struct nw_resource *resource, const bson_t *doc,
		       const bson_value_t *id)
{
	nw_buf_adds(out, "\"_links\":{\"self\":");
	add_item(out, resource, id);
	if (resource->relations != NULL) {
		add_related(out, resource, doc);
	}
	nw_buf_addc(out, '}');
}

void nw_links_item(struct nw_buf *out, const struct nw_resource *resource, const bson_t *doc, const bson_value_t *id)
{
	nw_buf_adds(out, "\"_links\":{\"self\":");
	add_item(out, resource, id);
	if (resource->relations != NULL) {
		add_related(out, resource, doc);
	}
	nw_buf_addf(out, ",\"parent\":%s,\"collection\":", HOME);
	add_collection(out, resource);
	nw_buf_addc(out, '}');
}

/* As it was sent, but for what would end it in a URL. */
static void add_parameter(struct nw_buf *out, const char *name, const char *value)
{
	nw_buf_addf(out, "%s=", name);
	for (const char *s = value; *s != '\0'; s++) {
		if (strchr("%&#+", *s) != NULL) {
			nw_buf_addf(out, "%%%02X", (unsigned)(unsigned char)*s);
		} else {
			nw_buf_addc(out, *s);
		}
	}
}

/* Eve's order: max_results, where, sort, page; what is as by default is left out. */
static void add_query(struct nw_buf *out, const struct nw_resource *resource, const struct nw_links_page *page,
		      int64_t number)
{
	char sign = '?';

	if (page->page_size != resource->settings.page_size) {
		nw_buf_addf(out, "?max_results=%" PRId64, page->page_size);
		sign = '&';
	}
	if (page->where != NULL && page->where[0] != '\0') {
		nw_buf_addc(out, sign);
		add_parameter(out, "where", page->where);
		sign = '&';
	}
	if (page->sort != NULL && page->sort[0] != '\0') {
		nw_buf_addc(out, sign);
		add_parameter(out, "sort", page->sort);
		sign = '&';
	}
	if (number > 1) {
		nw_buf_addf(out, "%cpage=%" PRId64, sign, number);
	}
}

static void add_page_link(struct nw_buf *out, const struct nw_resource *resource, const struct nw_links_page *page,
			  const char *title, int64_t number)
{
	struct nw_buf href = {.grow = out->grow, .grow_arg = out->grow_arg};

	nw_buf_adds(&href, resource->name);
	if (number > 0) {
		add_query(&href, resource, page, number);
	}
	add_title(out, title);
	nw_json_string(out, href.data == NULL ? "" : href.data, href.len);
	nw_buf_addc(out, '}');
	out->failed |= href.failed;
	nw_buf_free(&href);
}

void nw_links_list(struct nw_buf *out, const struct nw_resource *resource, const struct nw_links_page *page)
{
	nw_buf_addf(out, "\"_links\":{\"parent\":%s,\"self\":", HOME);
	/* Nothing found: Eve's link to itself is bare. */
	add_page_link(out, resource, page, resource->name, page->total > 0 ? page->page : 0);
	if (page->page <= (page->total - 1) / page->page_size && page->total > 0) {
		nw_buf_adds(out, ",\"next\":");
		add_page_link(out, resource, page, "next page", page->page + 1);
		nw_buf_adds(out, ",\"last\":");
		add_page_link(out, resource, page, "last page", (page->total - 1) / page->page_size + 1);
	}
	if (page->page > 1) {
		nw_buf_adds(out, ",\"prev\":");
		add_page_link(out, resource, page, "previous page", page->page - 1);
	}
	nw_buf_addc(out, '}');
}

void nw_links_home(struct nw_buf *out, const struct nw_domain *domain)
{
	nw_buf_adds(out, "{\"_links\":{\"child\":[");
	for (size_t i = 0; i < domain->n_resources; i++) {
		if (i > 0) {
			nw_buf_addc(out, ',');
		}
		add_collection(out, &domain->resources[i]);
	}
	nw_buf_adds(out, "]}}");
}
