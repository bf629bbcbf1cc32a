#include <narwhal/response.h>

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "worker/app/call.h"
#include "worker/app/header.h"
#include "worker/app/outcome.h"
#include "worker/app/response_stream.h"

/* cookie-octet of RFC 6265 section 4.1.1 */
static bool is_cookie_value(const char *s)
{
	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;

		if (c <= 0x20 || c >= 0x7f || strchr("\",;\\", c) != NULL) {
			return false;
		}
	}
	return true;
}

static bool is_attribute(const char *s)
{
	return nw_header_is_value(s) && strchr(s, ';') == NULL;
}

/* Browsers drop a cookie whose name promises more than it keeps (RFC 6265bis section 4.1.3). */
static bool keeps_prefix(const struct nw_cookie *cookie)
{
	bool is_host = strncasecmp(cookie->name, "__Host-", 7) == 0;

	if (is_host && (cookie->domain != NULL || (cookie->path != NULL && strcmp(cookie->path, "/") != 0))) {
		return false;
	}
	return cookie->secure || (!is_host && strncasecmp(cookie->name, "__Secure-", 9) != 0);
}

/* What is wrong with it; NULL: nothing. */
static const char *fault_of(const struct nw_cookie *cookie, const char *same_site)
{
	bool is_none = strcasecmp(same_site, "None") == 0;

	if (cookie->name == NULL || !nw_header_is_token(cookie->name)) {
		return "a cookie whose name is no token";
	}
	if (cookie->value == NULL || !is_cookie_value(cookie->value)) {
		return "a cookie whose value has spaces, quotes, commas, semicolons, backslashes or bytes beyond ASCII";
	}
	if ((cookie->path != NULL && !is_attribute(cookie->path)) ||
	    (cookie->domain != NULL && !is_attribute(cookie->domain))) {
		return "a cookie whose path or domain has a semicolon or control bytes";
	}
	if (!is_none && strcasecmp(same_site, "Lax") != 0 && strcasecmp(same_site, "Strict") != 0) {
		return "a cookie whose same_site is not Lax, Strict or None";
	}
	if (!keeps_prefix(cookie)) {
		return "a cookie called __Secure-... that is not secure, or __Host-... that is not, or has a domain or "
		       "a path";
	}
	return is_none && !cookie->secure ? "a cookie with same_site None that is not secure: browsers drop it" : NULL;
}

int nw_response_cookie(struct nw_response *res, const struct nw_cookie *cookie)
{
	const char *same_site = cookie->same_site == NULL ? "Lax" : cookie->same_site;
	const char *fault = fault_of(cookie, same_site);
	struct nw_buf *out = &res->fields;

	if (nw_response_stream_is_canceled(res)) {
		return -ECANCELED;
	}
	if (nw_response_stream_is_out(res)) {
		fault = "a cookie after the head"; /* whose fields may be under way to the client now */
	}
	if (fault != NULL) {
		return nw_outcome_fail(res, -EINVAL, fault);
	}
	nw_buf_addf(out, "Set-Cookie: %s=%s", cookie->name, cookie->value);
	if (cookie->max_age > 0) {
		nw_buf_addf(out, "; Max-Age=%" PRId64, cookie->max_age);
	} else if (cookie->max_age < 0) {
		nw_buf_adds(out, "; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0");
	}
	if (cookie->domain != NULL) {
		nw_buf_addf(out, "; Domain=%s", cookie->domain);
	}
	nw_buf_adds(out, cookie->secure ? "; Secure" : "");
	nw_buf_adds(out, cookie->script_readable ? "" : "; HttpOnly");
	nw_buf_addf(out, "; Path=%s; SameSite=%s\r\n", cookie->path == NULL ? "/" : cookie->path, same_site);
	return out->failed ? nw_outcome_fail(res, -ENOMEM, NULL) : 0;
}
