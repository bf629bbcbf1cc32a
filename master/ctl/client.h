/** A connection to a control socket: one command at a time, each with its deadline. */
#ifndef NW_MASTER_CTL_CLIENT_H
#define NW_MASTER_CTL_CLIENT_H

#include <cjson/cJSON.h>

#include "common/buf.h"
#include "common/err.h"

struct nw_ctl_client {
	const char *path; /* borrowed */
	int timeout_ms;   /* of a connect, of an answer */
	int fd;           /* -1: not connected */
	unsigned n;       /* commands so far */
	struct nw_buf in;
};

/** Nothing is connected yet. */
void nw_ctl_client_init(struct nw_ctl_client *client, const char *path, int timeout_ms);

/** Connect, unless it is. 0 or a negative errno and the sentence. */
int nw_ctl_client_connect(struct nw_ctl_client *client, struct nw_err *err) NW_MUST_CHECK;

/**
 * Ask @command, a line of words, connecting if need be. 0 and the data of the answer, the caller's (cJSON_Delete());
 * -EREMOTEIO: the server says no, in @err; -ECONNREFUSED: no connection to it; any other: no whole answer, and the
 * connection is closed.
 */
int nw_ctl_client_ask(struct nw_ctl_client *client, const char *command, cJSON **out_data,
		      struct nw_err *err) NW_MUST_CHECK;

void nw_ctl_client_fini(struct nw_ctl_client *client);

#endif
