/** JSON text that is read is right BSON, and what is written of it reads back as the same. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "worker/store/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bson_t doc, again;
	bool is_array, is_still_array;
	size_t bad_at;
	struct nw_buf text = {0};
	struct nw_err err = {0};

	nw_json_parse_date((const char *)data, size, &(int64_t){0});
	if (nw_json_to_bson((const char *)data, size, &doc, &is_array, &err) < 0) {
		assert(err.code < 0 && err.msg[0] != '\0');
		return 0;
	}
	assert(bson_validate(&doc, BSON_VALIDATE_UTF8 | BSON_VALIDATE_UTF8_ALLOW_NULL, &bad_at));
	if (is_array) {
		bson_t outer = BSON_INITIALIZER;

		bson_append_array(&outer, "", 0, &doc);
		bson_iter_t iter;

		assert(bson_iter_init(&iter, &outer) && bson_iter_next(&iter));
		nw_json_from_value(&text, &iter);
		bson_destroy(&outer);
	} else {
		nw_json_from_bson(&text, &doc);
	}
	int rc = nw_json_to_bson(text.data, text.len, &again, &is_still_array, NULL);

	assert(rc == 0 && is_array == is_still_array && bson_equal(&doc, &again));
	bson_destroy(&again);
	bson_destroy(&doc);
	nw_buf_free(&text);
	return 0;
}
