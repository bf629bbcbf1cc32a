/**
 * What every worker is doing, in one shared anonymous mapping made by the master before it forks.
 * A slot is written by its worker alone, with relaxed atomics, and read by all: the master (heartbeats), any
 * worker (/metrics for the whole pod). When a worker dies the master folds its counters into the totals, so
 * no counter ever goes back; readers retry around a fold (a sequence count).
 */
#ifndef NW_COMMON_SCOREBOARD_H
#define NW_COMMON_SCOREBOARD_H

#include <sys/types.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/cc.h"
#include "common/scoreboard_thread.h"
#include "common/scoreboard_times.h"

enum {
	NW_BOARD_SLOTS = 1024, /* workers of all generations that may live at once */
	NW_BOARD_CLASSES = 6,  /* of status, by its first digit; [0]: client gone before an answer */
	NW_BOARD_CODES = 600,  /* status 100..599; [0]: client gone before an answer */
	NW_BOARD_ROUTES = 256, /* that are counted apart, of all generations; [0]: all other requests */
	NW_BOARD_TRIES = 1000, /* of a reader, at most; a master killed in the middle of a fold must not hang it */
};

enum nw_worker_state {
	NW_WORKER_FREE = 0, /* nobody has this slot */
	NW_WORKER_BOOTING,  /* forked, not READY yet */
	NW_WORKER_SERVING,
	NW_WORKER_DRAINING, /* answers what it has, accepts nothing */
	NW_WORKER_STATES,
};

/** Why a worker's process ended. */
enum nw_board_end {
	NW_END_ASKED = 0, /* told to by the master (reload, fewer workers, stop) or by somebody's TERM */
	NW_END_REQUESTS,  /* replaced: max_requests */
	NW_END_AGE,       /* replaced: max_worker_age */
	NW_END_MEMORY,    /* replaced: max_worker_memory */
	NW_END_HANDLER,   /* replaced: a handler did not come back */
	NW_END_TIMEOUT,   /* missed its heartbeat */
	NW_END_CRASH,     /* a signal of its own making, or an exit code */
	NW_END_KILLED,    /* KILL or another signal from outside */
	NW_END_OOM,       /* killed by the kernel, which was out of memory */
	NW_END_BOOT,      /* said that it cannot boot */
	NW_END_KINDS,
};

/** "serving", "requests": as metrics and messages call them. */
extern const char *const nw_board_state_names[NW_WORKER_STATES], *const nw_board_end_names[NW_END_KINDS];

/** What only grows; the master adds them up over dead workers. */
struct nw_counters {
	_Atomic uint64_t bytes_in;    /* read from clients */
	_Atomic uint64_t bytes_out;   /* written to clients */
	_Atomic uint64_t connections; /* accepted */
	_Atomic uint64_t queue_full;  /* 503 for a full handler queue */
	_Atomic uint64_t store_ops;
	_Atomic uint64_t store_errors;   /* unavailable, failed */
	_Atomic uint64_t store_batches;  /* commands or transactions that lanes ran */
	_Atomic uint64_t store_timeouts; /* waits for a connection to the database that nobody had to spare */
	_Atomic uint64_t handler_timeouts;
};

struct nw_slot {
	_Alignas(128) _Atomic int32_t pid;
	_Atomic uint32_t generation;
	_Atomic uint32_t state;       /* enum nw_worker_state */
	_Atomic int64_t heartbeat_ms; /* nw_clock_ms(); the master sets it at fork */
	_Atomic int64_t born_ms;      /* nw_clock_ms() at fork */
	_Atomic uint32_t open;        /* connections held now */
	_Atomic uint32_t in_flight;   /* requests being worked on now */
	_Atomic uint32_t threads_busy;
	_Atomic uint32_t queued;         /* requests that wait for a handler thread */
	_Atomic uint64_t resident_bytes; /* of memory, as of the last heartbeat; 0: not known */
	_Atomic uint32_t threads;        /* for handlers */
	_Atomic uint32_t queue_limit;    /* of queued */
	_Atomic uint32_t store_open, store_busy, store_waiting, store_limit; /* nw_store_pool, of the last heartbeat */
	struct nw_counters counters;
	_Atomic uint64_t codes[NW_BOARD_CODES];                    /* requests by status, refused ones too */
	struct nw_times routes[NW_BOARD_ROUTES][NW_BOARD_CLASSES]; /* the same by nw_board_route() and class */
};

/** What a route is called. */
struct nw_board_route {
	char methods[32]; /* "GET, POST", as it was declared */
	char path[224];   /* "/items/<int:id>" */
};

struct nw_board {
	_Atomic uint32_t sequence;   /* odd: a fold is under way */
	_Atomic uint32_t generation; /* the one that serves */
	_Atomic uint32_t workers_target;
	_Atomic uint32_t is_leaving;   /* TERM came: new requests had better go elsewhere */
	_Atomic uint32_t is_succeeded; /* a newer master serves: the admin listener is its workers' */
	_Atomic uint32_t n_slots;      /* slots that were ever claimed: the first n_slots */
	_Atomic uint64_t spawned;
	_Atomic uint64_t died;          /* not asked to */
	_Atomic uint64_t boot_failures; /* workers that died while they booted, or at once after */
	_Atomic uint64_t timeouts;
	_Atomic uint64_t reloads_ok;
	_Atomic uint64_t reloads_failed;
	_Atomic uint32_t was_reload_ok;      /* the last one; the start counts as one */
	_Atomic int64_t reloaded_ms;         /* when it was over, nw_clock_wall_ms() */
	_Atomic int64_t reload_us;           /* how long it took */
	_Atomic uint64_t ends[NW_END_KINDS]; /* workers that are gone */
	int64_t started_ms;
	pid_t master_pid;
	struct nw_counters dead; /* counters of workers that are gone */
	_Atomic uint64_t dead_codes[NW_BOARD_CODES];
	struct nw_times dead_routes[NW_BOARD_ROUTES][NW_BOARD_CLASSES];
	pthread_mutex_t routes_lock; /* of those who add to routes */
	_Atomic uint32_t n_routes;   /* routes[1..n_routes] have names; they are never taken back */
	struct nw_board_route routes[NW_BOARD_ROUTES];
	struct nw_slot slots[NW_BOARD_SLOTS];
	struct nw_board_threads threads[NW_BOARD_SLOTS]; /* of the workers of these slots */
};

/** Maps it, shared and zeroed. NULL: no memory. Before the first fork. */
struct nw_board *nw_board_new(void);
struct nw_board *nw_board_free(struct nw_board *board);

/** Master: a free slot for a new worker, state BOOTING and heartbeat now; NULL: all are taken. */
struct nw_slot *nw_board_claim(struct nw_board *board, uint32_t generation);

/** Master: the worker is reaped; folds its counters and frees the slot. */
void nw_board_release(struct nw_board *board, struct nw_slot *slot);

/** Master: a reload that began at @began_us, nw_clock_us(), is over. Counts it. */
void nw_board_note_reload(struct nw_board *board, bool is_ok, int64_t began_us);

/** A plain copy of the counters of all workers, living and dead, and the sums of the living's gauges. */
struct nw_board_sum {
	uint64_t bytes_in, bytes_out, connections, queue_full, store_ops, store_errors, store_batches, store_timeouts,
		handler_timeouts;
	uint64_t requests;                 /* of all status */
	uint64_t status[NW_BOARD_CLASSES]; /* the same by class */
	struct nw_board_times latency;     /* of all */
	uint64_t open, in_flight, threads, threads_busy, queued, queue_limit, resident_bytes;
	uint64_t store_open, store_busy, store_waiting, store_limit;
	unsigned workers[NW_WORKER_STATES]; /* by enum nw_worker_state */
};

/** A plain copy of what one living worker shows. */
struct nw_board_worker {
	uint32_t number; /* of its slot, which another worker may have had before it */
	int32_t pid;     /* 0: being forked */
	uint32_t generation;
	enum nw_worker_state state;
	int64_t born_ms, heartbeat_ms; /* nw_clock_ms() */
	uint64_t open, in_flight, threads, threads_busy, queued, queue_limit, resident_bytes, requests;
	uint64_t store_open, store_busy, store_waiting, store_limit;
};

/** What the worker of @slot shows. For the master, which alone folds slots. */
void nw_board_read(const struct nw_board *board, const struct nw_slot *slot, struct nw_board_worker *out);

void nw_board_sum(const struct nw_board *board, struct nw_board_sum *out);

/**
 * The same and, read in one go with it, the living workers: at most @cap of them in @workers. Returns how many.
 */
size_t nw_board_snapshot(const struct nw_board *board, struct nw_board_sum *out, struct nw_board_worker *workers,
			 size_t cap);

/** How many connections each serving worker would hold if all held as many; 0: none serves. */
uint32_t nw_board_even_share(const struct nw_board *board);

/**
 * A worker, before it serves: the number of a route in slot->routes, the same in every worker and generation. 0: its
 * name is too long, or there are too many: it is counted with all others.
 */
unsigned nw_board_route(struct nw_board *board, const char *methods, const char *path);

/** How many numbers there are now, with 0. */
unsigned nw_board_n_routes(const struct nw_board *board);

/** The requests of route @number, from 0 on; its name is empty for 0. NULL: there is none, nor any beyond. */
const struct nw_board_route *nw_board_route_read(const struct nw_board *board, unsigned number,
						 struct nw_board_times out[NW_BOARD_CLASSES]);

/** The requests of all workers by status. */
void nw_board_codes(const struct nw_board *board, uint64_t out[NW_BOARD_CODES]);

/** A reader, before it begins and after: false, and a moment's pause: a fold came between, so it has to begin anew. */
uint32_t nw_board_look(const struct nw_board *board);
bool nw_board_is_same(const struct nw_board *board, uint32_t seen);

/** Part of nw_board_new(). 0 or a negative errno. */
int nw_board_route_init(struct nw_board *board) NW_MUST_CHECK;

/** Relaxed add and set, for the slot's owner. */
#define NW_COUNT(field, n) atomic_fetch_add_explicit(&(field), (n), memory_order_relaxed)
#define NW_GAUGE(field, v) atomic_store_explicit(&(field), (v), memory_order_relaxed)
#define NW_READ(field) atomic_load_explicit(&(field), memory_order_relaxed)

#endif
