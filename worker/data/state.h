/** What the data app keeps in each worker. */
#ifndef NW_DATA_STATE_H
#define NW_DATA_STATE_H

#include "common/buf.h"
#include "worker/data/domain.h"
#include "worker/data/stamp.h"

struct nw_state {
	struct nw_domain *domain;
	struct nw_stamp stamp;
	struct nw_buf home;        /* the body of GET /: always the same */
	struct nw_buf description; /* and of GET /schema */
	char description_etag[NW_ETAG_LEN + 1];
};

#endif
