/** The terminal, while top has it: another screen, keys at once, and all as it was afterwards, whatever ends us. */
#ifndef NW_MASTER_CTL_SCREEN_H
#define NW_MASTER_CTL_SCREEN_H

#include <stdbool.h>
#include <stdint.h>

#include "common/buf.h"
#include "common/err.h"

enum nw_ctl_event {
	NW_CTL_TICK,   /* the time is over */
	NW_CTL_REDRAW, /* its size changed, or it came back from being stopped */
	NW_CTL_QUIT,   /* q was pressed, or it is gone */
};

/** Take stdin and stdout over. */
int nw_ctl_screen_open(struct nw_err *err) NW_MUST_CHECK;

/** Show @lines, cut to what fits; the last line of the screen is @foot. */
void nw_ctl_screen_draw(const char *lines, const char *foot);

/** Until something happens, or @until_ms (nw_clock_ms()). A signal that ends us puts all back first. */
enum nw_ctl_event nw_ctl_screen_wait(int64_t until_ms);

void nw_ctl_screen_close(void);

/** @lines cut to @width and @height, each followed by what clears the rest of it; for nw_ctl_screen_draw(). */
void nw_ctl_screen_fit(struct nw_buf *out, const char *lines, const char *foot, unsigned width, unsigned height);

#endif
