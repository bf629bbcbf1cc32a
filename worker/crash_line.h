/** A line of the error log as a signal handler can write one: on the stack, no locale, no lock, no allocation. */
#ifndef NW_WORKER_CRASH_LINE_H
#define NW_WORKER_CRASH_LINE_H

#include <stddef.h>
#include <stdint.h>

#include "common/str.h"

struct nw_crash_line {
	char text[1024]; /* what does not fit is cut */
	size_t len;
};

/** Before any signal: what the time zone is. */
void nw_crash_line_learn(void);

/** "[2026-11-23 23:04:29 +0000] [PID] [CRITICAL] " */
void nw_crash_line_begin(struct nw_crash_line *line);
void nw_crash_line_add(struct nw_crash_line *line, const char *text);
void nw_crash_line_escape(struct nw_crash_line *line, struct nw_span text); /* as nw_str_escape() */
void nw_crash_line_number(struct nw_crash_line *line, uint64_t number);
void nw_crash_line_hex(struct nw_crash_line *line, uint64_t number); /* 0x... */
/** Write it to where the error log goes. */
void nw_crash_line_end(struct nw_crash_line *line);

#endif
