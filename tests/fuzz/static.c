/* A path, as it is after decoding: what may be served of it, and what its name says. */
#include "worker/http/file.h"
#include "worker/http/file_type.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* No segment leads up, is hidden or is empty, but for the last one. */
static void assert_plain(const char *path)
{
	assert(path[0] == '/');
	for (const char *p = path; (p = strchr(p, '/')) != NULL; p++) {
		assert(p[1] != '.' && p[1] != '/');
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *path = malloc(size + 1);

	assert(path != NULL);
	if (size > 0) {
		memcpy(path, data, size);
	}
	path[size] = '\0';
	if (nw_file_is_plain((struct nw_span){path, size})) {
		assert(strlen(path) == size);
		assert_plain(path);
	}
	assert(strchr(nw_file_type_of(path), '/') != NULL);
	assert(strstr(nw_file_type_caching(path), "immutable") == NULL || strstr(path, "assets/") != NULL);
	free(path);
	return 0;
}
