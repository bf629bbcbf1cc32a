/** String literals of Python: '', "", ''' ''', r'' and u''. */
#ifndef NW_COMMON_LITERAL_STRING_H
#define NW_COMMON_LITERAL_STRING_H

#include "common/literal.h"

/** The one string literal at p, decoded, added to @out. Bytes and f-strings are refused. */
int nw_literal_string_read(struct nw_literal_reader *reader, struct nw_buf *out, struct nw_err *err) NW_MUST_CHECK;

#endif
