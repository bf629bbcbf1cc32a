#include "master/say.h"

#include <stdio.h>
#include <string.h>

#include "common/log.h"

void nw_say_fatal(const char *errorlog, const char *text)
{
	nw_log_lines(NW_LEVEL_ERROR, "", text);
	nw_log_capture(false);
	if (errorlog != NULL && strcmp(errorlog, "-") != 0) {
		fprintf(stderr, "Error: %s\n", text);
	}
}

void nw_say_notices(const struct nw_settings *settings)
{
	for (size_t i = 0; i < settings->notices.n; i++) {
		NW_LOG_WARN("%s", settings->notices.v[i]);
	}
}
