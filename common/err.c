#include "common/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int nw_err_set(struct nw_err *err, int code, const char *fmt, ...)
{
	va_list ap;

	if (err != NULL) {
		char msg[sizeof(err->msg)];

		/* The arguments may point into err->msg. */
		va_start(ap, fmt);
		vsnprintf(msg, sizeof(msg), fmt, ap);
		va_end(ap);
		memcpy(err->msg, msg, sizeof(msg));
		err->code = code;
	}
	return code;
}

int nw_err_errno(struct nw_err *err, const char *fmt, ...)
{
	int code = errno;
	va_list ap;

	if (err != NULL) {
		char what[sizeof(err->msg)];

		va_start(ap, fmt);
		vsnprintf(what, sizeof(what), fmt, ap);
		va_end(ap);
		nw_err_set(err, -code, "%s: %s", what, strerror(code));
	}
	return -code;
}

int nw_err_prefix(struct nw_err *err, const char *fmt, ...)
{
	va_list ap;

	if (err == NULL) {
		return 0;
	}
	char prefix[sizeof(err->msg)];

	va_start(ap, fmt);
	vsnprintf(prefix, sizeof(prefix), fmt, ap);
	va_end(ap);
	return nw_err_set(err, err->code, "%s: %s", prefix, err->msg);
}

int nw_err_add(struct nw_err *err, int code, const char *fmt, ...)
{
	va_list ap;

	if (err != NULL) {
		char line[sizeof(err->msg)];

		va_start(ap, fmt);
		vsnprintf(line, sizeof(line), fmt, ap);
		va_end(ap);
		if (err->code == 0) {
			nw_err_set(err, code, "%s", line);
		} else {
			nw_err_set(err, code, "%s\n%s", err->msg, line);
		}
	}
	return code;
}
