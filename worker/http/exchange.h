/**
 * One request and its answer. The connection makes it, hands it up once the request is whole, and gets it
 * back by nw_exchange_send(). Until then it belongs to whoever works on it: the loop, or one handler thread.
 * Its memory is one arena, reset for the next exchange.
 */
#ifndef NW_HTTP_EXCHANGE_H
#define NW_HTTP_EXCHANGE_H

#include <sys/socket.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/arena.h"
#include "common/buf.h"
#include "worker/http/head.h"
#include "worker/http/status.h"
#include "worker/http/trace.h"

struct nw_conn;

/** A part of a body: bytes in memory, or of a file. In the arena of the exchange, as are those behind it. */
struct nw_piece {
	struct nw_piece *next;
	struct nw_span data; /* p NULL: it is of the file */
	int fd;              /* open until the arena is reset: who makes the piece sees to that (nw_arena_defer()) */
	uint64_t at, len;    /* bytes of the file */
};

struct nw_answer {
	unsigned status;      /* 100..599 */
	struct nw_buf fields; /* "Name: value\r\n" lines in the arena, without Server, Date, Connection and framing */
	struct nw_span type;  /* goes out as Content-Type; as long as body; p NULL: there is none, or it is in fields */
	struct nw_span body;  /* arena's, or stays until the arena is reset */
	/** The body instead of .body, in this order; NULL: none. Not the caller's any more once it is sent: they are
	 * used up. A file that turns out shorter ends the answer and the connection. */
	struct nw_piece *pieces;
	bool has_length; /* content_length goes out: for HEAD and 304, though there is no body, and for streams */
	uint64_t content_length;
	bool close;     /* close the connection after it */
	bool is_stream; /* set by nw_stream_begin() */
};

/** What the client speaks, as a proxy that is believed says it. */
enum nw_scheme {
	NW_SCHEME_UNSAID, /* it is the connection's */
	NW_SCHEME_HTTP,
	NW_SCHEME_HTTPS,
};

struct nw_exchange {
	struct nw_conn *conn;
	struct nw_arena *arena;
	struct nw_head head; /* whole, valid until the exchange ends; all zero when the head was refused */
	struct nw_span body; /* decoded; of one that is pulled, what came with the head */
	int body_fd;         /* a large body's file, which body maps; unlinked, borrowed; -1: it is in memory */
	bool is_body_left;   /* more of the body is to be had by nw_exchange_pull(); unread it closes the connection */
	enum nw_status body_status;  /* of one that is pulled: why it will not be whole (400, 408, 413); 0: it may be */
	const char *body_reason;     /* the sentence to it */
	int storage_error;           /* refused: what the file for the body failed with, negative; 0: not that */
	struct nw_answer answer;     /* of the one who works on it */
	const struct sockaddr *peer; /* the connection's */
	struct nw_trace trace;       /* what its id is made of */
	int64_t begin_us;            /* nw_clock_us() when its first byte was read */
	uint64_t bytes_sent;         /* body bytes of the answer, for the log; true in on_done */
	uint16_t route;              /* nw_board_route(), below NW_BOARD_ROUTES; 0: none. Of the layer above */
	bool is_trusted;             /* what its peer says about others is believed (http/forward) */
	uint8_t scheme;              /* enum nw_scheme */
	bool is_refused;             /* no valid request: answer made by http itself */
	_Atomic bool is_gone; /* the client's connection broke meanwhile (not: it merely ended its own side): the answer
				 will be dropped. Set on the loop, read anywhere */
	/** nw_exchange_pull() is through; on the loop. Does not pull again by itself; may answer. */
	void (*on_pulled)(struct nw_exchange *x, ptrdiff_t n);
	void *user;               /* of the layer above, in the arena */
	struct nw_recall *recall; /* of its head: read, or fill it in, within on_request; NULL: it is not remembered */
	/** Of a stream (worker/http/stream.h), NULL: none. From the loop, never within another call: there is room
	 * again behind nw_stream_is_full(), the client is gone, or draining has begun. */
	void (*on_drain)(struct nw_exchange *x);
};

/** What to do about the body of a request whose head is there. */
enum nw_body_way {
	NW_BODY_WHOLE, /* read it, then on_request */
	NW_BODY_PULL,  /* on_request now; nw_exchange_pull() reads it */
	NW_BODY_NONE,  /* on_request now, without it: the answer is known, and the connection ends with it */
};

/**
 * An error as JSON: {"_status":"ERR","_error":{"code":..,"message":..},"type":"about:blank","title":..,"status":..,
 * "detail":..}. Replaces what the answer held. @detail: UTF-8, escaped here; NULL: the reason phrase. Any thread that
 * owns the exchange.
 */
void nw_exchange_error(struct nw_exchange *x, unsigned status, const char *detail);

/** What the client speaks, as far as is known. Any thread that owns the exchange, as below. */
bool nw_exchange_is_https(const struct nw_exchange *x);

/** The subject of the client's certificate, which was verified (RFC 4514); NULL: it has none. Lives as long as @x. */
const char *nw_exchange_certificate(const struct nw_exchange *x);

/**
 * Answer with x->answer. On the loop only, exactly once for each on_request, during it or any time later. The exchange
 * is not the caller's afterwards.
 */
void nw_exchange_send(struct nw_exchange *x);

/** nw_exchange_send() of 405 with `Allow: GET, HEAD`: for what is there to be read only. */
void nw_exchange_send_read_only(struct nw_exchange *x);

/**
 * On the loop, when on_head said NW_BODY_PULL: get what comes next of the body, behind x->body, into @to, which has to
 * stay. x->on_pulled is called once for it, perhaps before this returns: 1..@size bytes (as many as are there); 0: the
 * body has ended; else it will not be whole: -EBADMSG malformed, -EMSGSIZE over the limit, -ETIMEDOUT (x->body_status
 * says what the answer is to be), -ECONNRESET the client is gone or ended its side. Whoever reads slowly holds the
 * client back: nothing is read ahead. One at a time.
 */
void nw_exchange_pull(struct nw_exchange *x, void *to, size_t size);

/** Copy head and body into the arena, so that they outlive on_request. The connection does this by itself for an
 *  exchange that was not sent when on_request returns; call it before handing the exchange to another thread. 0 or
 * -ENOMEM. */
int nw_exchange_keep(struct nw_exchange *x) NW_MUST_CHECK;

#endif
