#include "tests/unit/app/script.h"

#include <narwhal/response.h>
#include <narwhal/stream.h>
#include <string.h>

struct nw_apps *script_apps;
struct nw_response *script_kept;
int script_rcs[8];
int (*script_after)(struct nw_request *req, struct nw_response *res);

static int (*script)(struct nw_request *req, struct nw_response *res);

static int handler(struct nw_request *req, struct nw_response *res)
{
	script_kept = res;
	return script(req, res);
}

static int after(struct nw_request *req, struct nw_response *res)
{
	return script_after != NULL ? script_after(req, res) : nw_response_header(res, "X-After", "ran");
}

static int load(struct nw_app *app)
{
	return nw_app_after(app, after);
}

static const struct nw_route routes[] = {
	{"GET", "/thread", handler, NW_THREAD},
	{"GET", "/inline", handler, NW_INLINE},
	{NULL, NULL, NULL, 0},
};

void script_begin(int (*what)(struct nw_request *req, struct nw_response *res))
{
	script_apps = fake_apps(routes, load);
	script = what;
	script_after = NULL;
	memset(script_rcs, 1, sizeof(script_rcs));
}

void script_end(void)
{
	nw_apps_free(script_apps);
}

int script_writes(struct nw_response *res, const char *text)
{
	return nw_response_write(res, text, strlen(text));
}

int script_sets_203(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	return nw_response_text(res, 203, "by the hook");
}
