/** Commands carried out: asked, answered, printed. */
#ifndef NW_MASTER_CTL_RUN_H
#define NW_MASTER_CTL_RUN_H

#include "master/ctl/client.h"
#include "master/ctl/options.h"

/** Say @why on stderr. Returns the exit code that belongs to @failed, of nw_ctl_client_ask(). */
int nw_ctl_complain(int failed, const char *why);

/** Print @text, which is taken. Returns an exit code. */
int nw_ctl_print(struct nw_buf *text);

/** One command line. Returns an exit code. */
int nw_ctl_run(struct nw_ctl_client *client, const struct nw_ctl_options *options, const char *line);

/** Each line of stdin; at a terminal with a prompt. Returns 0, or the exit code of the first that failed. */
int nw_ctl_run_lines(struct nw_ctl_client *client, const struct nw_ctl_options *options);

#endif
