/* The smallest application: cc -shared -fPIC -Iworker/include -o hello.so tests/apps/hello.c; narwhal ./hello.so */
#include <narwhal/app.h>
#include <narwhal/request.h>
#include <narwhal/response.h>

static int hello_world(struct nw_request *req, struct nw_response *res)
{
	static const char body[] = "{\"hello\":\"world\"}";

	(void)req;
	return nw_response_bytes(res, 200, "application/json", body, sizeof(body) - 1);
}

static int hello_name(struct nw_request *req, struct nw_response *res)
{
	return nw_response_text(res, 200, "Hello, %s\n", nw_request_param(req, "name"));
}

static const struct nw_route routes[] = {
	{"GET", "/hello", hello_world, NW_INLINE},
	{"GET", "/hello/<name>", hello_name, NW_INLINE},
	{NULL, NULL, NULL, 0},
};

NW_APP("hello", .routes = routes)
