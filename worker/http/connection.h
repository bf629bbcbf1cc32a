/**
 * One client's connection, and the state that all connections of one nw_http share. Internal to worker/http.
 *
 * A connection has one event, edge-triggered, that stays registered for its whole life: while a request is being
 * worked on, what arrives is only noted (is_unread), so that pausing and resuming cost no system call. It reads into a
 * buffer that all share; only the bytes of a request that is not whole yet, or has to wait, are kept in one of its own.
 */
#ifndef NW_HTTP_CONNECTION_H
#define NW_HTTP_CONNECTION_H

#include <event2/event.h>
#include <event2/event_struct.h>
#include <sys/queue.h>

#include "common/network.h"
#include "worker/http/answer.h"
#include "worker/http/http.h"
#include "worker/http/job.h"
#include "worker/http/listening.h"
#include "worker/http/tls.h"
#include "worker/http/wait.h"

enum {
	NW_HTTP_COPY_SIZE = 64 * 1024,
	NW_HTTP_IN_SIZE = 64 * 1024,  /* the shared read buffer */
	NW_HTTP_OUT_SIZE = 64 * 1024, /* gathered answers are written from here on */
	NW_HTTP_MEMOS = 64,
};

enum nw_conn_state {
	NW_CONN_HEAD,   /* between requests, or within a head */
	NW_CONN_PROXY,  /* before the first: a PROXY header may come (http/proxy), or TLS begins (http/hello.c) */
	NW_CONN_BODY,   /* within a body */
	NW_CONN_WORK,   /* handed up, not answered */
	NW_CONN_STREAM, /* its answer is made bit by bit */
	NW_CONN_ANSWER, /* a large answer, or what is left of a stream, is being written */
	NW_CONN_LINGER, /* answered for the last time: what still comes is thrown away */
	NW_CONN_CLOSED, /* the client is gone; freed once nothing uses it */
};

struct nw_conn {
	struct event event;
	struct nw_http *http;
	TAILQ_ENTRY(nw_conn) link; /* in http->waiting[wait] */
	int64_t deadline_ms;
	struct nw_tls *tls;     /* NULL: none */
	struct nw_job *job;     /* the exchange under way */
	char *in;               /* its own input: bytes in_at..in_len wait; NULL: none */
	char *out;              /* bytes out_at..out_len wait to be written, then rest; NULL: none */
	struct nw_span rest;    /* of the body of the answer under way; p NULL: of the file of the piece */
	struct nw_piece *piece; /* the one that the rest is of; NULL: it is all that is left */
	uint32_t in_at, in_len, in_cap;
	uint32_t out_at, out_len, out_cap;
	uint32_t discarded; /* bytes while lingering */
	uint32_t moved;     /* bytes of a body or an answer since the time for it began */
	uint32_t n_turn;    /* requests since others had their turn */
	int fd;
	union nw_peer peer;
	uint8_t state;        /* enum nw_conn_state */
	uint8_t wait;         /* enum nw_wait */
	bool is_trusted : 1;  /* x.is_trusted of all its exchanges */
	bool is_named : 1;    /* its PROXY header was read; for http/hello.c */
	bool is_stepping : 1; /* in use on the stack: not to be freed */
	bool is_unread : 1;   /* the socket may have bytes, or its end, to read */
	bool has_end : 1;     /* the client has ended its side: there is an end to be read */
	bool is_at_end : 1;   /* and it was read */
	bool is_used : 1;     /* a request was answered, or is being */
	bool is_last : 1;     /* close after what is being written */
	bool must_linger : 1; /* ... and the client may be sending still */
	bool has_moved : 1;   /* it got on with what it waits for, so its time begins anew */
	bool is_watched : 1;  /* its event is registered */
	bool wants_write : 1; /* the event reports room to write too */
};

TAILQ_HEAD(nw_conn_list, nw_conn);

struct nw_http {
	struct event_base *base;
	struct nw_http_options options;
	struct nw_slot *slot;     /* of the options, or own_slot, which nobody reads */
	struct nw_slot *own_slot; /* NULL: there is one */
	char *in;                 /* NW_HTTP_IN_SIZE bytes */
	char *copy;               /* NW_HTTP_COPY_SIZE bytes of a file on their way out; NULL: sendfile() does it */
	struct nw_buf out;        /* answers of out_conn, gathered */
	struct nw_conn *out_conn; /* NULL: out is empty */
	struct nw_conn_list waiting[NW_WAIT_COUNT];
	struct nw_accepting accepting;
	struct nw_job *pool;
	struct nw_memo *memos; /* NW_HTTP_MEMOS: a connection has one with some others */
	struct nw_date date;
	struct nw_trace trace; /* of the last request */
	int64_t now_us;        /* of the step under way */
	uint32_t n_pool;
	size_t held; /* bytes of bodies in memory */
	uint32_t open, in_flight, n_lingering, n_detached;
	bool is_departing; /* each answer is its connection's last */
	bool is_draining;  /* nothing is accepted either */
	bool is_drained;
};

/** A counter of the slot, which has one writer. */
#define NW_HTTP_COUNT(http, field, n)                                                                                  \
	NW_GAUGE((http)->slot->counters.field, NW_READ((http)->slot->counters.field) + (n))

/* connection.c */

/** Takes @fd, closing it on failure. 0 or -ENOMEM. */
int nw_connection_open(struct nw_http *http, int fd, const struct sockaddr *peer) NW_MUST_CHECK;

/** Who its client is: the socket's peer, or who a proxy says it is. */
void nw_connection_set_peer(struct nw_conn *c, const struct sockaddr *from);

/** Read once. Bytes read; 0: none now, or the end (which was seen to). */
size_t nw_connection_receive(struct nw_conn *c, char *to, size_t room);

/** The client ended its side: no more requests come, though its answers are still written. */
void nw_connection_take_end(struct nw_conn *c);

/** Bytes that have to wait move to the input of its own, which has none. */
void nw_connection_save(struct nw_conn *c, const char *data, size_t len);

/** The exchange of @c has its answer: write it, or note that it is to be written. */
void nw_connection_answer(struct nw_conn *c);

/**
 * Around what is done to it from outside of its own events; enter: false when they are under way, and will do what
 * leave does. It may be freed by leave, if its exchange has ended.
 */
bool nw_connection_enter(struct nw_conn *c);
void nw_connection_leave(struct nw_conn *c, bool has_entered);

/**
 * Its socket, and all but the exchange, becomes a new connection, in whose state an exchange is to be put (WORK without
 * one); @c is closed, for its exchange to end with. Not while it is in use. NULL: no memory, nothing was done.
 */
struct nw_conn *nw_connection_move(struct nw_conn *c) NW_MUST_CHECK;

/** Its deadline has passed. */
void nw_connection_expire(struct nw_conn *c);

/** Unlinks and closes it at once. Frees it, unless it is in use or its exchange is being worked on. */
void nw_connection_close(struct nw_conn *c);
/** The same, so that the client sees that it has not got all of it; what is on its way to it is dropped. */
void nw_connection_reset(struct nw_conn *c);

/* intake.c */

/** A request of it may be read now. */
bool nw_intake_is_reading(const struct nw_conn *c);

/** Work through @len bytes. Returns how many are done with; what is left begins a request, or has to wait. */
size_t nw_intake_take(struct nw_conn *c, char *data, size_t len);

/** The next bytes of the body may go straight to the buffer of its job. */
bool nw_intake_is_direct(const struct nw_conn *c);

/** @n bytes more are in the buffer of its job: the request may be whole. */
void nw_intake_note(struct nw_conn *c, size_t n);

/** Answer without asking the layer above, and close; refuse_head: where there is no valid head, so none is shown. */
void nw_intake_refuse(struct nw_conn *c, enum nw_status status, const char *reason);
void nw_intake_refuse_head(struct nw_conn *c, enum nw_status status, const char *reason);

/* hello.c */

/** State PROXY, and TLS is spoken: read on. */
NW_NOINLINE void nw_hello_read(struct nw_conn *c);

/* pull.c */

#define NW_LATE_BODY "The body did not arrive in time"

bool nw_pull_is_waiting(const struct nw_conn *c);
/** Bytes, or the end, may have come. */
void nw_pull_resume(struct nw_conn *c);
/** There will be no more bytes for it. @error: negative errno; @status NONE: the client is gone. */
void nw_pull_break(struct nw_conn *c, int error, enum nw_status status, const char *reason);

/* linger.c */

/** Its last answer is written: end our side, and wait for the client to end its own. */
void nw_linger_begin(struct nw_conn *c);
void nw_linger_read(struct nw_conn *c);

/* http.c */

/** A connection is closed: accept again, or be drained. */
void nw_http_closed(struct nw_http *http);

#endif
