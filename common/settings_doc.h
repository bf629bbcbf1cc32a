/** Pieces of text about a setting that --help and the man page share. */
#ifndef NW_COMMON_SETTINGS_DOC_H
#define NW_COMMON_SETTINGS_DOC_H

#include "common/buf.h"
#include "common/settings_table.h"

/** "-b, --bind ADDRESS" */
void nw_settings_doc_flags(struct nw_buf *out, const struct nw_setting *setting);

/** " [default: 1, or $WEB_CONCURRENCY]"; nothing where there is no default to tell. */
void nw_settings_doc_default(struct nw_buf *out, const struct nw_setting *setting);

#endif
