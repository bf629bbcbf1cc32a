/* Routes and a path: the lines of the input but the last are routes ("GET /a/<b>"), the last is the path to find. */
#include "worker/app/router.h"

#include <assert.h>
#include <string.h>

#include "common/arena.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One line, as a C string, is a route when it has a space. */
static void add(struct nw_router *router, char *line)
{
	char *space = strchr(line, ' ');
	struct nw_err err;

	if (space != NULL) {
		*space = '\0';
		int rc = nw_router_add(router, line, space + 1, router, &err);

		assert(rc == 0 || (rc == err.code && err.msg[0] != '\0'));
	}
}

static void find(const struct nw_router *router, struct nw_span path)
{
	static const char *const methods[] = {"GET", "HEAD", "OPTIONS", "BREW"};
	struct nw_router_match m;

	for (size_t i = 0; i < NW_ARRAY_LEN(methods); i++) {
		nw_router_find(router, nw_span_of(methods[i]), path, &m);
		for (size_t k = 0; m.target != NULL && k < m.n_params; k++) {
			struct nw_span value = {path.p + m.params[k].at, m.params[k].len};

			assert(m.params[k].at + value.len <= path.len && m.params[k].name[0] != '\0');
			assert(nw_pattern_accepts(m.params[k].kind, value));
			assert(m.params[k].kind == NW_PARAM_PATH || memchr(value.p, '/', value.len) == NULL);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nw_router *router = nw_router_new();
	struct nw_arena *arena = nw_arena_new(0);
	char *text = nw_arena_strndup(arena, (const char *)data, size);
	char *line = text, *end;

	while ((end = memchr(line, '\n', (size_t)(text + size - line))) != NULL) {
		*end = '\0';
		add(router, line);
		line = end + 1;
	}
	struct nw_span last = {line, (size_t)(text + size - line)};

	find(router, last);
	nw_arena_free(arena);
	nw_router_free(router);
	return 0;
}
