/** JSON text as a filter: refused with a reason or matched against a document of many shapes; also as raw BSON. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "worker/store/filter.h"
#include "worker/store/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char shapes[] = "{\"_id\":1,\"a\":[{\"b\":1,\"c\":[1,2,null]},[{\"b\":{\"0\":2.5}}],\"x\",null,[],{}],"
			     "\"b\":{\"a\":[[5,6],[7]],\"0\":true},\"c\":\"text\",\"0\":-1.5}";

static void match(const bson_t *bson, const bson_t *doc)
{
	struct nw_filter *filter = NULL;
	struct nw_err err = {0};

	if (nw_filter_compile(bson, &filter, &err) < 0) {
		assert(filter == NULL && err.code < 0 && err.msg[0] != '\0');
		return;
	}
	nw_filter_match(filter, doc);
	/* A filter is a document too. */
	nw_filter_match(filter, bson);
	nw_filter_equality(filter, "a");
	nw_filter_free(filter);
}

/** The first member of @bson as a value, and its name as a path. */
static void look(const bson_t *bson)
{
	bson_iter_t iter;
	bson_value_t value;
	struct nw_buf key = {0};

	if (!bson_iter_init(&iter, bson) || !bson_iter_next(&iter)) {
		return;
	}
	nw_value_at(bson, bson_iter_key(&iter), bson->len % 2 == 1, &value);
	if (nw_value_key(&value, &key) == 0) {
		assert(nw_value_compare(&value, &value) == 0);
	}
	nw_buf_free(&key);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bson_t doc, bson;
	bool is_array;
	struct nw_buf text = {0};
	int rc = nw_json_to_bson(shapes, strlen(shapes), &doc, &is_array, NULL);

	assert(rc == 0);
	if (nw_json_to_bson((const char *)data, size, &bson, &is_array, NULL) == 0) {
		match(&bson, &doc);
		look(&bson);
		bson_destroy(&bson);
	} else if (bson_init_static(&bson, data, size)) {
		match(&bson, &doc);
		nw_json_from_bson(&text, &bson);
		look(&bson);
	}
	nw_buf_free(&text);
	bson_destroy(&doc);
	return 0;
}
