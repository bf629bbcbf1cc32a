/**
 * The socket pair between the master and one worker. The worker says READY once, or FAILED with a sentence; WISH when
 * another one should take its place (max_requests): it serves on, and TERM comes once that one is READY; LEAVING
 * when somebody else told it to go, so that its replacement boots meanwhile. The master says DEPART. Each side
 * learns of the other's death by end of file. SOCK_SEQPACKET, non-blocking, close-on-exec.
 */
#ifndef NW_COMMON_CHANNEL_H
#define NW_COMMON_CHANNEL_H

#include <stddef.h>

#include "common/err.h"

enum nw_channel_kind {
	NW_CHANNEL_NOTHING = 0, /* no message is waiting */
	NW_CHANNEL_EOF,         /* the other side is gone */
	NW_CHANNEL_READY,       /* worker: serves from now on */
	NW_CHANNEL_FAILED,      /* worker: cannot boot; text says why */
	NW_CHANNEL_LEAVING,     /* worker: drains by itself and will exit 0 */
	NW_CHANNEL_DEPART,      /* master: TERM will follow; keep no connection alive */
	NW_CHANNEL_WISH,        /* worker: replace me; text says why, one of nw_board_end_names */
};

struct nw_channel_msg {
	enum nw_channel_kind kind;
	char text[2048]; /* NUL-terminated; "" unless FAILED or WISH */
};

int nw_channel_open(int *out_master_fd, int *out_worker_fd, struct nw_err *err) NW_MUST_CHECK;

/** @text may be NULL, and is cut to what a message holds. Never blocks, raises no SIGPIPE. 0 or -errno. */
int nw_channel_send(int fd, enum nw_channel_kind kind, const char *text);

/** The next message; kind NOTHING when none is waiting, EOF again and again once the other side is gone. Never blocks.
 */
void nw_channel_receive(int fd, struct nw_channel_msg *out);

#endif
