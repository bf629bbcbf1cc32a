/* The beginning of a connection: what is a header with so many bytes is the same one with more behind it, and nothing
 * shorter was taken for anything but a part of it. */
#include "worker/http/proxy.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct nw_proxy both = {.versions = NW_PROXY_V1 | NW_PROXY_V2};
	struct nw_proxy_header whole, cut;
	/* A copy of its own size, so that a look behind it is noticed. */
	char *copy = malloc(size == 0 ? 1 : size);

	assert(copy != NULL);
	if (size == 0) {
		free(copy);
		return 0;
	}
	memcpy(copy, data, size);
	enum nw_proxy_found found = nw_proxy_read(&both, copy, size, &whole);

	assert(found != NW_PROXY_BAD || whole.reason != NULL);
	if (found == NW_PROXY_HEADER) {
		char *exact = malloc(whole.len);

		assert(whole.len <= size && exact != NULL);
		memcpy(exact, data, whole.len);
		assert(nw_proxy_read(&both, exact, whole.len, &cut) == NW_PROXY_HEADER && cut.len == whole.len);
		assert(memcmp(&cut.client, &whole.client, sizeof(cut.client)) == 0);
		assert(nw_proxy_read(&both, exact, whole.len - 1, &cut) == NW_PROXY_PART);
		free(exact);
	}
	free(copy);
	return 0;
}
