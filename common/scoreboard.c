#include "common/scoreboard.h"

#include <assert.h>
#include <sched.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/clock.h"

const char *const nw_board_state_names[NW_WORKER_STATES] = {"free", "booting", "serving", "draining"};

const char *const nw_board_end_names[NW_END_KINDS] = {
	"asked", "requests", "age", "memory", "handler", "timeout", "crash", "killed", "oom", "boot",
};

enum {
	N_COUNTERS = sizeof(struct nw_counters) / sizeof(uint64_t),
};

/* Counters are added up as the arrays they are. */
static_assert(sizeof(_Atomic uint64_t) == sizeof(uint64_t), "atomics carry no lock");
static_assert(offsetof(struct nw_board_sum, requests) == sizeof(struct nw_counters),
	      "the sum begins with the counters");
static_assert(offsetof(struct nw_board_sum, queue_full) == offsetof(struct nw_counters, queue_full), "in their order");
static_assert(offsetof(struct nw_board_sum, handler_timeouts) == offsetof(struct nw_counters, handler_timeouts),
	      "in their order");

struct nw_board *nw_board_new(void)
{
	/* Nearly all of it is never written to, and so needs no memory. */
	void *mapped = mmap(NULL, sizeof(struct nw_board), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (mapped == MAP_FAILED) {
		return NULL;
	}
	struct nw_board *board = mapped;

	(void)madvise(mapped, sizeof(*board), MADV_DONTDUMP); /* a core would have all of it, and touch it */
	if (nw_board_route_init(board) != 0) {
		return nw_board_free(board);
	}
	board->started_ms = nw_clock_ms();
	board->was_reload_ok = true;
	board->reloaded_ms = nw_clock_wall_ms();
	board->master_pid = getpid();
	return board;
}

struct nw_board *nw_board_free(struct nw_board *board)
{
	if (board != NULL) {
		munmap(board, sizeof(*board));
	}
	return NULL;
}

struct nw_slot *nw_board_claim(struct nw_board *board, uint32_t generation)
{
	for (uint32_t i = 0; i < NW_BOARD_SLOTS; i++) {
		struct nw_slot *slot = &board->slots[i];

		if (i < NW_READ(board->n_slots) && NW_READ(slot->state) != NW_WORKER_FREE) {
			continue;
		}
		if (i >= NW_READ(board->n_slots)) {
			NW_GAUGE(board->n_slots, i + 1);
		}
		int64_t now = nw_clock_ms();

		NW_GAUGE(slot->pid, 0);
		NW_GAUGE(slot->generation, generation);
		NW_GAUGE(slot->born_ms, now);
		NW_GAUGE(slot->heartbeat_ms, now);
		NW_GAUGE(slot->state, NW_WORKER_BOOTING);
		return slot;
	}
	return NULL;
}

void nw_board_note_reload(struct nw_board *board, bool is_ok, int64_t began_us)
{
	if (is_ok) {
		NW_COUNT(board->reloads_ok, 1);
	} else {
		NW_COUNT(board->reloads_failed, 1);
	}
	NW_GAUGE(board->was_reload_ok, is_ok);
	NW_GAUGE(board->reloaded_ms, nw_clock_wall_ms());
	NW_GAUGE(board->reload_us, nw_clock_us() - began_us);
}

static void clear_gauges(struct nw_slot *slot)
{
	NW_GAUGE(slot->state, NW_WORKER_FREE);
	NW_GAUGE(slot->pid, 0);
	NW_GAUGE(slot->open, 0);
	NW_GAUGE(slot->in_flight, 0);
	NW_GAUGE(slot->threads_busy, 0);
	NW_GAUGE(slot->queued, 0);
	NW_GAUGE(slot->resident_bytes, 0);
	NW_GAUGE(slot->threads, 0);
	NW_GAUGE(slot->queue_limit, 0);
	NW_GAUGE(slot->store_open, 0);
	NW_GAUGE(slot->store_busy, 0);
	NW_GAUGE(slot->store_waiting, 0);
	NW_GAUGE(slot->store_limit, 0);
}

/* What is zero is left alone: pages that nobody wrote to need no memory. */
static void fold(_Atomic uint64_t *from, _Atomic uint64_t *to, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t more = NW_READ(from[i]);

		if (more != 0) {
			atomic_store_explicit(&to[i], NW_READ(to[i]) + more, memory_order_release);
			atomic_store_explicit(&from[i], 0, memory_order_release);
		}
	}
}

static void fold_routes(struct nw_board *board, struct nw_slot *slot)
{
	unsigned n = nw_board_n_routes(board);

	for (unsigned i = 0; i < n; i++) {
		for (size_t k = 0; k < NW_BOARD_CLASSES; k++) {
			fold(slot->routes[i][k].bucket, board->dead_routes[i][k].bucket, NW_BOARD_BUCKETS);
			fold(&slot->routes[i][k].us, &board->dead_routes[i][k].us, 1);
		}
	}
}

/*
 * The sequence count without fences (thread sanitizers do not know them): every store of a fold is a release, so a
 * reader that saw one of them by an acquire also sees the odd count that came before it.
 */
void nw_board_release(struct nw_board *board, struct nw_slot *slot)
{
	atomic_fetch_add_explicit(&board->sequence, 1, memory_order_acq_rel);
	fold((_Atomic uint64_t *)&slot->counters, (_Atomic uint64_t *)&board->dead, N_COUNTERS);
	fold(slot->codes, board->dead_codes, NW_BOARD_CODES);
	fold_routes(board, slot);
	clear_gauges(slot);
	nw_board_thread_clear(board, slot);
	atomic_fetch_add_explicit(&board->sequence, 1, memory_order_acq_rel);
}

uint32_t nw_board_look(const struct nw_board *board)
{
	return atomic_load_explicit(&board->sequence, memory_order_acquire);
}

bool nw_board_is_same(const struct nw_board *board, uint32_t seen)
{
	bool is_same = seen % 2 == 0 && nw_board_look(board) == seen;

	if (!is_same) {
		sched_yield();
	}
	return is_same;
}

static void add_counters(const struct nw_counters *counters, struct nw_board_sum *out)
{
	const _Atomic uint64_t *from = (const _Atomic uint64_t *)counters;
	uint64_t *to = (uint64_t *)out;

	for (size_t i = 0; i < N_COUNTERS; i++) {
		to[i] += atomic_load_explicit(&from[i], memory_order_acquire);
	}
}

/* Of one worker, or of the dead. Returns its requests. */
static uint64_t add_requests(const struct nw_times routes[][NW_BOARD_CLASSES], unsigned n_routes,
			     struct nw_board_sum *sum)
{
	struct nw_board_times of_class, all = {{0}, 0};

	for (size_t k = 0; k < NW_BOARD_CLASSES; k++) {
		of_class = (struct nw_board_times){{0}, 0};
		for (unsigned i = 0; i < n_routes; i++) {
			nw_times_add(&routes[i][k], &of_class);
		}
		sum->status[k] += nw_times_requests(&of_class);
		for (size_t b = 0; b < NW_BOARD_BUCKETS; b++) {
			all.bucket[b] += of_class.bucket[b];
		}
		all.us += of_class.us;
	}
	for (size_t b = 0; b < NW_BOARD_BUCKETS; b++) {
		sum->latency.bucket[b] += all.bucket[b];
	}
	sum->latency.us += all.us;
	return nw_times_requests(&all);
}

static void read_slot(const struct nw_slot *slot, struct nw_board_worker *out)
{
	out->pid = NW_READ(slot->pid);
	out->generation = NW_READ(slot->generation);
	out->state = (enum nw_worker_state)NW_READ(slot->state);
	out->born_ms = NW_READ(slot->born_ms);
	out->heartbeat_ms = NW_READ(slot->heartbeat_ms);
	out->open = NW_READ(slot->open);
	out->in_flight = NW_READ(slot->in_flight);
	out->threads_busy = NW_READ(slot->threads_busy);
	out->queued = NW_READ(slot->queued);
	out->resident_bytes = NW_READ(slot->resident_bytes);
	out->threads = NW_READ(slot->threads);
	out->queue_limit = NW_READ(slot->queue_limit);
	out->store_open = NW_READ(slot->store_open);
	out->store_busy = NW_READ(slot->store_busy);
	out->store_waiting = NW_READ(slot->store_waiting);
	out->store_limit = NW_READ(slot->store_limit);
}

/* Its counters count whether it lives or not: a free slot has none. */
static void add_slot(const struct nw_board *board, uint32_t number, struct nw_board_sum *sum,
		     struct nw_board_worker *out)
{
	const struct nw_slot *slot = &board->slots[number];

	read_slot(slot, out);
	add_counters(&slot->counters, sum);
	out->number = number;
	out->requests = add_requests(slot->routes, nw_board_n_routes(board), sum);
	sum->requests += out->requests;
	sum->workers[out->state % NW_ARRAY_LEN(sum->workers)]++;
	sum->open += out->open;
	sum->in_flight += out->in_flight;
	sum->threads_busy += out->threads_busy;
	sum->queued += out->queued;
	sum->resident_bytes += out->resident_bytes;
	sum->threads += out->threads;
	sum->queue_limit += out->queue_limit;
	sum->store_open += out->store_open;
	sum->store_busy += out->store_busy;
	sum->store_waiting += out->store_waiting;
	sum->store_limit += out->store_limit;
}

void nw_board_read(const struct nw_board *board, const struct nw_slot *slot, struct nw_board_worker *out)
{
	struct nw_board_sum sum = {0};

	add_slot(board, (uint32_t)(slot - board->slots), &sum, out);
}

static size_t read_once(const struct nw_board *board, struct nw_board_sum *sum, struct nw_board_worker *workers,
			size_t cap)
{
	uint32_t n_slots = NW_READ(board->n_slots);
	struct nw_board_worker worker;
	size_t n = 0;

	memset(sum, 0, sizeof(*sum));
	add_counters(&board->dead, sum);
	sum->requests = add_requests(board->dead_routes, nw_board_n_routes(board), sum);
	for (uint32_t i = 0; i < n_slots && i < NW_BOARD_SLOTS; i++) {
		add_slot(board, i, sum, &worker);
		if (worker.state != NW_WORKER_FREE && n < cap) {
			workers[n++] = worker;
		}
	}
	sum->workers[NW_WORKER_FREE] += NW_BOARD_SLOTS - n_slots;
	return n;
}

size_t nw_board_snapshot(const struct nw_board *board, struct nw_board_sum *out, struct nw_board_worker *workers,
			 size_t cap)
{
	size_t n = 0;

	for (int i = 0; i < NW_BOARD_TRIES; i++) {
		uint32_t seen = nw_board_look(board);

		n = read_once(board, out, workers, cap);
		if (nw_board_is_same(board, seen)) {
			break;
		}
	}
	return n;
}

void nw_board_sum(const struct nw_board *board, struct nw_board_sum *out)
{
	nw_board_snapshot(board, out, NULL, 0);
}

uint32_t nw_board_even_share(const struct nw_board *board)
{
	uint32_t n_slots = NW_READ(board->n_slots);
	uint64_t open = 0, n = 0;

	for (uint32_t i = 0; i < n_slots && i < NW_BOARD_SLOTS; i++) {
		if (NW_READ(board->slots[i].state) == NW_WORKER_SERVING) {
			open += NW_READ(board->slots[i].open);
			n++;
		}
	}
	return n == 0 ? 0 : (uint32_t)(open / n);
}
