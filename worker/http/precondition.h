/**
 * Preconditions of a GET or HEAD (RFC 9110 section 13): whether the client has the representation already, and whether
 * it is still the one that it means.
 */
#ifndef NW_HTTP_PRECONDITION_H
#define NW_HTTP_PRECONDITION_H

#include <time.h>

#include "worker/http/head.h"

/** What tells this representation from all others of its resource. */
struct nw_validators {
	char etag[72];   /* a strong one, with its quotes */
	time_t modified; /* when the representation became what it is */
	bool is_dated;   /* Last-Modified says so: no client has been told that date of another content */
};

enum nw_precondition {
	NW_PRECONDITION_MET,          /* or there is none */
	NW_PRECONDITION_NOT_MODIFIED, /* 304 */
	NW_PRECONDITION_FAILED,       /* 412 */
};

/**
 * If-Match, If-Unmodified-Since, If-None-Match, If-Modified-Since, in the order of section 13.2.2. If-Modified-Since
 * has to be the very date that was sent, as If-Range has: an older file may take the place of a newer one (a rollback).
 */
enum nw_precondition nw_precondition_check(const struct nw_head *head, const struct nw_validators *validators);

/** The ranges that the client asks for, when it asks once and If-Range allows them; p NULL: the whole is to be sent. */
struct nw_span nw_precondition_range(const struct nw_head *head, const struct nw_validators *validators);

#endif
