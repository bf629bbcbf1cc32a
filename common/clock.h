/** Time: durations and deadlines by the monotonic clock, dates by the wall clock. */
#ifndef NW_COMMON_CLOCK_H
#define NW_COMMON_CLOCK_H

#include <stdint.h>

int64_t nw_clock_ms(void);      /* CLOCK_MONOTONIC, milliseconds */
int64_t nw_clock_us(void);      /* CLOCK_MONOTONIC, microseconds */
int64_t nw_clock_wall_ms(void); /* since 1970, milliseconds */

#endif
