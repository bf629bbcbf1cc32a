/** The verbs of the control socket, as Gunicorn 27 has them. They note what is wanted; the steps of the master do it.
 */
#ifndef NW_MASTER_COMMAND_H
#define NW_MASTER_COMMAND_H

#include "common/arena.h"
#include "common/str.h"
#include "master/master.h"

struct nw_command {
	struct nw_master *master;
	struct nw_arena *arena; /* for this command alone */
	char **words;           /* of the command line */
	size_t n_words;
	struct nw_buf *data; /* the answer: an object */
};

/**
 * Carry out one @request, `{"id": 1, "command": "show workers", "args": []}`, and add the JSON of the answer to @out.
 * @peer: who asks, for the log. -EBADMSG: it is no request, there is no answer.
 */
int nw_command_answer(struct nw_master *master, struct nw_span request, pid_t peer, struct nw_buf *out) NW_MUST_CHECK;

#endif
