/** Accept-Encoding (RFC 9110 section 12.5.3): in which coding a client would rather have an answer. */
#ifndef NW_HTTP_ACCEPT_H
#define NW_HTTP_ACCEPT_H

#include "common/str.h"
#include "worker/http/head.h"

/* In the order in which we would rather have them. */
enum nw_coding {
	NW_CODING_IDENTITY,
	NW_CODING_GZIP,
	NW_CODING_BR,
};

enum { NW_CODINGS = NW_CODING_BR + 1 };

/** Of a set of codings. */
#define NW_CODING_BIT(coding) (1U << (coding))

/**
 * The coding of the highest weight in @value, of several the one that compresses best. @offered: a set of
 * NW_CODING_BIT(), identity is always one of it. The client that accepts none of them gets identity, too, as the RFC
 * has it, and so does one that says nothing (p NULL). What is malformed in @value is as if it were not there.
 */
enum nw_coding nw_accept_coding(struct nw_span value, unsigned offered);

/** The same of all lines that a request has of it: they are one list. */
enum nw_coding nw_accept_coding_of(const struct nw_head *head, unsigned offered);

/** As Content-Encoding says it: "gzip", "br"; "identity", which is never said there. */
const char *nw_coding_name(enum nw_coding coding);

#endif
