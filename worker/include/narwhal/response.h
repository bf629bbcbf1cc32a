/**
 * The answer to a request. The functions that set it return 0, or a negative errno after which the answer is a
 * 500, whatever is set later, unless that is nw_response_error(); a handler ends with `return nw_response_...`. The
 * last one wins. A status is 200 to 599; with 204, 205 and 304 there is no body.
 *
 * A body of 1024 bytes or more of a textual type is compressed if the client accepts that (setting compress), unless
 * the app gave it a Content-Encoding, Cache-Control: no-transform or ranges. A strong ETag ("x") goes out weak (W/"x")
 * then: an app that compares If-Match or If-None-Match must take W/"x" for "x".
 */
#ifndef NARWHAL_RESPONSE_H
#define NARWHAL_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <narwhal/abi.h>
#include <narwhal/app.h>

struct cJSON;

/** text/plain; charset=utf-8, printf-style. */
NW_API int nw_response_text(struct nw_response *res, unsigned status, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/** application/json. Takes @json (deletes it), also on failure; NULL: -ENOMEM, as cJSON's own functions mean it. */
NW_API int nw_response_json(struct nw_response *res, unsigned status, struct cJSON *json);
/** Any bytes. They and @type are borrowed until the answer is sent: the request's memory, or static. @type NULL: no
 *  Content-Type. */
NW_API int nw_response_bytes(struct nw_response *res, unsigned status, const char *type, const void *data, size_t len);

struct nw_file_options {
	const char *type;          /* media type, borrowed until the answer is sent; NULL: by the name */
	const char *cache_control; /* borrowed, too; NULL: as --static, "no-cache", but for assets/NAME-HASH: public,
				      for a year. One that nw_response_header() adds takes its place */
	const char *save_as;       /* UTF-8: a browser saves it under this name; NULL: it shows it, if it can */
};

/**
 * The file at @path, a path of the program's own, as --static would: ranges, If-None-Match and its kin, a NAME.br or
 * NAME.gz beside it for those that take it, and the fields that go with these (ETag, Last-Modified, Cache-Control,
 * Vary, ...). 200, 206 or 304; an error, 0 returned: 404 when there is no such regular file, 403, 412, 416. Opened now,
 * read while it is sent. @options NULL: none. In an nw_app_on_error() handler it is the page to the error: the whole
 * file, with the status that is there; where it cannot be opened, the log says so, and the built-in body is sent.
 */
NW_API int nw_response_file(struct nw_response *res, const char *path, const struct nw_file_options *options);
/**
 * The same for @name (decoded, relative), which may be the client's, below @folder: what is not there, leads out of it
 * (by "..", a link) or is hidden (a name in it begins with a dot) is 404.
 */
NW_API int nw_response_file_below(struct nw_response *res, const char *folder, const char *name,
				  const struct nw_file_options *options);
/** No body: 204, 205, 304, or a status whose body is empty. */
NW_API int nw_response_empty(struct nw_response *res, unsigned status);
/** 301, 302, 303, 307 or 308 with Location. */
NW_API int nw_response_redirect(struct nw_response *res, unsigned status, const char *location);
/** An error: JSON with _status, _error and RFC 9457's members, or what nw_app_on_error() makes of it. */
NW_API int nw_response_error(struct nw_response *res, unsigned status, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/** The detail of the error that is being answered; for nw_app_on_error() handlers. "" when there is none. */
NW_API const char *nw_response_error_detail(const struct nw_response *res);

/**
 * Add a header field. -EINVAL (and the answer becomes 500) when the name is no token or the value has control bytes,
 * or when the name is the server's to set (Connection, Transfer-Encoding, Content-Length, Date, Server, X-Request-ID,
 * ...).
 * nw_response_text() and its kin, and errors, keep the fields that were added. Content-Type and Location are there
 * once: a Content-Type set here wins over that of nw_response_text() and its kin, whichever came first (but not over
 * the built-in error body's); of Location the last one wins.
 */
NW_API int nw_response_header(struct nw_response *res, const char *name, const char *value);

/**
 * With the setting server_timing, say by Server-Timing what part of the time went where; without it this does nothing.
 * @name: a token ("db"); @ms: below 1e12, negative: no duration; @desc: NULL: none, copied. -EINVAL (and the answer
 * becomes 500) when one of them is not so. What is beyond 4 KiB is left out, as is what comes when the head of a stream
 * is out. In clients' hands: no secrets.
 */
NW_API int nw_response_timing(struct nw_response *res, const char *name, double ms, const char *desc);

struct nw_cookie {
	const char *name;
	const char *value;
	const char *path;      /* NULL: "/" */
	const char *domain;    /* NULL: none */
	int64_t max_age;       /* seconds; 0: until the browser closes; negative: delete it */
	const char *same_site; /* NULL: "Lax" */
	bool secure;
	bool script_readable; /* false: HttpOnly */
};

/** Set-Cookie (RFC 6265). -EINVAL as nw_response_header(), for a name or value that the RFC does not allow, for
 *  SameSite=None that is not secure, and for a name that begins with __Host- or __Secure- and does not keep to it. */
NW_API int nw_response_cookie(struct nw_response *res, const struct nw_cookie *cookie);

NW_API unsigned nw_response_status(const struct nw_response *res); /* 0: not set yet */
/** Close the connection after this answer. Before the head of a stream goes out. */
NW_API void nw_response_close(struct nw_response *res);

/**
 * In an NW_INLINE handler: the answer comes later, from the loop. `return nw_response_defer(res);`, and later, on the
 * loop, set the answer and call nw_response_send() exactly once, perhaps before the handler has returned. A handler
 * that returns a negative number is answered for at once: nobody may send later.
 *
 * Request and response live until what called nw_response_send() (a handler, a callback) has returned to the loop; then
 * the answer goes out as it was left. Until then to send it again is refused, and logged. Afterwards @res is as after
 * free(): whoever keeps one for two events that may answer has to forget it in both. (A Narwhal that is built with
 * AddressSanitizer names who did not.)
 */
NW_API int nw_response_defer(struct nw_response *res);
NW_API void nw_response_send(struct nw_response *res);

/**
 * In an NW_INLINE handler, or before nw_response_send(): the rest is work for a handler thread, where @handler is
 * called and answers. `return nw_response_offload(res, handler);`. A full queue answers 503 by itself.
 */
NW_API int nw_response_offload(struct nw_response *res, nw_handler handler);

#endif
