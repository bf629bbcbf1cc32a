/* Text of any length and type, for what depends on that: /text/5000?type=text/csv&ETag="a". */
#include <errno.h>
#include <narwhal/app.h>
#include <narwhal/request.h>
#include <narwhal/response.h>
#include <stdlib.h>
#include <string.h>

/* Query parameters but `type` are header fields of the answer. */
static int fields_add(struct nw_request *req, struct nw_response *res)
{
	const char *name, *value;
	int rc = 0;

	for (size_t i = 0; rc == 0 && nw_request_query_at(req, i, &name, &value); i++) {
		if (strcmp(name, "type") != 0) {
			rc = nw_response_header(res, name, value);
		}
	}
	return rc;
}

static int text(struct nw_request *req, struct nw_response *res)
{
	static const char line[] = "the quick brown fox jumps over the lazy dog\n";
	size_t len = (size_t)nw_request_param_int(req, "bytes");
	char *body = len > (size_t)1 << 30 ? NULL : malloc(len + 1);
	const char *type = nw_request_query(req, "type");

	if (body == NULL || nw_request_defer(req, free, body) < 0) {
		free(body);
		return -ENOMEM;
	}
	for (size_t i = 0; i < len; i++) {
		body[i] = line[i % (sizeof(line) - 1)];
	}
	int rc = fields_add(req, res);

	return rc < 0 ? rc : nw_response_bytes(res, 200, type == NULL ? "text/plain" : type, body, len);
}

static const struct nw_route routes[] = {
	{"GET", "/text/<int:bytes>", text, NW_THREAD},
	{"GET", "/inline/text/<int:bytes>", text, NW_INLINE},
	{NULL, NULL, NULL, 0},
};

NW_APP("text", .routes = routes)
