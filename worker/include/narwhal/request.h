/**
 * A request, as its handler sees it. Everything returned is borrowed and lives until the answer is sent. From
 * one thread at a time: the handler's. Text is what the client sent, decoded: it ends with its NUL and has no other,
 * but nothing makes sure that it is UTF-8.
 */
#ifndef NARWHAL_REQUEST_H
#define NARWHAL_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <narwhal/abi.h>

struct cJSON;
struct nw_app;
struct nw_request;
struct nw_store;

NW_API const char *nw_request_method(const struct nw_request *req); /* "GET"; a HEAD request says HEAD */
NW_API const char *nw_request_path(struct nw_request *req);   /* percent-decoded; "/items/7"; may hold "..", "//" */
NW_API const char *nw_request_target(struct nw_request *req); /* as sent, with the query */
NW_API const char *nw_request_query_string(struct nw_request *req); /* raw, without '?'; "" when there is none */
NW_API const char *nw_request_host(struct nw_request *req);         /* of an absolute target, else Host; "": none */
/** Address of whoever sent it to us, which may be a proxy (a PROXY header says for whom); "" on a unix socket. */
NW_API const char *nw_request_peer(struct nw_request *req);
/**
 * Address of the client behind proxies that are believed (the setting forwarded_allow_ips): of the addresses that
 * X-Forwarded-For has, and the peer behind them, the last one that is not believed; without port, as inet_ntop(3)
 * writes it. The peer when that is no such proxy, or names nobody. With forwarded_allow_ips '*' any client can say who
 * it is.
 */
NW_API const char *nw_request_client(struct nw_request *req);

/**
 * "https" or "http": what the client speaks, as a proxy that is believed says (the setting forwarded_allow_ips), else
 * as this connection is.
 */
NW_API const char *nw_request_scheme(const struct nw_request *req);
/**
 * The subject of the client's certificate, as RFC 4514 writes it ("CN=alice,O=Example"): one that the setting ca_certs
 * vouches for. "": it has shown none, or none was asked for.
 */
NW_API const char *nw_request_certificate(const struct nw_request *req);
/** The peer is such a proxy: what it says about the client in fields of its own (X-Forwarded-For) can be believed. */
NW_API bool nw_request_is_trusted(const struct nw_request *req);
/**
 * The id that the log and the answer (X-Request-ID) have: of a proxy that is believed, 1 to 128 visible bytes, else
 * made here, 32 hexadecimal digits. Unique, not secret.
 */
NW_API const char *nw_request_id(struct nw_request *req);
/**
 * traceparent (W3C Trace Context, level 1) for the requests that are made to answer this one: the trace of a proxy that
 * is believed, or a new one; the same each time.
 */
NW_API const char *nw_request_traceparent(struct nw_request *req);

/** A path parameter as text, decoded; NULL: the route has none of that name. */
NW_API const char *nw_request_param(struct nw_request *req, const char *name);
/** The same for <int:...> and <float:...>; 0 for others. */
NW_API int64_t nw_request_param_int(struct nw_request *req, const char *name);
NW_API double nw_request_param_float(struct nw_request *req, const char *name);

/**
 * The first query parameter of that name, decoded ('+' is a space, a '%' that begins no code stands for itself, a NUL
 * becomes U+FFFD); "" when it has no value; NULL: not there.
 */
NW_API const char *nw_request_query(struct nw_request *req, const char *name);
/** Parameter @index in order of the query string; false past the last. */
NW_API bool nw_request_query_at(struct nw_request *req, size_t index, const char **out_name, const char **out_value);

/**
 * A header field, case-insensitive, several of a name joined by ", " (Cookie by "; "); NULL: not there, as are all
 * whose name has an underscore, which could pass for the one with a hyphen, unless the settings header_map and
 * forwarder_headers (by default SCRIPT_NAME and PATH_INFO of a proxy that is believed) keep them.
 */
NW_API const char *nw_request_header(struct nw_request *req, const char *name);
/** The first cookie of that name (RFC 6265 section 4.2), without quotes around it; NULL: not there. */
NW_API const char *nw_request_cookie(struct nw_request *req, const char *name);

/**
 * The decoded body; len 0: none. Not NUL-terminated. One of more than 1 MiB lies in a temporary file that is mapped.
 * An NW_STREAM route has none here, nor JSON or form fields: it reads.
 */
NW_API const void *nw_request_body(struct nw_request *req, size_t *out_len);
/**
 * The next bytes of the body into @buf: 1..@size of them; 0: it has ended; negative: it will not be whole, and a
 * handler that returns that number is answered for by what is wrong with it: -ETIMEDOUT 408, -EMSGSIZE 413, -EBADMSG
 * and -ECONNRESET 400. Blocks in an NW_STREAM route: the client may send as slowly as client_body_timeout allows, and
 * the handler's thread is held meanwhile; a client that sends faster than it is read waits. What is not read when the
 * handler returns is not read at all: the connection is closed behind the answer. Other routes read the body that is
 * there.
 */
NW_API ptrdiff_t nw_request_read(struct nw_request *req, void *buf, size_t size);
/** The media type, lower case, without parameters ("application/json"); "" when there is none. */
NW_API const char *nw_request_content_type(struct nw_request *req);
/**
 * The body parsed as JSON (once), whatever its content type; NULL: it is not JSON. Numbers are doubles. At most 64
 * levels deep and 262,144 values; a string with a NUL in it (\u0000) is refused, as is one with a bare control byte.
 */
NW_API const struct cJSON *nw_request_json(struct nw_request *req);
/**
 * A field of an application/x-www-form-urlencoded body, decoded as a query, or a part of a multipart/form-data body
 * that is no file; NULL: not there, or the body is of another type. Files: narwhal/upload.h.
 */
NW_API const char *nw_request_form(struct nw_request *req, const char *name);
NW_API bool nw_request_form_at(struct nw_request *req, size_t index, const char **out_name, const char **out_value);
/**
 * Read the form, as the functions above and nw_request_file() do when they are first called. 0, also when the body is
 * no form; a negative errno: it is malformed (-EBADMSG), or over a limit (-E2BIG: 1000 fields and files, 1024 bytes of
 * a name, 1 MiB of text; files have no limit but that of the body). Fields and files are as if not there then, and the
 * answer is 400 or 413 with the reason, whatever the handler sets, unless that is nw_response_error(). A handler
 * that is to do nothing in that case asks here first, and returns the errno.
 */
NW_API int nw_request_read_form(struct nw_request *req);

/** Memory that ends with the request: zeroed, aligned, never freed singly. NULL: over the request's limit. */
NW_API void *nw_request_alloc(struct nw_request *req, size_t size);
/** Grow @old (@old_size bytes of nw_request_alloc or NULL) to @new_size; what is added is not zeroed. NULL: over the
 *  limit, @old stays. */
NW_API void *nw_request_grow(struct nw_request *req, void *old, size_t old_size, size_t new_size);
NW_API char *nw_request_printf(struct nw_request *req, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/** fn(arg) when the request ends, newest first. 0 or -ENOMEM. */
NW_API int nw_request_defer(struct nw_request *req, void (*fn)(void *arg), void *arg);

/** The route's data (nw_app_route_with()), the app, its state, its store. */
NW_API void *nw_request_route_data(const struct nw_request *req);
NW_API struct nw_app *nw_request_app(const struct nw_request *req);
NW_API void *nw_request_state(const struct nw_request *req);
NW_API struct nw_store *nw_request_store(const struct nw_request *req);

/**
 * The client is known to be gone: the answer will be dropped. One that ended only its sending side is not, and that
 * one closed its socket shows on TCP when it is written to. Any thread that has the request.
 */
NW_API bool nw_request_is_gone(const struct nw_request *req);

#endif
