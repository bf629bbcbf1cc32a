/* GET /schema: the domain's description. */
#include "worker/data/handlers.h"

#include "worker/data/answer.h"
#include "worker/data/condition.h"
#include "worker/data/state.h"

int nw_describe_get(struct nw_request *req, struct nw_response *res)
{
	const struct nw_state *state = nw_request_state(req);
	const char *none_match = nw_request_header(req, "If-None-Match");
	int result = nw_answer_etag(res, state->description_etag);

	/* A reload may bring other rules: a copy is good once it was asked for. */
	if (result == 0) {
		result = nw_response_header(res, "Cache-Control", "no-cache");
	}
	if (result != 0) {
		return result;
	}
	if (nw_condition_is_fresh(none_match, NULL, state->description_etag, 0)) {
		return nw_response_empty(res, 304);
	}
	return nw_answer_json(req, res, 200, &state->description);
}
