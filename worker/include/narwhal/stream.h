/**
 * Answers that are made bit by bit: downloads that are computed, server-sent events.
 *
 *	nw_response_begin(res, 200, "text/csv");
 *	while (rc == 0 && next_line(line)) {
 *		rc = nw_response_write(res, line, strlen(line));
 *	}
 *	return rc;
 *
 * On a handler thread, writing blocks while the client does not take what was written before, and the answer ends when
 * the handler returns. What is written waits for 64 KiB to come together, for nw_response_flush() or for the end; until
 * then nothing has gone out: an error is still a clean answer of its own, and an answer that small has a
 * Content-Length. A handler that fails later (a negative return, nw_response_error()) can only break the answer off:
 * the connection ends without the last chunk, and the log says why. -EPIPE is no failure: the client has left.
 *
 * Text is compressed as that of whole answers (narwhal/response.h), unless nw_response_length() said how long it is.
 * What was written has gone out, compressed or not, when nw_response_flush() has returned.
 *
 * On the loop (NW_INLINE) nothing blocks, and nothing is compressed. The answer goes on after the handler has returned
 * 0, until nw_response_end(), which is then due once whatever went wrong; nw_response_on_ready() says when there is
 * something to do.
 *
 * Before hooks run as ever; after hooks run when the head goes out, and see no body. HEAD needs no care: writing says
 * -EPIPE when it is in vain. HTTP/1.0 clients get the body without chunks.
 */
#ifndef NARWHAL_STREAM_H
#define NARWHAL_STREAM_H

#include <stddef.h>
#include <stdint.h>

#include <narwhal/abi.h>

struct nw_response;

/** Instead of nw_response_bytes() and its kin. @type as there. 0 or negative, as those. */
NW_API int nw_response_begin(struct nw_response *res, unsigned status, const char *type);

/** The Content-Length, when it is known; before the head goes out, and not below what was written. A body of another
 *  length is an error. */
NW_API int nw_response_length(struct nw_response *res, uint64_t len);

/**
 * The next bytes, copied. 0; -EPIPE: nobody takes more (the client is gone or too slow, there is no body: HEAD, 204,
 * 304, or it was ended); -EAGAIN, on the loop only: the client has to take some first, nothing was written, on_ready
 * follows; -EOVERFLOW: beyond the Content-Length; -ECANCELED: an after hook has set another answer, which stays,
 * whatever is set now. On a thread, the handler may return what it got.
 */
NW_API int nw_response_write(struct nw_response *res, const void *data, size_t len);

/** Let go what was written, the head at least. As nw_response_write(). */
NW_API int nw_response_flush(struct nw_response *res);

/** On the loop: that was all of it. Response and request go as with nw_response_send(): when what called this has
 *  returned. Until then writing says -EPIPE, and a second end is refused, and logged. */
NW_API void nw_response_end(struct nw_response *res);

/**
 * On the loop: call fn(res, arg), from the loop, when there is room again behind -EAGAIN, when the client is gone
 * (nw_request_is_gone()), and when the worker begins to leave (nw_app_is_leaving()).
 */
NW_API void nw_response_on_ready(struct nw_response *res, void (*fn)(struct nw_response *res, void *arg), void *arg);

/**
 * On a handler thread: flush, then wait. 0: @timeout_ms are over, or nw_response_wake(); -EPIPE: the client is gone;
 * -ESHUTDOWN: the worker is leaving, and would cut the answer off after graceful_timeout: end it. The client may come
 * again.
 */
NW_API int nw_response_wait(struct nw_response *res, int timeout_ms);

/** End a nw_response_wait(), the next one if there is none now. From any thread, once it is begun
 *  and as long as its handler runs. */
NW_API void nw_response_wake(struct nw_response *res);

/**
 * Server-sent events: nw_response_begin() of text/event-stream that no cache and no proxy holds back. When the stream
 * ends because the worker is leaving, browsers are told to come back after about a second (`retry:`), unless an event
 * with retry_ms said so: then others serve them.
 */
NW_API int nw_response_begin_events(struct nw_response *res);

struct nw_event {
	const char *name; /* of one line; NULL: "message" */
	const char *id;   /* of one line; NULL: the one before stays */
	const char *data; /* UTF-8, any lines; NULL: none, and then browsers show the script nothing */
	int64_t retry_ms; /* for the browser to wait before it connects anew; 0: as before */
};

/** Write an event, flush. As nw_response_write(); -EINVAL: name or id are not of one line, nothing was written. */
NW_API int nw_response_event(struct nw_response *res, const struct nw_event *event);

/** A line that browsers pass over, flushed: shows proxies that the connection lives, and us whether it does. */
NW_API int nw_response_comment(struct nw_response *res, const char *text);

/**
 * 103 Early Hints with one field (RFC 8297): ("Link", "</style.css>; rel=preload; as=style"). Any number before the
 * head goes out. It need not appear in the answer. 0, or negative as nw_response_header().
 */
NW_API int nw_response_early_hint(struct nw_response *res, const char *name, const char *value);

#endif
