/** One frame of top, as lines or as JSON. */
#ifndef NW_MASTER_CTL_FRAME_H
#define NW_MASTER_CTL_FRAME_H

#include "common/buf.h"
#include "master/ctl/figures.h"

/** Plain lines; where they do not fit, the screen cuts them. */
void nw_ctl_frame_text(struct nw_buf *out, const struct nw_ctl_figures *figures);

/** An object in one line. */
void nw_ctl_frame_json(struct nw_buf *out, const struct nw_ctl_figures *figures);

#endif
