/* Any text as NARWHAL_CMD_ARGS: no crash, no leak; what was accepted is printed and loads again as the same. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "common/settings_cli.h"
#include "common/settings_file.h"
#include "common/settings_sources.h"
#include "common/shellwords.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_print(const struct nw_settings *settings)
{
	struct nw_settings again = {.arena = nw_arena_new(0)};
	struct nw_buf first = {0}, second = {0};
	struct nw_err err = {0};

	nw_settings_print(settings, &first);
	assert(nw_settings_file_apply(&again, "printed", first.data, first.len, NULL, &err) == 0);
	nw_settings_print(&again, &second);
	assert(strcmp(nw_buf_str(&first), nw_buf_str(&second)) == 0);
	nw_buf_free(&first);
	nw_buf_free(&second);
	nw_arena_free(again.arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nw_settings settings = {.arena = nw_arena_new(0)};
	struct nw_arena *scratch = nw_arena_new(0);
	struct nw_settings_args args;
	struct nw_err err = {0};
	char **words = NULL;
	size_t n = 0;

	assert(settings.arena != NULL && scratch != NULL);
	char *line = nw_arena_strndup(scratch, (const char *)data, size);
	int rc = nw_shellwords_split(line, scratch, &words, &n, &err);

	if (rc == 0) {
		rc = nw_settings_cli_parse(words, n, scratch, &args, &err);
	}
	if (rc == 0) {
		rc = nw_settings_sources_defaults(&settings, NULL, &err);
		assert(rc == 0);
		rc = nw_settings_cli_apply(&args, "ARGS", &settings, &err);
	}
	assert(rc == err.code && (rc == 0) == (err.msg[0] == '\0'));
	if (rc == 0) {
		check_print(&settings);
	}
	nw_arena_free(scratch);
	nw_arena_free(settings.arena);
	return 0;
}
