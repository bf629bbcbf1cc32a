/* Files as answers: of the folder `web` where the server was started, and any that a query names. */
#include <narwhal/app.h>
#include <narwhal/request.h>
#include <narwhal/response.h>

static int below(struct nw_request *req, struct nw_response *res)
{
	return nw_response_file_below(res, "web", nw_request_param(req, "name"), NULL);
}

static int below_nothing(struct nw_request *req, struct nw_response *res)
{
	return nw_response_file_below(res, "nosuch", nw_request_param(req, "name"), NULL);
}

/* ?path=...&type=...&cache=...&as=... */
static int one(struct nw_request *req, struct nw_response *res)
{
	const struct nw_file_options options = {
		.type = nw_request_query(req, "type"),
		.cache_control = nw_request_query(req, "cache"),
		.save_as = nw_request_query(req, "as"),
	};

	return nw_response_file(res, nw_request_query(req, "path"), &options);
}

/* What belongs to the file goes with it. */
static int replaced(struct nw_request *req, struct nw_response *res)
{
	int rc = nw_response_file(res, nw_request_query(req, "path"), NULL);

	return rc < 0 ? rc : nw_response_text(res, 200, "no file");
}

static int own_type(struct nw_request *req, struct nw_response *res)
{
	int rc = nw_response_file(res, nw_request_query(req, "path"), NULL);

	return rc < 0 ? rc : nw_response_header(res, "Content-Type", "text/x-own");
}

static const struct nw_route routes[] = {
	{"GET", "/inline/<path:name>", below, NW_INLINE},
	{"GET", "/thread/<path:name>", below, 0},
	{"GET", "/nothing/<path:name>", below_nothing, 0},
	{"GET", "/one", one, 0},
	{"POST", "/one", one, 0},
	{"GET", "/replaced", replaced, NW_INLINE},
	{"GET", "/own-type", own_type, NW_INLINE},
	{NULL, NULL, NULL, 0},
};

NW_APP("files", .routes = routes)
