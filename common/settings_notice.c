#include "common/settings_notice.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

/* Takes @text, of the settings' arena, or NULL. */
static int add(struct nw_settings *settings, struct nw_strings *to, char *text, struct nw_err *err)
{
	char **v = nw_arena_grow(settings->arena, to->v, to->n * sizeof(*v), (to->n + 1) * sizeof(*v));

	if (text == NULL || v == NULL) {
		return nw_err_set(err, -ENOMEM, "no memory for the notices of the settings");
	}
	v[to->n] = text;
	*to = (struct nw_strings){v, to->n + 1};
	return 0;
}

int nw_settings_notice_given(struct nw_settings *settings, const char *name, struct nw_err *err)
{
	return add(settings, &settings->given, nw_arena_strdup(settings->arena, name), err);
}

int nw_settings_notice_add(struct nw_settings *settings, struct nw_err *err, const char *where, const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return add(settings, &settings->notices, nw_arena_printf(settings->arena, "%s: %s", where, text), err);
}
