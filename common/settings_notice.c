#include "common/settings_notice.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

int nw_settings_notice_add(struct nw_settings *settings, struct nw_err *err, const char *where, const char *format, ...)
{
	struct nw_strings *to = &settings->notices;
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	char *notice = nw_arena_printf(settings->arena, "%s: %s", where, text);
	char **v = nw_arena_grow(settings->arena, to->v, to->n * sizeof(*v), (to->n + 1) * sizeof(*v));

	if (notice == NULL || v == NULL) {
		return nw_err_set(err, -ENOMEM, "no memory for the notices of the settings");
	}
	v[to->n] = notice;
	*to = (struct nw_strings){v, to->n + 1};
	return 0;
}
