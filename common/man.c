/* Prints the man page narwhal(1), for the build. */
#include <stdio.h>

#include "common/settings.h"

int main(void)
{
	struct nw_buf page = {0};

	nw_settings_man(&page);
	int rc = page.failed || fputs(nw_buf_str(&page), stdout) == EOF || fflush(stdout) == EOF;

	nw_buf_free(&page);
	return rc;
}
