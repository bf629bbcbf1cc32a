/* An urlencoded form, or a query: what is read of it, written anew and read again, is the same. */
#include "worker/app/form.h"

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "common/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void add_coded(struct nw_buf *out, const char *text)
{
	for (; *text != '\0'; text++) {
		nw_buf_addf(out, "%%%02x", (unsigned char)*text);
	}
}

static void check_again(struct nw_arena *arena, const struct nw_pairs *pairs)
{
	struct nw_buf text = {0};
	struct nw_pairs again;

	for (size_t i = 0; i < pairs->n; i++) {
		add_coded(&text, pairs->v[i].name);
		nw_buf_addc(&text, '=');
		add_coded(&text, pairs->v[i].value);
		nw_buf_addc(&text, '&');
	}
	int rc = nw_pairs_parse(arena, (struct nw_span){text.data, text.len}, SIZE_MAX, &again);

	assert(rc == 0 && again.n == pairs->n);
	for (size_t i = 0; i < again.n; i++) {
		assert(strcmp(again.v[i].name, pairs->v[i].name) == 0);
		assert(strcmp(again.v[i].value, pairs->v[i].value) == 0);
		assert(nw_pairs_get(&again, pairs->v[i].name) != NULL);
	}
	nw_buf_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nw_arena *arena = nw_arena_new(0);
	struct nw_span text = {(const char *)data, size};
	struct nw_form form;
	const char *fault = NULL;
	struct nw_pairs pairs;
	int all = nw_pairs_parse(arena, text, SIZE_MAX, &pairs);
	int rc = nw_form_read(arena, nw_span_of("application/x-www-form-urlencoded"), text, &form, &fault);

	assert(all == 0);
	assert(rc == 0 ? form.fields.n == pairs.n && form.n_files == 0 : rc == -E2BIG && fault != NULL);
	check_again(arena, &pairs);
	nw_arena_free(arena);
	return 0;
}
