#include "master/say.h"

#include <stdio.h>
#include <string.h>

#include "common/log.h"

void nw_say_fatal(const char *errorlog, const char *text)
{
	nw_log_lines(NW_LEVEL_ERROR, "", text);
	if (errorlog != NULL && strcmp(errorlog, "-") != 0) {
		fprintf(stderr, "Error: %s\n", text);
	}
}
