#include "common/clock.h"

#include <time.h>

static int64_t now_us(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t nw_clock_ms(void)
{
	return now_us(CLOCK_MONOTONIC) / 1000;
}

int64_t nw_clock_us(void)
{
	return now_us(CLOCK_MONOTONIC);
}

int64_t nw_clock_wall_ms(void)
{
	return now_us(CLOCK_REALTIME) / 1000;
}
