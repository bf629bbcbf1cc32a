#include "common/scoreboard_thread.h"

#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/scoreboard.h"

/* Of threads that never joined, tests' own for example: many may write to it, nobody reads it. */
static struct nw_board_thread nobody;

_Thread_local struct nw_board_thread *nw_board_thread_own = &nobody;
struct nw_board_thread *nw_board_thread_loop = &nobody;

static struct nw_board_threads *records; /* of this process; NULL: none */

static struct nw_board_threads *records_of(struct nw_board *board, const struct nw_slot *slot)
{
	return &board->threads[slot - board->slots];
}

static void init(struct nw_board_thread *thread, enum nw_thread_role role)
{
	NW_GAUGE(thread->doing, 0);
	NW_GAUGE(thread->tid, (int32_t)gettid());
	atomic_store_explicit(&thread->role, role, memory_order_release);
	nw_board_thread_own = thread;
}

void nw_board_thread_begin(struct nw_board *board, struct nw_slot *slot)
{
	records = records_of(board, slot);
	NW_GAUGE(records->n, 1);
	nw_board_thread_loop = &records->v[0];
	init(nw_board_thread_loop, NW_ROLE_LOOP);
}

struct nw_board_thread *nw_board_thread_join(enum nw_thread_role role, struct nw_board_thread *spare)
{
	uint32_t i = records == NULL ? NW_BOARD_THREADS : NW_COUNT(records->n, 1);
	struct nw_board_thread *thread = i < NW_BOARD_THREADS ? &records->v[i] : spare;

	init(thread, role);
	return thread;
}

void nw_board_thread_put(_Atomic uint64_t *words, size_t n, struct nw_span text)
{
	for (size_t i = 0; i < n; i++) {
		size_t left = text.len > i * 8 ? text.len - i * 8 : 0;
		uint64_t word = 0;

		if (left > 0) {
			memcpy(&word, text.p + i * 8, left < 8 ? left : 8);
		}
		NW_GAUGE(words[i], word);
	}
}

void nw_board_thread_take(uint32_t doing, struct nw_span method, struct nw_span id, void *subject)
{
	struct nw_board_thread *own = nw_board_thread_own;
	int64_t now_ms = nw_clock_ms();

	nw_board_thread_put(own->method, NW_ARRAY_LEN(own->method), method);
	nw_board_thread_put(own->id, NW_ARRAY_LEN(own->id), id);
	NW_GAUGE(own->begin_ms, now_ms);
	NW_GAUGE(own->busy_ms, now_ms);
	NW_GAUGE(own->doing, doing);
	/* Whoever sees the subject sees its time, not that of the one before. */
	atomic_store_explicit(&own->subject, subject, memory_order_release);
}

void nw_board_thread_drop(void)
{
	struct nw_board_thread *own = nw_board_thread_own;

	atomic_store_explicit(&own->subject, NULL, memory_order_release);
	NW_GAUGE(own->begin_ms, 0);
	NW_GAUGE(own->doing, 0);
}

void nw_board_thread_progress(void)
{
	NW_GAUGE(nw_board_thread_own->busy_ms, nw_clock_ms());
}

uint32_t nw_board_thread_enter(enum nw_thread_phase phase)
{
	struct nw_board_thread *own = nw_board_thread_own;
	uint32_t doing = NW_READ(own->doing);

	NW_GAUGE(own->phase_ms, nw_clock_ms());
	NW_GAUGE(own->doing, NW_BOARD_DOING(phase, doing & UINT16_MAX));
	return doing;
}

void nw_board_thread_leave(uint32_t doing)
{
	struct nw_board_thread *own = nw_board_thread_own;

	if (NW_READ(own->doing) >> 16 >= NW_PHASE_BODY) {
		NW_GAUGE(own->busy_ms, nw_clock_ms());
	}
	/* Whoever sees that it is busy sees since when, not since before it waited. */
	atomic_store_explicit(&own->doing, doing, memory_order_release);
}

uint32_t nw_board_thread_enter_store(enum nw_thread_operation operation, const char *collection, uint32_t n_operations)
{
	struct nw_board_thread *own = nw_board_thread_own;

	NW_GAUGE(own->operation, operation);
	NW_GAUGE(own->n_operations, n_operations);
	nw_board_thread_put(own->collection, NW_ARRAY_LEN(own->collection),
			    nw_span_of(collection == NULL ? "" : collection));
	return nw_board_thread_enter(NW_PHASE_STORE);
}

void nw_board_thread_clear(struct nw_board *board, const struct nw_slot *slot)
{
	struct nw_board_threads *threads = records_of(board, slot);
	uint32_t n = NW_READ(threads->n);

	for (uint32_t i = 0; i < n && i < NW_BOARD_THREADS; i++) {
		NW_GAUGE(threads->v[i].role, NW_ROLE_NONE);
		NW_GAUGE(threads->v[i].doing, 0);
		NW_GAUGE(threads->v[i].begin_ms, 0);
	}
	NW_GAUGE(threads->n, 0);
}

static void get(const _Atomic uint64_t *words, size_t n, char *out)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t word = NW_READ(words[i]);

		memcpy(out + i * 8, &word, 8);
	}
	out[n * 8] = '\0';
}

/* A worker that went wild may have written here: nothing is an index or a pointer unseen. */
void nw_board_thread_view(const struct nw_board_thread *thread, struct nw_board_thread_view *out)
{
	uint32_t role = atomic_load_explicit(&thread->role, memory_order_acquire);
	uint32_t doing = NW_READ(thread->doing), operation = NW_READ(thread->operation);
	uint32_t phase = doing >> 16, route = doing & UINT16_MAX;

	*out = (struct nw_board_thread_view){
		.role = role <= NW_ROLE_LANE ? (enum nw_thread_role)role : NW_ROLE_NONE,
		.phase = phase <= NW_PHASE_WAIT ? (enum nw_thread_phase)phase : NW_PHASE_IDLE,
		.route = route < NW_BOARD_ROUTES ? route : 0,
		.tid = NW_READ(thread->tid),
		.n_operations = NW_READ(thread->n_operations),
		.begin_ms = NW_READ(thread->begin_ms),
		.busy_ms = NW_READ(thread->busy_ms),
		.phase_ms = NW_READ(thread->phase_ms),
		.operation = operation <= NW_OPERATION_INDEX ? (enum nw_thread_operation)operation : NW_OPERATION_NONE,
	};
	get(thread->method, NW_ARRAY_LEN(thread->method), out->method);
	get(thread->id, NW_ARRAY_LEN(thread->id), out->id);
	get(thread->collection, NW_ARRAY_LEN(thread->collection), out->collection);
}

bool nw_board_thread_read(const struct nw_board *board, const struct nw_slot *slot, unsigned i,
			  struct nw_board_thread_view *out)
{
	const struct nw_board_threads *threads = &board->threads[slot - board->slots];

	if (i >= NW_BOARD_THREADS || i >= NW_READ(threads->n)) {
		return false;
	}
	nw_board_thread_view(&threads->v[i], out);
	return true;
}
