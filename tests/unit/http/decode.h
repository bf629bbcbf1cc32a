/** What a client does with an answer that has a coding. */
#ifndef NW_TESTS_DECODE_H
#define NW_TESTS_DECODE_H

#include "common/buf.h"
#include "worker/http/accept.h"

/** Add to @out what of @len bytes can be decoded. True: that was all, and all was well. */
bool decode(enum nw_coding coding, const char *data, size_t len, struct nw_buf *out);

#endif
