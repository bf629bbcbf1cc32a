#include "common/settings_check.h"

#include <sys/stat.h>

#include <errno.h>
#include <string.h>

#include "common/listener.h"
#include "common/quote.h"
#include "common/str.h"

int nw_settings_check_bind(const char *text, struct nw_err *err)
{
	return nw_addr_check(text, 8888, err);
}

int nw_settings_check_admin_bind(const char *text, struct nw_err *err)
{
	return nw_addr_check(text, 0, err);
}

int nw_settings_check_store(const char *text, struct nw_err *err)
{
	static const char *const schemes[] = {"sqlite:", "mongodb://", "mongodb+srv://"};
	char shown[80];

	for (size_t i = 0; i < NW_ARRAY_LEN(schemes); i++) {
		size_t len = strlen(schemes[i]);

		if (strncmp(text, schemes[i], len) == 0 && text[len] != '\0') {
			return 0;
		}
	}
	/* Only what stands before the colon: behind it there may be a password. */
	struct nw_span scheme = {text, strcspn(text, ":@/")};

	return nw_err_set(err, -EINVAL, "%s is not a store: write sqlite:PATH or mongodb://HOST/DATABASE",
			  nw_quote_into(shown, sizeof(shown), scheme));
}

int nw_settings_check_dir(const char *text, struct nw_err *err)
{
	struct stat st;
	char shown[512];

	nw_quote_into(shown, sizeof(shown), nw_span_of(text));
	if (stat(text, &st) == -1) {
		int code = errno;

		return nw_err_set(err, -EINVAL, "cannot use %s: %s", shown, strerror(code));
	}
	if (!S_ISDIR(st.st_mode)) {
		return nw_err_set(err, -EINVAL, "%s is not a directory", shown);
	}
	return 0;
}
