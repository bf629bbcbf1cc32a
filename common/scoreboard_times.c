#include "common/scoreboard_times.h"

#include <stddef.h>

const uint64_t nw_board_bucket_us[NW_BOARD_BUCKETS] = {
	250, 500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 500000, 1000000, 5000000, UINT64_MAX,
};

/* Acquire, for the readers of scoreboard.c that look whether a fold came between. */
void nw_times_add(const struct nw_times *times, struct nw_board_times *out)
{
	for (size_t i = 0; i < NW_BOARD_BUCKETS; i++) {
		out->bucket[i] += atomic_load_explicit(&times->bucket[i], memory_order_acquire);
	}
	out->us += atomic_load_explicit(&times->us, memory_order_acquire);
}

uint64_t nw_times_requests(const struct nw_board_times *times)
{
	uint64_t n = 0;

	for (size_t i = 0; i < NW_BOARD_BUCKETS; i++) {
		n += times->bucket[i];
	}
	return n;
}
