/**
 * The black box: what every thread of a worker is doing, on the scoreboard, so that a time-out or a crash names the
 * request that did it. A record is written by its thread alone, with relaxed atomics; threads beyond NW_BOARD_THREADS
 * have a record of their own that no other process sees.
 */
#ifndef NW_COMMON_SCOREBOARD_THREAD_H
#define NW_COMMON_SCOREBOARD_THREAD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/str.h"

struct nw_board;
struct nw_slot;

enum {
	NW_BOARD_THREADS = 64,    /* records of a worker */
	NW_BOARD_ID = 64,         /* bytes of a request id that are kept */
	NW_BOARD_COLLECTION = 32, /* of a collection's name */
	NW_BOARD_METHOD = 8,      /* of a method */
};

enum nw_thread_role {
	NW_ROLE_NONE = 0,
	NW_ROLE_LOOP,
	NW_ROLE_HANDLER,
	NW_ROLE_LANE, /* runs operations of the store */
};

enum nw_thread_phase {
	NW_PHASE_IDLE = 0,
	NW_PHASE_HANDLER,  /* the app's code runs */
	NW_PHASE_STORE,    /* waits for the store, or is it */
	NW_PHASE_COMPRESS, /* its answer */
	NW_PHASE_BODY,     /* waits for the client to send; those from here on are not its own doing */
	NW_PHASE_CLIENT,   /* waits for the client to take what was written */
	NW_PHASE_WAIT,     /* waits for an event: nw_response_wait() */
};

/** Of the store. */
enum nw_thread_operation {
	NW_OPERATION_NONE = 0,
	NW_OPERATION_GET,
	NW_OPERATION_INSERT,
	NW_OPERATION_REPLACE,
	NW_OPERATION_UPDATE,
	NW_OPERATION_REMOVE,
	NW_OPERATION_PING,
	NW_OPERATION_FIND,
	NW_OPERATION_COUNT,
	NW_OPERATION_INDEX,
};

/** Phase and route in one word: 0 is an idle thread. */
#define NW_BOARD_DOING(phase, route) ((uint32_t)(phase) << 16 | (route))

struct nw_board_thread {
	_Alignas(64) _Atomic uint32_t role; /* enum nw_thread_role */
	_Atomic uint32_t doing;             /* NW_BOARD_DOING() */
	_Atomic int32_t tid;                /* the kernel's, for debuggers */
	_Atomic uint32_t n_operations;      /* that a lane runs at once */
	_Atomic int64_t begin_ms;           /* it has this request; nw_clock_ms(); 0: none, or it is the loop */
	_Atomic int64_t busy_ms;            /* since when it did not wait for the client */
	_Atomic int64_t phase_ms;           /* it waits for the store, the client, an event */
	_Atomic(void *) subject;            /* the process's own: what it works on */
	_Atomic uint64_t method[NW_BOARD_METHOD / 8];
	_Atomic uint64_t id[NW_BOARD_ID / 8]; /* of the request; the loop's is known only where it could still say it */
	_Atomic uint32_t operation;           /* enum nw_thread_operation */
	_Atomic uint64_t collection[NW_BOARD_COLLECTION / 8];
};

struct nw_board_threads {
	_Atomic uint32_t n; /* that were asked for */
	struct nw_board_thread v[NW_BOARD_THREADS];
};

/** The record of the thread that runs; never NULL. */
extern _Thread_local struct nw_board_thread *nw_board_thread_own;
/** That of the loop, for what runs on it: the same, in fewer instructions. Never NULL. */
extern struct nw_board_thread *nw_board_thread_loop;

/** A worker, at its start: its threads have their records at @slot of @board. The calling thread is its loop. */
void nw_board_thread_begin(struct nw_board *board, struct nw_slot *slot);

/** A thread, at its start; @spare: its record if there is no room; outlives the thread. Returns the record. */
struct nw_board_thread *nw_board_thread_join(enum nw_thread_role role, struct nw_board_thread *spare);

/** It has a request now. @subject: see there; what is too long is cut. */
void nw_board_thread_take(uint32_t doing, struct nw_span method, struct nw_span id, void *subject);
/** And has it no more. */
void nw_board_thread_drop(void);

/** It got on: a stream went a piece further. */
void nw_board_thread_progress(void);

/** It is in @phase for a while; returns what leave wants. */
uint32_t nw_board_thread_enter(enum nw_thread_phase phase);
void nw_board_thread_leave(uint32_t doing);

/** enter(NW_PHASE_STORE) with what it waits for. @collection may be NULL. */
uint32_t nw_board_thread_enter_store(enum nw_thread_operation operation, const char *collection, uint32_t n_operations);

/** Put @text, cut to @n words, into a record. In signal handlers too. */
void nw_board_thread_put(_Atomic uint64_t *words, size_t n, struct nw_span text);

/** Master: nobody has the slot any more. */
void nw_board_thread_clear(struct nw_board *board, const struct nw_slot *slot);

/** A plain copy of a record. */
struct nw_board_thread_view {
	enum nw_thread_role role;
	enum nw_thread_phase phase;
	unsigned route; /* nw_board_route(); 0: one that is not counted apart */
	int tid;
	uint32_t n_operations;
	int64_t begin_ms, busy_ms, phase_ms;
	enum nw_thread_operation operation;
	char method[NW_BOARD_METHOD + 1], id[NW_BOARD_ID + 1], collection[NW_BOARD_COLLECTION + 1];
};

void nw_board_thread_view(const struct nw_board_thread *thread, struct nw_board_thread_view *out);

/** Record @i of the worker of @slot; false: there is none, nor any beyond. */
bool nw_board_thread_read(const struct nw_board *board, const struct nw_slot *slot, unsigned i,
			  struct nw_board_thread_view *out);

/** "in the handler", "in the store: insert into 'items'", "idle". */
void nw_board_thread_phase_text(const struct nw_board_thread_view *view, struct nw_buf *out);

/**
 * One line without an end: "handler thread 4711: POST /items (request id 0af7...) for 30.1 s, in the store: insert into
 * 'items' for 29.8 s".
 */
void nw_board_thread_text(const struct nw_board *board, const struct nw_board_thread_view *view, int64_t now_ms,
			  struct nw_buf *out);

#endif
