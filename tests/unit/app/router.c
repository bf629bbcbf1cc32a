#include "worker/app/router.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/unit.h"

/* Adds "METHODS PATH"; the text itself is the target. */
static int add(struct nw_router *router, const char *route, struct nw_err *err)
{
	char methods[64];
	const char *path = strchr(route, ' ');

	while (path[-1] == ',') {
		path = strchr(path + 1, ' ');
	}
	snprintf(methods, sizeof(methods), "%.*s", (int)(path - route), route);
	return nw_router_add(router, methods, path + 1, (void *)(uintptr_t)route, err);
}

static struct nw_router *router_of(const char *const *routes)
{
	struct nw_router *router = nw_router_new();
	struct nw_err err = {0};

	for (; *routes != NULL; routes++) {
		ck_assert_msg(add(router, *routes, &err) == 0, "%s", err.msg);
	}
	return router;
}

/* "ROUTE name=value ...", "405 GET, HEAD, OPTIONS", "308" or "404" */
static const char *find(const struct nw_router *router, const char *method, const char *path)
{
	static char text[512];
	struct nw_router_match m;
	struct nw_buf allow = {0};
	int n;

	memset(&m, 0xa5, sizeof(m));
	nw_router_find(router, nw_span_of(method), nw_span_of(path), &m);
	if (m.target == NULL && m.needs_slash) {
		return "308";
	}
	if (m.target == NULL && m.methods == 0) {
		return "404";
	}
	if (m.target == NULL) {
		nw_router_allow(router, m.methods, &allow);
		snprintf(text, sizeof(text), "405 %s", nw_buf_str(&allow));
		nw_buf_free(&allow);
		return text;
	}
	n = snprintf(text, sizeof(text), "%s", (const char *)m.target);
	for (size_t i = 0; i < m.n_params; i++) {
		n += snprintf(text + n, sizeof(text) - (size_t)n, " %s=%.*s", m.params[i].name, (int)m.params[i].len,
			      path + m.params[i].at);
	}
	return text;
}

struct wanted {
	const char *method, *path, *found;
};

static void check(const struct nw_router *router, const struct wanted *wanted, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *found = find(router, wanted[i].method, wanted[i].path);

		ck_assert_msg(strcmp(found, wanted[i].found) == 0, "%s %s: '%s', not '%s'", wanted[i].method,
			      wanted[i].path, found, wanted[i].found);
	}
}

START_TEST(a_route_is_found_by_its_path)
{
	static const char *const routes[] = {
		"GET /",
		"GET /hello",
		"GET /hello/<name>",
		"GET /items/<int:id>",
		"GET /items/<float:id>",
		"GET /items/<uuid:id>",
		"GET /items/<objectid:id>",
		"GET /items/<id>",
		"GET /items/new",
		"GET /items/<path:rest>",
		"GET /items/<int:id>/parts/<part>",
		"GET /items/<id>/parts/all",
		"GET /files/<path:p>/edit",
		"GET /files/<path:p>",
		"GET /pages/<name>.html",
		"GET /pages/<name>",
		"GET /pages/v<int:major>",
		"GET /pages/v<int:major>-final",
		"GET /folder/",
		"GET /folder/<name>/",
		"GET /tree/<path:p>/",
		NULL,
	};
	static const struct wanted wanted[] = {
		{"GET", "/", "GET /"},
		{"GET", "/hello", "GET /hello"},
		{"GET", "/hell", "404"},
		{"GET", "/hellos", "404"},
		{"GET", "/Hello", "404"},
		{"GET", "", "404"},
		{"GET", "hello", "404"},
		{"GET", "*", "404"},
		{"GET", "//", "404"},
		{"GET", "//hello", "404"},
		{"GET", "/hello/", "404"}, /* no slash in the rule, and no empty string segment */
		{"GET", "/hello/world", "GET /hello/<name> name=world"},
		{"GET", "/hello/a b", "GET /hello/<name> name=a b"},
		{"GET", "/hello/\xc3\xa9", "GET /hello/<name> name=\xc3\xa9"},
		{"GET", "/hello/world/", "404"},
		{"GET", "/hello/a/b", "404"},
		/* the narrower converter wins */
		{"GET", "/items/7", "GET /items/<int:id> id=7"},
		{"GET", "/items/007", "GET /items/<int:id> id=007"},
		{"GET", "/items/9223372036854775807", "GET /items/<int:id> id=9223372036854775807"},
		{"GET", "/items/9223372036854775808", "GET /items/<id> id=9223372036854775808"},
		{"GET", "/items/-7", "GET /items/<id> id=-7"},
		{"GET", "/items/+7", "GET /items/<id> id=+7"},
		{"GET", "/items/1.5", "GET /items/<float:id> id=1.5"},
		{"GET", "/items/1.", "GET /items/<id> id=1."},
		{"GET", "/items/.5", "GET /items/<id> id=.5"},
		{"GET", "/items/1.5.2", "GET /items/<id> id=1.5.2"},
		{"GET", "/items/-1.5", "GET /items/<id> id=-1.5"},
		{"GET", "/items/1e5", "GET /items/<id> id=1e5"},
		{"GET", "/items/123e4567-e89b-12d3-A456-426614174000",
		 "GET /items/<uuid:id> id=123e4567-e89b-12d3-A456-426614174000"},
		{"GET", "/items/123e4567-e89b-12d3-A456-42661417400",
		 "GET /items/<id> id=123e4567-e89b-12d3-A456-42661417400"},
		{"GET", "/items/123e4567_e89b-12d3-a456-426614174000",
		 "GET /items/<id> id=123e4567_e89b-12d3-a456-426614174000"},
		{"GET", "/items/g23e4567-e89b-12d3-a456-426614174000",
		 "GET /items/<id> id=g23e4567-e89b-12d3-a456-426614174000"},
		{"GET", "/items/507f1f77bcf86cd799439011", "GET /items/<objectid:id> id=507f1f77bcf86cd799439011"},
		{"GET", "/items/507f1f77bcf86cd79943901z", "GET /items/<id> id=507f1f77bcf86cd79943901z"},
		{"GET", "/items/507f1f77bcf86cd7994390111", "GET /items/<id> id=507f1f77bcf86cd7994390111"},
		{"GET", "/items/new", "GET /items/new"},
		{"GET", "/items/news", "GET /items/<id> id=news"},
		{"GET", "/items/a/b", "GET /items/<path:rest> rest=a/b"},
		{"GET", "/items/a/", "GET /items/<path:rest> rest=a/"},
		{"GET", "/items/a//b", "GET /items/<path:rest> rest=a//b"},
		{"GET", "/items/", "404"},
		{"GET", "/items//a", "404"},
		/* where the first choice leads nowhere the next is tried */
		{"GET", "/items/7/parts/3", "GET /items/<int:id>/parts/<part> id=7 part=3"},
		{"GET", "/items/7/parts/all", "GET /items/<int:id>/parts/<part> id=7 part=all"},
		{"GET", "/items/x/parts/all", "GET /items/<id>/parts/all id=x"},
		{"GET", "/items/x/parts/3", "GET /items/<path:rest> rest=x/parts/3"},
		{"GET", "/items/new/parts/all", "GET /items/<id>/parts/all id=new"},
		{"GET", "/files/a", "GET /files/<path:p> p=a"},
		{"GET", "/files/a/edit", "GET /files/<path:p>/edit p=a"},
		{"GET", "/files/a/b/edit", "GET /files/<path:p>/edit p=a/b"},
		{"GET", "/files/edit", "GET /files/<path:p> p=edit"},
		{"GET", "/files/a/edit/b", "GET /files/<path:p> p=a/edit/b"},
		{"GET", "/files/edit/edit", "GET /files/<path:p>/edit p=edit"},
		{"GET", "/files/../etc", "GET /files/<path:p> p=../etc"},
		/* text around a parameter */
		{"GET", "/pages/about.html", "GET /pages/<name>.html name=about"},
		{"GET", "/pages/.html", "GET /pages/<name> name=.html"},
		{"GET", "/pages/about", "GET /pages/<name> name=about"},
		{"GET", "/pages/v2", "GET /pages/v<int:major> major=2"},
		{"GET", "/pages/v2-final", "GET /pages/v<int:major>-final major=2"},
		{"GET", "/pages/vx", "GET /pages/<name> name=vx"},
		{"GET", "/pages/v", "GET /pages/<name> name=v"},
		/* slashes */
		{"GET", "/folder/", "GET /folder/"},
		{"GET", "/folder", "308"},
		{"HEAD", "/folder", "308"},
		{"OPTIONS", "/folder", "308"},
		{"POST", "/folder", "404"},
		{"GET", "/folder/x", "308"},
		{"GET", "/folder/x/", "GET /folder/<name>/ name=x"},
		{"GET", "/folder/x//", "404"},
		{"GET", "/tree/a/b", "308"},
		{"GET", "/tree/a/b/", "GET /tree/<path:p>/ p=a/b"},
	};
	struct nw_router *router = router_of(routes);

	check(router, wanted, NW_ARRAY_LEN(wanted));
	ck_assert_ptr_null(nw_router_free(router));
}
END_TEST

START_TEST(a_method_decides_among_routes)
{
	static const char *const routes[] = {
		"GET /a",        "POST /a",         "PUT, DELETE /a/<x>",
		"GET, POST /b",  "GET /c/new",      "POST /c/<id>",
		"HEAD /d",       "GET /d",          "OPTIONS /e",
		"GET /e",        "POST /f",         "PROPFIND /f",
		"GET /g/<name>", "POST /g/<title>", NULL,
	};
	static const struct wanted wanted[] = {
		{"GET", "/a", "GET /a"},
		{"POST", "/a", "POST /a"},
		{"HEAD", "/a", "GET /a"},
		{"PUT", "/a", "405 GET, POST, HEAD, OPTIONS"},
		{"BREW", "/a", "405 GET, POST, HEAD, OPTIONS"},
		{"get", "/a", "405 GET, POST, HEAD, OPTIONS"},
		{"OPTIONS", "/a", "405 GET, POST, HEAD, OPTIONS"}, /* the caller answers it by itself */
		{"DELETE", "/a/1", "PUT, DELETE /a/<x> x=1"},
		{"PUT", "/a/1", "PUT, DELETE /a/<x> x=1"},
		{"GET", "/a/1", "405 PUT, DELETE, OPTIONS"},
		{"HEAD", "/a/1", "405 PUT, DELETE, OPTIONS"},
		{"POST", "/b", "GET, POST /b"},
		/* a narrower path that has not this method does not hide a wider that has */
		{"GET", "/c/new", "GET /c/new"},
		{"POST", "/c/new", "POST /c/<id> id=new"},
		{"PUT", "/c/new", "405 GET, POST, HEAD, OPTIONS"},
		{"GET", "/c/old", "405 POST, OPTIONS"},
		{"HEAD", "/d", "HEAD /d"},
		{"GET", "/d", "GET /d"},
		{"OPTIONS", "/e", "OPTIONS /e"},
		{"GET", "/f", "405 POST, PROPFIND, OPTIONS"},
		{"PROPFIND", "/f", "PROPFIND /f"},
		/* each rule has its own names */
		{"GET", "/g/1", "GET /g/<name> name=1"},
		{"POST", "/g/1", "POST /g/<title> title=1"},
	};
	struct nw_router *router = router_of(routes);

	check(router, wanted, NW_ARRAY_LEN(wanted));
	struct nw_router_match match;

	nw_router_find(router, nw_span_of("PROPFIND"), nw_span_of("*"), &match);
	ck_assert_str_eq(match.method, "PROPFIND");
	nw_router_find(router, nw_span_of("BREW"), nw_span_of("*"), &match);
	ck_assert_ptr_null(match.method);
	nw_router_free(router);
}
END_TEST

START_TEST(many_paths_without_parameters_are_all_found)
{
	enum { N = 300 };
	static char paths[N][64];
	struct nw_router *router = nw_router_new();
	struct nw_router_match match;
	struct nw_err err = {0};

	for (int i = 0; i < N; i++) {
		/* of all lengths, some alike in their first or last bytes */
		snprintf(paths[i], sizeof(paths[i]), "/%.*s/%d", 1 + i % 20, "abcdefghijklmnopqrst", i);
		ck_assert_int_eq(nw_router_add(router, "GET", paths[i], paths[i], &err), 0);
		ck_assert_int_eq(nw_router_add(router, "PUT", paths[i], &paths[i][1], &err), 0);
	}
	for (int i = 0; i < N; i++) {
		nw_router_find(router, nw_span_of("GET"), nw_span_of(paths[i]), &match);
		ck_assert_ptr_eq(match.target, paths[i]);
		nw_router_find(router, nw_span_of("PUT"), nw_span_of(paths[i]), &match);
		ck_assert_ptr_eq(match.target, &paths[i][1]);
	}
	nw_router_find(router, nw_span_of("GET"), nw_span_of("/abc/"), &match);
	ck_assert_ptr_null(match.target);
	nw_router_free(router);
}
END_TEST

START_TEST(a_wrong_route_is_refused_with_the_reason)
{
	static const struct {
		const char *route, *why;
	} wrong[] = {
		{"GET items", "route 'items': a path begins with '/'"},
		{"GET /a//b", "an empty segment"},
		{"GET //", "an empty segment"},
		{"GET /<itn:id>", "'itn' is no converter; did you mean 'int'?"},
		{"GET /<regex:id>", "'regex' is no converter (there are int"},
		{"GET /<int(min=1):id>", "converters take no arguments"},
		{"GET /<>", "'' is no name for a parameter"},
		{"GET /<int:>", "'' is no name for a parameter"},
		{"GET /<2nd>", "'2nd' is no name"},
		{"GET /<a-b>", "'a-b' is no name"},
		{"GET /<a", "'<' that belongs to no parameter"},
		{"GET /a>", "'>' that belongs to no parameter"},
		{"GET /<a><b>", "a second parameter in one segment"},
		{"GET /<a>/<a>", "two parameters named 'a'"},
		{"GET /<path:a>/<path:b>", "more than one <path:...>"},
		{"GET /x<path:a>", "must be a whole segment"},
		{"GET /a?b=1", "cannot be part of a path"},
		{"GET /<a>/<b>/<c>/<d>/<e>/<f>/<g>/<h>/<i>", "more than 8 parameters"},
		{"GET /1/2/3/4/5/6/7/8/9/0/1/2/3/4/5/6/7/8/9/0/1/2/3/4/5/6/7/8/9/0/1/2/3", "more than 32 segments"},
		{"get /lower", "route '/lower': 'get' are no methods"},
		{"GET /same/<other>", "route '/same/<other>': there is GET /same/<name> already"},
		{"POST, GET /same/<other>", "there is GET /same/<name> already"},
	};
	struct nw_router *router = nw_router_new();
	struct nw_err err;

	ck_assert_int_eq(add(router, "GET /same/<name>", NULL), 0);
	for (size_t i = 0; i < NW_ARRAY_LEN(wrong); i++) {
		err = (struct nw_err){0};
		int rc = add(router, wrong[i].route, &err);

		ck_assert_msg(rc == -EINVAL || rc == -EEXIST, "%s: %d", wrong[i].route, rc);
		ck_assert_int_eq(rc, err.code);
		ck_assert_msg(strstr(err.msg, wrong[i].why) != NULL, "%s: %s", wrong[i].route, err.msg);
	}
	ck_assert_int_eq(nw_router_add(router, " , ", "/none", &err, &err), -EINVAL);
	ck_assert_str_eq(err.msg, "route '/none': no method (write \"GET\" or \"GET, POST\")");
	ck_assert_int_eq(add(router, "POST /same/<other>", NULL), 0);
	nw_router_free(router);
}
END_TEST

START_TEST(many_routes_under_one_node_are_all_found)
{
	struct nw_router *router = nw_router_new();
	char path[32];
	int targets[500];

	for (int i = 0; i < 500; i++) {
		snprintf(path, sizeof(path), "/r%d/<x>", i * 7 % 500);
		ck_assert_int_eq(nw_router_add(router, "GET", path, &targets[i * 7 % 500], NULL), 0);
	}
	for (int i = 0; i < 500; i++) {
		struct nw_router_match m;

		snprintf(path, sizeof(path), "/r%d/y", i);
		nw_router_find(router, nw_span_of("GET"), nw_span_of(path), &m);
		ck_assert_ptr_eq(m.target, &targets[i]);
	}
	nw_router_free(router);
}
END_TEST

START_TEST(a_long_path_costs_no_more_than_its_length)
{
	static const char *const routes[] = {
		"GET /<path:p>/a/<x>/<y>/b",
		"GET /<path:p>/a/<int:x>/<y>/c",
		"GET /<path:p>/<x>/a/<y>/d",
		NULL,
	};
	struct nw_router *router = router_of(routes);
	size_t len = 200000;
	char *path = malloc(len + 1);
	struct nw_router_match m;

	for (size_t i = 0; i < len; i++) {
		path[i] = i % 2 == 0 ? '/' : 'a';
	}
	nw_router_find(router, nw_span_of("GET"), (struct nw_span){path, len}, &m);
	ck_assert_ptr_null(m.target);
	ck_assert_uint_eq(m.methods, 0);
	free(path);
	nw_router_free(router);
}
END_TEST

START_TEST(a_first_segment_is_known_only_where_a_route_spells_it)
{
	struct nw_router *router = router_of((const char *const[]){"GET /", "GET /api/a/<b>", "GET /<int:n>/x", NULL});
	static const char *const known[] = {"/api", "/api/", "/api/b", "/api/a/b/c"};
	static const char *const unknown[] = {"", "/", "//api", "/ap", "/apis", "/7/x", "/x/api"};

	for (size_t i = 0; i < NW_ARRAY_LEN(known); i++) {
		ck_assert(nw_router_has_first(router, nw_span_of(known[i])));
	}
	for (size_t i = 0; i < NW_ARRAY_LEN(unknown); i++) {
		ck_assert(!nw_router_has_first(router, nw_span_of(unknown[i])));
	}
	nw_router_free(router);
}
END_TEST

NW_TEST_MAIN("app/router", a_route_is_found_by_its_path, a_method_decides_among_routes,
	     a_wrong_route_is_refused_with_the_reason, many_routes_under_one_node_are_all_found,
	     many_paths_without_parameters_are_all_found, a_long_path_costs_no_more_than_its_length,
	     a_first_segment_is_known_only_where_a_route_spells_it)
