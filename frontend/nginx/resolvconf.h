/**
 * What /etc/resolv.conf says, as far as nginx has to be told: it asks the name servers that it is given for whole
 * names, and knows neither this file nor its search list.
 */
#ifndef NW_FRONTEND_NGINX_RESOLVCONF_H
#define NW_FRONTEND_NGINX_RESOLVCONF_H

#include <stdbool.h>
#include <stddef.h>

#include "common/cc.h"

enum {
	NW_RESOLVCONF_SERVERS = 3, /* as many as the C library takes */
	NW_RESOLVCONF_SEARCH = 32,
	NW_RESOLVCONF_NAME = 256, /* the longest name there is, and its end */
};

struct nw_resolvconf {
	char servers[NW_RESOLVCONF_SERVERS][64]; /* as nginx writes them: IPv6 in brackets */
	int n_servers;
	char search[NW_RESOLVCONF_SEARCH][NW_RESOLVCONF_NAME];
	int n_search;
	int ndots; /* names with as many dots are asked for as they are first */
};

/** Read the text of a resolv.conf. As in the C library, what it does not know counts for nothing, and without a
 *  server it is 127.0.0.1. */
void nw_resolvconf_parse(const char *text, struct nw_resolvconf *out);

/** The @i-th whole name that the C library would ask for when it looks for @name. False: there is none, or it is
 *  too long. */
bool nw_resolvconf_candidate(const struct nw_resolvconf *conf, const char *name, int i,
			     char out[NW_RESOLVCONF_NAME]) NW_MUST_CHECK;

#endif
