#include "worker/data/meta.h"

#include <string.h>

static void read_member(struct nw_meta *meta, const char *name, bson_iter_t *iter)
{
	if (strcmp(name, "_id") == 0) {
		meta->id = *bson_iter_value(iter);
	} else if (strcmp(name, "_etag") == 0 && BSON_ITER_HOLDS_UTF8(iter)) {
		meta->etag = bson_iter_utf8(iter, NULL);
		meta->has_etag = meta->etag[0] != '\0';
	} else if (strcmp(name, "_updated") == 0) {
		meta->has_updated = true;
		meta->updated_ms = BSON_ITER_HOLDS_DATE_TIME(iter) ? bson_iter_date_time(iter) : 0;
	} else if (strcmp(name, "_created") == 0) {
		meta->has_created = true;
		meta->created_ms = BSON_ITER_HOLDS_DATE_TIME(iter) ? bson_iter_date_time(iter) : 0;
	}
}

void nw_meta_read(const bson_t *doc, struct nw_meta *out)
{
	bson_iter_t iter;

	*out = (struct nw_meta){.id = {.value_type = BSON_TYPE_NULL}};
	bson_iter_init(&iter, doc);
	while (bson_iter_next(&iter)) {
		if (bson_iter_key(&iter)[0] == '_') {
			read_member(out, bson_iter_key(&iter), &iter);
		}
	}
	if (!out->has_etag) {
		nw_stamp_derive(bson_get_data(doc), doc->len, out->derived);
		out->etag = out->derived;
	}
}
