/*
 * A file's size (8 bytes) and what a client says of ranges and of what it has: ranges lie in the file, and no byte is
 * in two of them.
 */
#include "worker/http/range.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/cc.h"
#include "worker/http/date.h"
#include "worker/http/precondition.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void assert_sound(const struct nw_ranges *ranges, uint64_t whole)
{
	assert(ranges->n > 0 && ranges->n <= NW_RANGES_MAX);
	for (size_t i = 0; i < ranges->n; i++) {
		struct nw_range a = ranges->v[i];

		assert(a.len > 0 && a.at < whole && a.len <= whole - a.at);
		for (size_t j = 0; j < i; j++) {
			struct nw_range b = ranges->v[j];

			assert(a.at + a.len < b.at || b.at + b.len < a.at);
		}
	}
}

/* A head in which every field that matters has the same value. */
static void check_preconditions(const char *text, uint32_t len)
{
	static const char *const names[] = {
		"If-Match", "If-Unmodified-Since", "If-None-Match", "If-Modified-Since", "If-Range", "Range"};
	static const struct nw_validators validators = {"\"a-1\"", 784111777, true};

	for (size_t i = 0; i < NW_ARRAY_LEN(names); i++) {
		uint32_t name_len = (uint32_t)strlen(names[i]);
		char *base = malloc(3 + name_len + len);
		struct nw_field field = {{3, name_len}, {3 + name_len, len}};
		struct nw_head head = {.base = base, .method = {0, 3}, .fields = &field, .n_fields = 1};

		assert(base != NULL);
		memcpy(base, "GET", 3);
		memcpy(base + 3, names[i], name_len);
		memcpy(base + 3 + name_len, text, len);
		(void)nw_precondition_check(&head, &validators);
		assert((nw_precondition_range(&head, &validators).p != NULL) == (strcmp(names[i], "Range") == 0));
		free(base);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t whole;
	struct nw_ranges ranges;
	time_t at = -1;

	if (size < sizeof(whole)) {
		return 0;
	}
	memcpy(&whole, data, sizeof(whole));
	size_t len = size - sizeof(whole);
	char *text = malloc(len == 0 ? 1 : len); /* of its own size, so that a look behind it is noticed */

	assert(text != NULL);
	memcpy(text, data + sizeof(whole), len);
	if (nw_range_read((struct nw_span){text, len}, whole, &ranges) == NW_RANGE_SATISFIABLE) {
		assert_sound(&ranges, whole);
	}
	assert(nw_date_read((struct nw_span){text, len}, &at) == 0 || at == -1);
	check_preconditions(text, (uint32_t)len);
	free(text);
	return 0;
}
