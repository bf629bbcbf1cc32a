#include "common/settings_check.h"

#include <sys/stat.h>

#include <errno.h>
#include <string.h>

#include "common/listener.h"
#include "common/network.h"
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

/* A path as clients send it, decoded or not: no bytes that would have to be encoded, no segment that leads elsewhere.
 */
static bool is_path(struct nw_span path)
{
	if (path.len == 0 || path.p[0] != '/') {
		return false;
	}
	for (size_t i = 0; i < path.len; i++) {
		char c = path.p[i];

		if (c <= ' ' || c > '~' || strchr("%?#\\\"<>", c) != NULL) {
			return false;
		}
		if (c == '/' && i + 1 < path.len && (path.p[i + 1] == '/' || path.p[i + 1] == '.')) {
			return false;
		}
	}
	return true;
}

int nw_settings_check_static(const char *text, struct nw_err *err)
{
	size_t len = strcspn(text, "=");
	char shown[120];

	if (is_path((struct nw_span){text, len}) && text[len] == '=' && text[len + 1] != '\0') {
		return 0;
	}
	return nw_err_set(err, -EINVAL, "%s is not PREFIX=DIR: write /=DIR for all paths, or /files=DIR",
			  nw_quote_into(shown, sizeof(shown), nw_span_of(text)));
}

int nw_settings_check_status_path(const char *text, struct nw_err *err)
{
	char shown[120];

	if (is_path(nw_span_of(text))) {
		return 0;
	}
	return nw_err_set(err, -EINVAL,
			  "%s is not a path: write one that begins with '/', such as /status, without a query",
			  nw_quote_into(shown, sizeof(shown), nw_span_of(text)));
}

int nw_settings_check_network(const char *text, struct nw_err *err)
{
	struct nw_network network;

	return nw_network_parse(text, &network, err);
}

int nw_settings_check_scheme_header(const char *text, struct nw_err *err)
{
	/* No underscore: a field with one never gets as far as this. */
	size_t len = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-");
	char shown[120];

	if (len > 0 && text[len] == '=' && text[len + 1] != '\0') {
		return 0;
	}
	return nw_err_set(err, -EINVAL,
			  "%s is not NAME=VALUE, such as X-FORWARDED-PROTO=https, with letters, digits and '-' in NAME",
			  nw_quote_into(shown, sizeof(shown), nw_span_of(text)));
}

int nw_settings_check_forwarder_header(const char *text, struct nw_err *err)
{
	char shown[80];

	if (nw_span_is_token(nw_span_of(text))) { /* '*' is one, too */
		return 0;
	}
	return nw_err_set(err, -EINVAL, "%s is not the name of a header field: write NAME,NAME or '*'",
			  nw_quote_into(shown, sizeof(shown), nw_span_of(text)));
}

/* Whether this build has the coding. */
static bool is_coding(struct nw_span name)
{
	struct nw_span known, rest = nw_span_of(NW_SETTINGS_CODINGS);

	while (nw_span_cut(&rest, ',', &known)) {
		if (known.len == name.len && memcmp(known.p, name.p, name.len) == 0) {
			return true;
		}
	}
	return false;
}

int nw_settings_check_compress(const char *text, struct nw_err *err)
{
	struct nw_span name, rest = nw_span_of(text);
	char shown[80];

	if (strcmp(text, "off") == 0) {
		return 0;
	}
	while (nw_span_cut(&rest, ',', &name)) {
		name = nw_span_trim(name);
		if (!is_coding(name)) {
			return nw_err_set(err, -EINVAL,
					  "%s is not a coding that this build has: write off, or one or more of %s",
					  nw_quote_into(shown, sizeof(shown), name), NW_SETTINGS_CODINGS);
		}
	}
	return 0;
}

int nw_settings_check_reload_engine(const char *text, struct nw_err *err)
{
	static const char *const engines[] = {"auto", "poll", "inotify"};
	char shown[80];

	for (size_t i = 0; i < NW_ARRAY_LEN(engines); i++) {
		if (strcmp(text, engines[i]) == 0) {
			return 0;
		}
	}
	return nw_err_set(err, -EINVAL, "%s is none of auto, poll and inotify",
			  nw_quote_into(shown, sizeof(shown), nw_span_of(text)));
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

int nw_settings_check_variable(const char *text, struct nw_err *err)
{
	const char *equals = strchr(text, '=');
	struct nw_span name = {text, strcspn(text, "=")}; /* what is behind it may be a secret */
	char shown[80];

	if (name.len > 0 && equals != NULL) {
		return 0;
	}
	return nw_err_set(err, -EINVAL, "%s is not NAME=VALUE", nw_quote_into(shown, sizeof(shown), name));
}

int nw_settings_check_app(const char *text, struct nw_err *err)
{
	char shown[120];

	if (strcmp(text, "data") == 0 || strchr(text, '/') != NULL) {
		return 0;
	}
	nw_quote_into(shown, sizeof(shown), nw_span_of(text));
	if (strchr(text, ':') != NULL) {
		return nw_err_set(err, -EINVAL,
				  "%s is an application in Python, which does not run here: write data, the built-in "
				  "one, or the path of a module, such as ./app.so",
				  shown);
	}
	return nw_err_set(err, -EINVAL,
			  "%s is no application: write ./%s for a module in this directory, or data for the built-in "
			  "one",
			  shown, text);
}
