/**
 * How long requests took, as a histogram on the scoreboard: one writer, relaxed atomics, any number of readers. The
 * requests in its buckets are all there were, so that nobody counts them apart.
 */
#ifndef NW_COMMON_SCOREBOARD_TIMES_H
#define NW_COMMON_SCOREBOARD_TIMES_H

#include <stdatomic.h>
#include <stdint.h>

enum {
	NW_BOARD_BUCKETS = 14, /* the last one is +Inf */
};

/** Upper bounds of the buckets in microseconds; the last is UINT64_MAX. */
extern const uint64_t nw_board_bucket_us[NW_BOARD_BUCKETS];

/** The bucket of a latency of @us. */
static inline unsigned nw_board_bucket(uint64_t us)
{
	unsigned i = 0;

	while (i < NW_BOARD_BUCKETS - 1 && us > nw_board_bucket_us[i]) {
		i++;
	}
	return i;
}

/** In shared memory. */
struct nw_times {
	_Alignas(128) _Atomic uint64_t bucket[NW_BOARD_BUCKETS]; /* requests, not cumulative */
	_Atomic uint64_t us;                                     /* sum */
};

/** A plain copy, or the sum of several. */
struct nw_board_times {
	uint64_t bucket[NW_BOARD_BUCKETS], us;
};

/** The writer: one request more, that took @us. */
static inline void nw_times_note(struct nw_times *times, uint64_t us)
{
	_Atomic uint64_t *bucket = &times->bucket[nw_board_bucket(us)];

	atomic_store_explicit(bucket, atomic_load_explicit(bucket, memory_order_relaxed) + 1, memory_order_relaxed);
	atomic_store_explicit(&times->us, atomic_load_explicit(&times->us, memory_order_relaxed) + us,
			      memory_order_relaxed);
}

/** @out += @times. */
void nw_times_add(const struct nw_times *times, struct nw_board_times *out);

/** All requests of @times. */
uint64_t nw_times_requests(const struct nw_board_times *times);

#endif
