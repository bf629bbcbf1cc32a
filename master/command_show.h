/** What `show` of the control socket answers: each adds an object to command->data. 0 or a negative errno. */
#ifndef NW_MASTER_COMMAND_SHOW_H
#define NW_MASTER_COMMAND_SHOW_H

#include "master/command.h"

int nw_command_show_all(struct nw_command *command, struct nw_err *err);
int nw_command_show_workers(struct nw_command *command, struct nw_err *err);
int nw_command_show_dirty(struct nw_command *command, struct nw_err *err);
int nw_command_show_config(struct nw_command *command, struct nw_err *err);
int nw_command_show_stats(struct nw_command *command, struct nw_err *err);
int nw_command_show_listeners(struct nw_command *command, struct nw_err *err);

#endif
