/* Prints what is made of the table of settings, for the build: "man", "completion" or "page". */
#include <stdio.h>
#include <string.h>

#include "common/settings.h"

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*add)(struct nw_buf *out);
	} kinds[] = {{"man", nw_settings_man}, {"completion", nw_settings_completion}, {"page", nw_settings_page}};
	struct nw_buf text = {0};

	for (size_t i = 0; i < NW_ARRAY_LEN(kinds); i++) {
		if (argc == 2 && strcmp(argv[1], kinds[i].name) == 0) {
			kinds[i].add(&text);
		}
	}
	int rc = text.len == 0 || text.failed || fputs(nw_buf_str(&text), stdout) == EOF || fflush(stdout) == EOF;

	nw_buf_free(&text);
	return rc;
}
