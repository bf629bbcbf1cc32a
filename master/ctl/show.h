/** What the server answered, for people. */
#ifndef NW_MASTER_CTL_SHOW_H
#define NW_MASTER_CTL_SHOW_H

#include <cjson/cJSON.h>

#include "common/buf.h"

/** The answer to the command, whose first words are @verb and @noun ("" where there is none): tables and sentences. */
void nw_ctl_show(struct nw_buf *out, const char *verb, const char *noun, const cJSON *data);

#endif
