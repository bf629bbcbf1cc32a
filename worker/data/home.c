#include "worker/data/handlers.h"

#include "worker/data/state.h"

int nw_home_get(struct nw_request *req, struct nw_response *res)
{
	const struct nw_state *state = nw_request_state(req);

	return nw_response_bytes(res, 200, "application/json", state->home.data, state->home.len);
}
