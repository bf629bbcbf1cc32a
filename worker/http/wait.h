/** What a connection waits for, and for how long it may. Internal to worker/http. */
#ifndef NW_HTTP_WAIT_H
#define NW_HTTP_WAIT_H

#include <stddef.h>
#include <stdint.h>

struct nw_conn;
struct nw_http;

enum {
	/*
	 * Were each byte enough for the time of a body or an answer to begin anew, a client could hold its connection,
	 * and the memory behind it, for as long as it likes with a byte every half minute. Of chunks only the data
	 * counts, or their extensions could be sent without end.
	 */
	NW_HTTP_PROGRESS = 16 * 1024,
};

/** Lists of connections by what they are given time for. In each, deadlines only grow from first to last. */
enum nw_wait {
	NW_WAIT_FRESH, /* for the first byte ever */
	NW_WAIT_IDLE,  /* for the next request */
	NW_WAIT_HEAD,
	NW_WAIT_BODY,
	NW_WAIT_WRITE,
	NW_WAIT_LINGER,
	NW_WAIT_DRAIN,   /* idle while draining */
	NW_WAIT_NOTHING, /* no deadline */
	NW_WAIT_COUNT,
};

/** Put it in the list that fits its state; its time begins anew if that is another, or if it got on. */
void nw_wait_update(struct nw_conn *c);

/** @n bytes more of a body came, or of an answer went. */
void nw_wait_note(struct nw_conn *c, size_t n);

/** It is closed. */
void nw_wait_remove(struct nw_conn *c);

/** End those whose time is over. */
void nw_wait_expire(struct nw_http *http, int64_t now_ms);

#endif
