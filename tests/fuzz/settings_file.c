/* Any bytes as a config file: no crash, no leak, and a failure has a sentence. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "common/settings_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nw_settings settings = {.arena = nw_arena_new((size_t)64 << 20)};
	static char variable[] = "PORT=5000";
	char *const env[] = {variable, NULL};
	struct nw_err err = {0};

	assert(settings.arena != NULL);
	int rc = nw_settings_file_apply(&settings, "f.py", (const char *)data, size, env, &err);

	assert(rc <= 0 && rc == err.code && (rc == 0) == (err.msg[0] == '\0'));
	nw_arena_free(settings.arena);
	return 0;
}
