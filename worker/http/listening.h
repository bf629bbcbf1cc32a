/**
 * The listening sockets of one nw_http: taking connections from their queues. All workers accept from the same sockets.
 * With one for each worker (SO_REUSEPORT) the kernel would spread connections evenly, and for those of one request it
 * took 12 % less of the processor (2 workers, 64 clients); but whom it gave to a worker that is stuck, full or just
 * killed would wait for that very one, and the master would have to hand on such sockets at each reload, scale and
 * upgrade. Left alone, a shared one gave up to all of 64 kept connections to one of two workers. So who holds more than
 * an even share leaves newcomers to the others for a moment, and takes them if they do not come
 * (tests/bench/spread.py). Internal to worker/http.
 */
#ifndef NW_HTTP_LISTENING_H
#define NW_HTTP_LISTENING_H

#include <event2/event.h>
#include <event2/event_struct.h>

#include <stdbool.h>
#include <stdint.h>

struct nw_http;

struct nw_listening {
	struct event event;
	struct nw_http *http;
	struct nw_listening *next;
};

struct nw_accepting {
	struct nw_listening *sockets;
	struct event turn;                  /* the others had time to accept */
	uint32_t n_left_over;               /* connections that they left to us */
	uint32_t n_closed, n_closed_before; /* connections since the last sweep, and between the two before it */
	bool is_yielding;                   /* leaves newcomers to others, until turn */
	bool is_paused;                     /* accepts nothing until a connection closes or the next sweep */
	bool is_resting;                    /* nw_http_rest() */
	bool is_off;                        /* any of them: the sockets are not watched */
	bool takes_queue;                   /* draining, and not all could be accepted yet */
};

void nw_listening_init(struct nw_http *http);
void nw_listening_close(struct nw_http *http);

/** Stop or go on accepting. */
void nw_listening_pause(struct nw_http *http, bool is_paused);

/** Accept until nobody waits and let go of the sockets, or until nothing can be accepted for now (takes_queue then). */
void nw_listening_take_queue(struct nw_http *http);

#endif
