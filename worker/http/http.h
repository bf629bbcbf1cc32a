/**
 * The HTTP side of one worker: its listening sockets, its connections, one libevent base. Knows no app and no store.
 * All functions on the loop's thread.
 */
#ifndef NW_HTTP_HTTP_H
#define NW_HTTP_HTTP_H

#include <stdbool.h>
#include <stdint.h>

#include "common/err.h"
#include "common/scoreboard.h"
#include "worker/http/exchange.h"
#include "worker/http/parser.h"

struct event_base;
struct nw_forward;
struct nw_http;
struct nw_proxy;
struct sockaddr;
struct ssl_ctx_st;

struct nw_http_options {
	struct nw_parser_rules
		head;         /* limits of 0: as much as is sensible (65,536 bytes of line, 32,768 fields of 8,190) */
	uint64_t body;        /* most bytes of a decoded body */
	bool copies_files;    /* read and write them: no sendfile() */
	const char *temp_dir; /* where bodies go that are too large for memory; borrowed; NULL: /tmp */
	uint32_t connections; /* most at once; accepting pauses there */
	int64_t keepalive_ms; /* idle time of a kept connection; 0: close after each answer */
	int64_t head_ms;      /* to receive a whole head (408 then) */
	int64_t body_ms;      /* to receive each 16 KiB, or the rest, of a body (408 then) */
	int64_t write_ms;     /* for the client to take each 16 KiB, or the rest, of an answer */
	int64_t linger_ms;    /* 2000: kept connections stay readable while draining; also lingering close */
	const struct nw_forward *forward; /* whom to believe; borrowed, NULL: nobody */
	const struct nw_proxy *proxy;     /* each connection may begin with a PROXY header; borrowed, NULL: none may */
	struct ssl_ctx_st *tls; /* each connection speaks TLS (common/tls_context); borrowed, NULL: none does */
	struct nw_slot *slot;   /* counters and gauges; NULL: none are kept */

	/** Connections that each worker would hold if all held as many; NULL: there is no other. */
	uint32_t (*even_share)(void *arg);

	/**
	 * A head is there and its body is not, or not all of it; nothing has asked for it (100 Continue) yet. x is as
	 * in on_request, and not to be answered before that. NULL: NW_BODY_WHOLE.
	 */
	enum nw_body_way (*on_head)(struct nw_exchange *x, void *arg);
	/** A request is whole, or as on_head wanted it. Leads to one nw_exchange_send(), now or later. */
	void (*on_request)(struct nw_exchange *x, void *arg);
	/** No valid request: it is answered without the layer above. Before that; NULL: nobody wants to know. */
	void (*on_refused)(const struct nw_exchange *x, void *arg);
	/** An exchange is over: its answer was written (or gathered for the next write), or the client is gone
	 * (is_gone). For a log. Also for refused requests. x is valid during the call only. NULL: nobody wants to know.
	 */
	void (*on_done)(const struct nw_exchange *x, void *arg);
	/** A client that spoke TLS did not get in. @why: static text. NULL: nobody wants to know. */
	void (*on_handshake_failed)(const struct sockaddr *peer, const char *why, void *arg);
	/** While draining: the last connection is closed. May free the nw_http only later, from the loop. */
	void (*on_drained)(void *arg);
	/** Nothing can be accepted for now: out of descriptors or memory. It is tried again when a connection closes,
	 * and by each sweep. @error: errno. NULL: nobody wants to know. */
	void (*on_starved)(int error, void *arg);
	/** While draining, once: who waited to be accepted is accepted, and the listening sockets are not used any
	 * more. They should be closed: a queue that nobody takes keeps its clients waiting. NULL: nobody wants to know.
	 */
	void (*on_deaf)(void *arg);
	void *arg;
};

/** NULL: no memory, or the base is not epoll's (edges, early close). @options is copied. */
struct nw_http *nw_http_new(struct event_base *base, const struct nw_http_options *options) NW_MUST_CHECK;

/** Accept from the listening socket @fd (non-blocking; borrowed until on_deaf, never closed here). */
int nw_http_listen(struct nw_http *http, int fd, struct nw_err *err) NW_MUST_CHECK;

/** nw_http_drain() will follow: go on accepting, but from now on each answer says Connection: close. */
void nw_http_depart(struct nw_http *http);

/** Leave what waits to be accepted to others, and end each connection with its next answer; or no more. */
void nw_http_rest(struct nw_http *http, bool is_resting);

/**
 * Stop: with @with_queue accept until EAGAIN first (the service ends: who is in the accept queue is answered);
 * then accept nothing, answer what is in flight and what arrives on open connections within linger_ms, each with
 * Connection: close. on_drained follows, at once when nothing is open. May be called again (no effect), and from
 * on_request: what is accepted is read later, from the loop.
 */
void nw_http_drain(struct nw_http *http, bool with_queue);

/** Once a second or so: time-outs. @now_ms: nw_clock_ms(). */
void nw_http_sweep(struct nw_http *http, int64_t now_ms);

uint32_t nw_http_open(const struct nw_http *http);      /* connections */
uint32_t nw_http_in_flight(const struct nw_http *http); /* exchanges handed up and not sent */

/** Closes everything at once; exchanges in flight must have ended. Returns NULL. */
struct nw_http *nw_http_free(struct nw_http *http);

#endif
