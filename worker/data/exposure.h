/** Can others than this machine's own programs reach the server? */
#ifndef NW_DATA_EXPOSURE_H
#define NW_DATA_EXPOSURE_H

#include "common/buf.h"

/** Append those addresses of @bind (the setting's text: one, or several with quotes and commas) that are not of this
 *  machine alone, joined by ", ". */
void nw_exposure_find(const char *bind, struct nw_buf *out);

#endif
